/** The repository's pages, and what in them can be wrong: links, anchors, commands, names. */
import * as fs from "node:fs";
import * as path from "node:path";

export const ROOT = path.resolve(__dirname, "../../../..");
/** What is no source: dependencies, and what is made here. */
const FOREIGN = ["node_modules", ".git", ".sandbox", "verify-report", "coverage", "dist"];

/** Every page in Markdown, by its path from the root. */
export function pages(folder = ""): string[] {
    return fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
        const name = path.join(folder, entry.name);
        if (entry.isDirectory()) {
            return FOREIGN.includes(entry.name) ? [] : pages(name);
        }
        return entry.name.endsWith(".md") ? [name] : [];
    });
}

export function textOf(page: string): string {
    return fs.readFileSync(path.join(ROOT, page), "utf8");
}

/** The text without fenced code, where brackets are no links and `#` begins a comment. */
export function withoutFences(text: string): string {
    return text.replace(/^( *)(`{3,}|~{3,}).*\n[\s\S]*?^ *\2.*$/gm, "");
}

/** What stands in fences and in code spans. */
export function codeOf(text: string): string[] {
    const fences = [...text.matchAll(/^( *)(`{3,}|~{3,}).*\n([\s\S]*?)^ *\2.*$/gm)].map(([, , , code = ""]) => code);
    const spans = [...withoutFences(text).matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
    return [...fences, ...spans];
}

/** Where the page's links lead: of Markdown, and of HTML in it. */
export function linksOf(text: string): string[] {
    const prose = withoutFences(text).replace(/<!--[\s\S]*?-->/g, "");
    const spoken = prose.replace(/`[^`\n]*`/g, "code");
    const found = [
        ...spoken.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g),
        ...spoken.matchAll(/^ *\[[^\]]+\]:\s*<?([^\s>]+)/gm),
        ...spoken.matchAll(/\b(?:href|src|srcset)="([^"]+)"/g),
    ];
    return found.map(([, target = ""]) => target);
}

/** The anchors that GitHub gives to the page's headings. */
export function anchorsOf(text: string): string[] {
    const seen = new Map<string, number>();
    return [...withoutFences(text).matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading = ""]) => {
        const slug = heading
            .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
            .toLowerCase()
            .replace(/[^\p{L}\p{N}\s_-]/gu, "")
            .replace(/\s/g, "-");
        const before = seen.get(slug) ?? 0;
        seen.set(slug, before + 1);
        return before === 0 ? slug : `${slug}-${before}`;
    });
}
