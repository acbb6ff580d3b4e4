/** Short texts that change whenever a content does. Pure; no Pulumi import. */
import { createHash } from "node:crypto";

/** The first hexadecimal digits of a text's SHA-256. */
export function fingerprint(text: string, digits: number): string {
    return createHash("sha256").update(text).digest("hex").slice(0, digits);
}

/** The fingerprint of named texts, whatever their order. */
export function entriesFingerprint(entries: Record<string, string>, digits: number): string {
    const sorted = Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
    return fingerprint(JSON.stringify(sorted), digits);
}
