import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { parseSettings } from "../../../settings";
import { fields } from "../../../settings/schema";
import { configPath } from "../../../settings/show";
import { stackSettings } from "../../../settings/table";
import { parseCommandLine } from "../../../verify/options";
import { codeOf, pages, ROOT, textOf } from "./support/markdown";

/** Pages of components speak of arguments, which have other paths than settings. */
const GUIDES = pages().filter((page) => !page.startsWith("docs/components/") && page !== "CHANGELOG.md");

interface Manifest {
    scripts: Record<string, string>;
}

/** What a pattern finds in the code of all guides, with the page that says it. */
function said(pattern: RegExp): { page: string; words: string[] }[] {
    return GUIDES.flatMap((page) =>
        codeOf(textOf(page)).flatMap((code) =>
            [...code.matchAll(pattern)].map((match) => ({ page, words: match.slice(1).map((word) => word ?? "") })),
        ),
    );
}

function merged(under: unknown, over: unknown): unknown {
    const isGroup = (value: unknown): value is Record<string, unknown> =>
        typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isGroup(under) || !isGroup(over)) {
        return over;
    }
    const members = Object.entries(over).map(([key, value]) => [key, merged(under[key], value)]);
    return { ...under, ...Object.fromEntries(members) };
}

describe("what the pages tell to do", () => {
    it("names npm scripts that exist", () => {
        const { scripts } = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as Manifest;
        const named = said(/\bnpm (?:run )?(test(?::\w+)?|(?<=run )[\w:-]*\w)/g);
        assert.ok(named.length > 20);
        for (const { page, words } of named) {
            assert.ok(scripts[words[0] ?? ""], `${page}: npm run ${words[0]}`);
        }
    });

    it("gives the attack suite options that it takes", () => {
        const commands = said(/npm run (?:verify --|sandbox -- attack) ([^#\n]*[^#\s])/g);
        assert.ok(commands.length > 5);
        for (const { page, words } of commands) {
            const [line = ""] = words;
            assert.doesNotThrow(() => parseCommandLine(line.split(/\s+/)), `${page}: ${line}`);
        }
    });

    it("names files of the repository that exist", () => {
        const named = said(
            /(?<![\w/.<-])((?:\.github|components|docs|examples|operations|policy|sandbox|scripts|settings|test|verify)\/[\w./-]*\w\.(?:ts|md|sh|sql|json|yml|yaml))\b/g,
        );
        assert.ok(named.length > 5);
        for (const { page, words } of named) {
            const [file = ""] = words;
            const folders = [ROOT, path.join(ROOT, path.dirname(page))];
            assert.ok(
                folders.some((folder) => fs.existsSync(path.join(folder, file))),
                `${page}: ${file}`,
            );
        }
    });

    it("names settings that exist", () => {
        const paths = fields.map((field) =>
            configPath(field.path)
                .replace("bulwark:", "")
                .replace(/\[\d\]/g, ""),
        );
        const named = said(
            /(?:^|bulwark:)((?:cluster|workload|ingress|database|threatDetection|monitoring)(?:\.\w+(?:\[\d\])?)+)/g,
        );
        assert.ok(named.length > 50);
        for (const { page, words } of named) {
            const setting = (words[0] ?? "").replace(/\[\d\]/g, "");
            const isFile = /\.(ts|md)$/.test(setting);
            assert.ok(
                isFile || paths.some((known) => known === setting || known.startsWith(`${setting}.`)),
                `${page}: ${setting}`,
            );
        }
    });

    it("shows settings that a stack takes", () => {
        const shown = GUIDES.flatMap((page) => {
            const fences = [...textOf(page).matchAll(/^```yaml\n(config:\n[\s\S]*?)^```/gm)];
            return fences.map(([, text = ""]) => ({ page, text }));
        });
        assert.ok(shown.length > 1);
        for (const { page, text } of shown) {
            const { config } = parse(text) as { config: Record<string, unknown> };
            const own = Object.fromEntries(
                Object.entries(config).map(([key, value]) => [key.replace("bulwark:", ""), value]),
            );
            const [, stack = ""] = /`Pulumi\.(dev|prod)\.yaml`/.exec(textOf(page)) ?? [];
            const settings = merged(stackSettings(stack), own) as Record<string, unknown>;
            assert.doesNotThrow(() => parseSettings(settings), `${page} in ${stack}`);
        }
    });

    it("shows the refusal of a wrong setting as it is", () => {
        const wrong = merged(stackSettings("dev"), { ingress: { requestsPerSecond: 0 } });
        assert.throws(
            () => parseSettings(wrong as Record<string, unknown>),
            ({ message }: Error) => textOf("docs/getting-started.md").includes(`\`\`\`\n${message}\n\`\`\``),
        );
    });
});
