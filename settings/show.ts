/** How values and paths look in messages. Pure; no Pulumi import. */

const LONGEST = 80;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A value as JSON on one line, cut when it is long. */
export function shown(value: unknown): string {
    const text = json(value);
    return printable(text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text);
}

/** The text with control characters and those that reorder a line escaped: it goes to a terminal. */
export function printable(text: string): string {
    return text.replace(INVISIBLE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A value as code in Markdown. */
export function code(value: unknown): string {
    return `\`${JSON.stringify(value)}\``;
}

/** A path as `pulumi config set --path` takes it: `bulwark:workload.environment["a b"]`, `bulwark:cluster.dns.cidrs[0]`. */
export function configPath(path: readonly PropertyKey[]): string {
    const [key = "", ...rest] = path;
    const steps = rest.map((step) => {
        if (typeof step === "number") {
            return `[${step}]`;
        }
        const name = String(step);
        return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) ? `.${name}` : `[${shown(name)}]`;
    });
    return `bulwark:${printable(String(key))}${steps.join("")}`;
}

function json(value: unknown): string {
    if (value === undefined || typeof value === "function" || typeof value === "symbol" || typeof value === "bigint") {
        return `a value of type ${typeof value}`;
    }
    if (typeof value === "number" && !Number.isFinite(value)) {
        return String(value);
    }
    try {
        return JSON.stringify(value) ?? `a value of type ${typeof value}`;
    } catch {
        return "a value that JSON can't express";
    }
}
