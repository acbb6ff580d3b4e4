import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { anchorsOf, linksOf, pages, ROOT, textOf } from "./support/markdown";

/** Where the page is read. The parts of components' pages are put into these, and their links with them. */
function folderOf(page: string): string {
    return path.dirname(page).replace(/\/parts$/, "");
}

/** What is wrong with a link of a page with this text, or undefined. */
function linkFault(page: string, text: string, target: string): string | undefined {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) {
        return externalFault(target);
    }
    const [file = "", anchor] = target.split("#");
    const meant = file === "" ? page : path.join(folderOf(page), decodeURI(file));
    if (path.isAbsolute(file) || meant.startsWith("..")) {
        return "leads out of the repository";
    }
    if (!fs.existsSync(path.join(ROOT, meant))) {
        return `there is no ${meant}`;
    }
    if (anchor === undefined) {
        return undefined;
    }
    const anchors = meant.endsWith(".md") ? anchorsOf(meant === page ? text : textOf(meant)) : [];
    return anchors.includes(anchor) ? undefined : `${meant} has no heading #${anchor}`;
}

/** Nobody asks another server in a test: the form alone is looked at. */
function externalFault(target: string): string | undefined {
    if (!URL.canParse(target)) {
        return "is no address";
    }
    const { protocol, hostname, pathname } = new URL(target);
    if (protocol === "mailto:") {
        return /^[^@\s]+@[^@\s]+$/.test(pathname) ? undefined : "is no address for mail";
    }
    return protocol === "https:" && hostname.includes(".") ? undefined : "is no https address of a host";
}

function faultsOf(page: string, text = textOf(page)): string[] {
    return linksOf(text).flatMap((target) => {
        const fault = linkFault(page, text, target);
        return fault === undefined ? [] : [`${page}: ${target}: ${fault}`];
    });
}

describe("the links of the pages", () => {
    it("lead somewhere", () => {
        assert.deepEqual(
            pages().flatMap((page) => faultsOf(page)),
            [],
        );
    });

    it("are found, in all pages", () => {
        assert.ok(pages().includes("README.md") && pages().includes("docs/components/alerts.md"));
        assert.ok(linksOf(textOf("README.md")).includes("verify/README.md"));
        assert.deepEqual(
            pages().filter((page) => /node_modules|\.sandbox/.test(page)),
            [],
        );
    });

    it("are told when they are wrong", () => {
        const wrong = [
            "[a](gone.md)",
            "[a](docs/rotation.md#nowhere)",
            "[a](#nowhere)",
            "[a](../elsewhere.md)",
            "[a](/README.md)",
            '<img src="docs/gone.svg">',
            "[a]: gone.md",
            "[a](http://example.com)",
            "[a](https://)",
            "[a](mailto:nobody)",
            "[a](LICENSE#terms)",
        ];
        for (const text of wrong) {
            assert.equal(faultsOf("README.md", text).length, 1, text);
        }
    });

    it("may be of any kind, and code holds none", () => {
        const right = [
            "[a](docs/rotation.md#when-to-rotate)",
            "# A `b` c\n[a](#a-b-c)",
            "# A\n# A\n[a](#a-1)",
            '[a](docs "folder")',
            "[a](https://example.com/x)",
            "[a](mailto:a@example.com)",
            "```ts\n[a](gone.md)\n```",
            "  ```sh\n# [a](gone.md)\n  ```",
            "`[a](gone.md)`",
            "<!-- [a](gone.md) -->",
        ];
        for (const text of right) {
            assert.deepEqual(faultsOf("README.md", text), [], text);
        }
    });

    it("know the headings as GitHub names them", () => {
        const text = "# A `b` c\n# A\n## A\n```\n# no heading\n```\n# With (all) sorts, of: [marks](x)_y";
        assert.deepEqual(anchorsOf(text), ["a-b-c", "a", "a-1", "with-all-sorts-of-marks_y"]);
    });
});
