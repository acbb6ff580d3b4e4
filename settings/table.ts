/**
 * The table of all settings in README.md, generated from the schema: `npx tsx settings/table.ts` prints it,
 * `npx tsx settings/table.ts --write` puts it into README.md.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { fields } from "./schema";
import { code, configPath } from "./show";

const ROOT = path.join(__dirname, "..");
const START = "<!-- settings -->";
const END = "<!-- /settings -->";
const HEAD = ["Setting", "Meaning", "Default", "`dev`", "`prod`"];

/** The table in Markdown: what each setting means, its default, and what the two stacks say instead. */
export function settingsTable(): string {
    const [dev, prod] = [stackSettings("dev"), stackSettings("prod")];
    const rows = fields.map((field) => [
        `\`${configPath(field.path)}\``,
        field.meaning,
        field.fallback,
        stackValue(dev, field.path),
        stackValue(prod, field.path),
    ]);
    return [HEAD, HEAD.map(() => "---"), ...rows].map((cells) => `| ${cells.map(cell).join(" | ")} |`).join("\n");
}

/** The settings in a stack's file, without their namespace. */
export function stackSettings(stack: string): Record<string, unknown> {
    const text = fs.readFileSync(path.join(ROOT, `Pulumi.${stack}.yaml`), "utf8");
    const { config } = parse(text) as { config: Record<string, unknown> };
    return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^bulwark:/, ""), value]));
}

/**
 * The page with the table between its markers.
 *
 * @throws Error when the page has no markers.
 */
export function withTable(page: string): string {
    const [start, end] = [page.indexOf(START), page.indexOf(END)];
    if (start < 0 || end < start) {
        throw new Error(`The page has no place for the settings table; put ${START} and ${END} on lines of their own.`);
    }
    return `${page.slice(0, start + START.length)}\n${settingsTable()}\n${page.slice(end)}`;
}

function stackValue(settings: unknown, path: PropertyKey[]): string {
    const value = path.reduce<unknown>(
        (group, step) => (group as Record<PropertyKey, unknown> | undefined)?.[step],
        settings,
    );
    return value === undefined ? "" : shortened(code(value));
}

/** Of a digest the first digits are enough. */
function shortened(text: string): string {
    return text.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, "$1…");
}

function cell(text: string): string {
    return text.replaceAll("|", "\\|");
}

if (require.main === module) {
    const readme = path.join(ROOT, "README.md");
    if (process.argv.includes("--write")) {
        fs.writeFileSync(readme, withTable(fs.readFileSync(readme, "utf8")));
    } else {
        console.log(settingsTable());
    }
}
