/** Results that are kept whole in a file, so that every change of one is seen and read. Pure but for the files. */
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";

/** Compares a text with the file's. `KEEP=1` before the tests writes the file anew; read the difference. */
export function assertKept(file: string, text: string): void {
    if (process.env.KEEP === "1") {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, text);
    }
    assert.equal(text, fs.readFileSync(file, "utf8"), `${path.basename(file)} isn't as it is kept`);
}

/** A value as YAML, in which scripts are lines as well. */
export function yaml(value: unknown): string {
    return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
