/** The attack suite's report in a real browser: as a file, on a phone, in the dark, on paper. */
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, launch, type Page } from "puppeteer-core";
import { installPackages } from "../../sandbox/programs/packages";
import { html } from "../../verify/report/html";
import { LONG, MIXED } from "../unit/verify/sample-reports";

const BROWSERS = ["/usr/bin/google-chrome", "/usr/bin/chromium"];

/** Room for a shadow or a rounding of the browser's. */
const PIXEL = 1;

async function browserProgram(): Promise<string> {
    const present = () => BROWSERS.find((file) => fs.existsSync(file));
    if (present() === undefined) {
        await installPackages({ chromium: "chromium", "fonts-dejavu-core": "/usr/share/fonts/truetype/dejavu" });
    }
    const found = present();
    assert.ok(found, `none of ${BROWSERS.join(", ")}`);
    return found;
}

// What runs in the page is text: the types of a browser's globals would hold for all of this repository's programs.

/** The colour of every text, and of what lies behind it. */
const COLOURS = `[...document.querySelectorAll("h1, h2, p, b, .name, .verdict, .tried, dt, dd, th, td")].map((element) => {
    let behind = element;
    while (behind && getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") {
        behind = behind.parentElement;
    }
    return {
        text: element.textContent.slice(0, 40),
        ink: getComputedStyle(element).color,
        paper: getComputedStyle(behind ?? document.documentElement).backgroundColor,
    };
})`;

interface Sizes {
    wide: number;
    tooWide: string[];
    smallest: number;
}

/** How wide the page is, what sticks out of it, and its smallest text, in CSS pixels; tables and the map scroll. */
const SIZES = `({
    wide: document.documentElement.scrollWidth,
    tooWide: [...document.querySelectorAll("body *")]
        .filter((element) => !element.closest(".scroll, svg"))
        .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1)
        .map((element) => element.tagName + " " + element.textContent.slice(0, 40)),
    smallest: Math.min(
        ...[...document.querySelectorAll("dd, .tried")].map((each) => Number.parseFloat(getComputedStyle(each).fontSize)),
    ),
})`;

/** How bright a colour is, from 0 to 1 (WCAG 2.2, relative luminance). */
function luminance(colour: string): number {
    const [red = 0, green = 0, blue = 0] = (colour.match(/\d+(\.\d+)?/g) ?? []).map((part) => {
        const value = Number(part) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
    const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
}

describe("the report in a browser", function () {
    this.timeout(300_000);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bulwark-report-"));
    const file = path.join(folder, "report.html");
    let browser: Browser;
    let page: Page;
    const asked: string[] = [];
    const complaints: string[] = [];

    before(async () => {
        fs.writeFileSync(file, html(LONG));
        const executablePath = await browserProgram();
        // Its own sandbox is no business of root's, and a container has little shared memory.
        const args = ["--no-sandbox", "--disable-dev-shm-usage"];
        browser = await launch({ executablePath, args, userDataDir: path.join(folder, "profile") });
        page = await browser.newPage();
        page.on("request", (request) => asked.push(request.url()));
        page.on("console", (message) => complaints.push(message.text()));
        page.on("pageerror", (error) => complaints.push(String(error)));
        await page.goto(pathToFileURL(file).href);
    });

    after(async () => {
        await browser?.close();
        fs.rmSync(folder, { recursive: true, force: true });
    });

    const colours = () => page.evaluate(COLOURS) as Promise<{ text: string; ink: string; paper: string }[]>;

    const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor") as Promise<string>;

    async function assertReadable(): Promise<void> {
        const all = await colours();
        assert.ok(all.length > 20);
        for (const { text, ink, paper } of all) {
            assert.ok(contrast(ink, paper) >= 4.5, `"${text}": ${ink} on ${paper}, ${contrast(ink, paper).toFixed(1)}`);
        }
    }

    async function pages(): Promise<number> {
        const pdf = Buffer.from(await page.pdf({ format: "A4" })).toString("latin1");
        return pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
    }

    it("opens from a file and asks for nothing else", () => {
        assert.deepEqual(asked, [pathToFileURL(file).href]);
        assert.deepEqual(complaints, []);
    });

    it("takes what attacks answered for text", async () => {
        fs.writeFileSync(path.join(folder, "hostile.html"), html(MIXED));
        const other = await browser.newPage();
        const dialogs: string[] = [];
        other.on("dialog", (dialog) => {
            dialogs.push(dialog.message());
            void dialog.dismiss();
        });
        await other.goto(pathToFileURL(path.join(folder, "hostile.html")).href);
        assert.equal(await other.evaluate("document.querySelectorAll('script').length"), 0);
        const text = (await other.evaluate("document.body.textContent")) as string;
        assert.ok(text.includes("<script>alert(1)</script>"));
        assert.deepEqual(dialogs, []);
        await other.close();
    });

    for (const [what, width] of [
        ["a phone", 360],
        ["a screen", 1280],
    ] as const) {
        it(`fits ${what}`, async () => {
            await page.setViewport({ width, height: 740 });
            const { wide, tooWide, smallest } = (await page.evaluate(SIZES)) as Sizes;
            assert.deepEqual(tooWide, []);
            assert.ok(wide <= width + PIXEL, `${wide} wide`);
            assert.ok(smallest >= 12, `text of ${smallest}px`);
        });
    }

    for (const value of ["light", "dark"] as const) {
        it(`is readable in ${value} mode`, async () => {
            await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
            const paper = await background();
            assert.equal(luminance(paper) < 0.5, value === "dark", paper);
            await assertReadable();
            const picture = await page.screenshot({ path: path.join(folder, `${value}.png`), fullPage: true });
            assert.ok(picture.length > 10_000);
        });
    }

    it("is printed whole, dark on white", async () => {
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
        await page.emulateMediaType("print");
        const paper = await background();
        assert.ok(luminance(paper) > 0.9, paper);
        await assertReadable();
        const folded = await pages();
        await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
        assert.equal(folded, await pages());
        await page.emulateMediaType("screen");
    });
});
