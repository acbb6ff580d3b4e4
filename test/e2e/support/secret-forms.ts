/** The forms in which a secret may turn up, and a search for all of them. Pure. */

/** Shorter texts turn up by chance. */
const SHORTEST = 12;

/** A secret as text by what it is, such as the URN of the resource that made it. */
export type Secrets = Record<string, string>;

/** Looks for secrets in texts and bytes, in every form that a program may have written them. */
export class SecretSearch {
    /** Forms by their first three bytes: one pass over hundreds of megabytes instead of one for each form. */
    private readonly needles = new Map<number, { what: string; bytes: Buffer }[]>();
    private readonly begins = new Uint8Array(1 << 24);

    constructor(secrets: Secrets) {
        for (const [what, value] of Object.entries(secrets)) {
            for (const form of forms(value)) {
                const bytes = Buffer.from(form);
                const start = bytes.readUIntBE(0, 3);
                this.begins[start] = 1;
                this.needles.set(start, [...(this.needles.get(start) ?? []), { what, bytes }]);
            }
        }
    }

    /** The secrets that are in there, by what they are. */
    in(content: string | Buffer): string[] {
        const bytes = typeof content === "string" ? Buffer.from(content) : content;
        const found = new Set<string>();
        let start = 0;
        for (let end = 0; end < bytes.length; end += 1) {
            start = ((start << 8) | (bytes[end] as number)) & 0xffffff;
            if (this.begins[start] === 1) {
                const here = (this.needles.get(start) ?? []).filter((needle) =>
                    needle.bytes.equals(bytes.subarray(end - 2, end - 2 + needle.bytes.length)),
                );
                for (const { what } of here) {
                    found.add(what);
                }
            }
        }
        return [...found];
    }
}

/** A secret of one line as it is, and encoded. */
export function forms(secret: string): string[] {
    if (secret.length < SHORTEST || secret.includes("\n")) {
        throw new Error("a secret is too short to be looked for, or has several lines");
    }
    return [...new Set([...plainForms(secret), ...base64Forms(secret)])];
}

function plainForms(text: string): string[] {
    const quoted = inJson(text);
    const hex = Buffer.from(text).toString("hex");
    return [text, quoted, inJson(quoted), encodeURIComponent(text), hex, hex.toUpperCase()];
}

function inJson(text: string): string {
    return JSON.stringify(text).slice(1, -1);
}

/**
 * Base64 of a text depends on how many bytes are before it in its group of three; what is mixed with bytes around it is
 * left away. Once more over that, since Helm and Secrets encode what is encoded already.
 */
function base64Forms(text: string, times = 2): string[] {
    const once = [0, 1, 2].flatMap((before) => {
        const whole = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
        const sextets = Math.floor((whole.length * 8) / 6);
        const core = whole.toString("base64").slice(Math.ceil((before * 8) / 6), sextets);
        return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
    });
    return times === 1 ? once : [...once, ...once.flatMap((each) => base64Forms(each, times - 1))];
}
