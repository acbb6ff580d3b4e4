/** Finds versions and digests in sources. Pure. */

/** A version or digest, and the line that has it. */
export interface Literal {
    version: string;
    line: string;
}

const NUMBER = String.raw`v?\d+\.\d+\.\d+(?:[-+][\w.-]*\w)?`;

/** What a version looks like where it chooses what is fetched; addresses have four numbers or a range behind. */
const PATTERNS = [
    // Alone in quotes, as a constant or in JSON.
    new RegExp(`["'\`]\\^?~?(${NUMBER})["'\`]`, "g"),
    // Behind a name: an image's tag, a module's or package's version, with the digest beside it.
    new RegExp(`[\\w}][:@](${NUMBER})(?![\\w./:])`, "g"),
    // In YAML.
    new RegExp(`^\\s*(?:- )?(?:appVersion|tag|version): (${NUMBER}|\\d[\\w.-]*-[\\w.-]+)\\s*$`, "gm"),
    /((?:sha256:[0-9a-f]{64})|(?:sha512-[A-Za-z0-9+/]{86}==))/g,
];

/** Versions in the text of a file, but for those in comments. */
export function versionLiterals(file: string, text: string): Literal[] {
    const code = withoutComments(file, text);
    return PATTERNS.flatMap((pattern) =>
        [...code.matchAll(pattern)].map((match) => ({
            version: (match[1] ?? "").replace(/^v/, ""),
            line: lineAt(code, match.index),
        })),
    );
}

function withoutComments(file: string, text: string): string {
    if (file.endsWith(".ts") || file.endsWith(".cjs")) {
        return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/ .*$/gm, "$1");
    }
    return file.endsWith(".json") ? text : text.replace(/(^|\s)#.*$/gm, "$1");
}

function lineAt(text: string, index: number): string {
    const [line = ""] = text
        .slice(text.lastIndexOf("\n", index) + 1)
        .replace(/^\n/, "")
        .split("\n", 1);
    return line.trim();
}
