import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { DARK, LIGHT } from "../../../docs/diagram";
import { flowsDiagram } from "../../../docs/diagram-flows";
import { type Exit, type Exposure, exits, exposures } from "../../../docs/exposed-ports";
import { images } from "../../../docs/images";
import { LAYERS } from "../../../verify/probe";

/** How two colours differ in brightness, as WCAG counts it: 4.5 is enough for text. */
function contrast(one: string, other: string): number {
    const [light = 0, dark = 0] = [one, other].map(luminance).sort((left, right) => right - left);
    return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
        const value = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function textsOf(svg: string): string[] {
    return [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, content = ""]) => content);
}

describe("the images", function () {
    this.timeout(60_000);
    let found: Exposure[];
    let calls: Exit[];
    let all: Map<string, string>;
    before(async () => {
        found = await exposures();
        calls = await exits();
        all = images(found, calls);
    });

    function named(name: string): string {
        return [...all].find(([file]) => path.basename(file) === name)?.[1] ?? assert.fail(name);
    }

    it("are current; `npm run docs` writes them anew", () => {
        for (const [file, content] of all) {
            assert.equal(fs.readFileSync(file, "utf8"), content, file);
        }
    });

    it("say what they show, in words too, and look different in the dark", () => {
        for (const [file, content] of all) {
            assert.match(content, /<title id="title">[^<]+<\/title>\n<desc id="desc">[^<]{100,}<\/desc>/, file);
            assert.match(content, /@media \(prefers-color-scheme: dark\)/, file);
            assert.ok(textsOf(content).length > 10, file);
        }
    });

    it("can be read in light and dark", () => {
        for (const { ink, quiet, way, ground, card } of [LIGHT, DARK]) {
            for (const behind of [ground, card]) {
                for (const before of [ink, quiet, way]) {
                    assert.ok(contrast(before, behind) >= 4.5, `${before} on ${behind}`);
                }
            }
        }
    });

    it("show all layers, and every port of every way in", () => {
        const layers = textsOf(named("layers.svg"));
        assert.deepEqual(
            LAYERS.filter((layer) => !layers.includes(layer)),
            [],
        );
        const drawn = textsOf(named("flows.svg")).join(" ");
        for (const { listener } of found) {
            assert.match(drawn, new RegExp(`\\b${listener.split(":").at(-1)}\\b`), listener);
        }
        for (const { caller, port } of calls.filter(({ when }) => when === "")) {
            assert.match(drawn, new RegExp(`${caller} [^→]*→ [^→]*:${port}`), caller);
        }
    });

    it("can't be drawn while somebody has no place, or a place is empty", () => {
        const stranger = { listener: "redis:6379", namespace: "cache", callers: ["anyone"], when: "" };
        assert.throws(() => flowsDiagram([...found, stranger], calls), /give "redis in cache" a place/);
        assert.throws(() => flowsDiagram([], calls), /"postgresql in database" isn't there any more/);
    });
});
