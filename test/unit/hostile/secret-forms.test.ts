import { strict as assert } from "node:assert";
import fc from "fast-check";
import { SecretSearch } from "../../e2e/support/secret-forms";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Ways in which programs write a text into another. */
const WRITTEN: Record<string, (text: string) => string> = {
    "as it is": (text) => text,
    JSON: (text) => JSON.stringify({ text }),
    "JSON in JSON": (text) => JSON.stringify(JSON.stringify({ text })),
    "URL-encoded": (text) => `postgresql://x:${encodeURIComponent(text)}@y`,
    hexadecimal: (text) => Buffer.from(text).toString("hex"),
    base64,
    "base64 of base64": (text) => base64(base64(text)),
    base64url: (text) => Buffer.from(text).toString("base64url"),
    "base64 of a URI's base64": (text) => base64(`uri: ${base64(`postgresql://x:${text}@y`)}\n`),
};

describe("the search for secrets", () => {
    const secret = fc.string({ minLength: 16, maxLength: 64 }).filter((text) => !text.includes("\n"));
    const around = fc.string({ maxLength: 5 });

    for (const [way, written] of Object.entries(WRITTEN)) {
        it(`finds one that is written ${way}, wherever it begins`, () => {
            fc.assert(
                fc.property(secret, around, around, (text, before, after) => {
                    assert.deepEqual(new SecretSearch({ it: text }).in(written(before + text + after)), ["it"]);
                }),
                // Each makes a large table.
                { numRuns: 30 },
            );
        });
    }

    it("finds none where there is none", () => {
        fc.assert(
            fc.property(secret, (text) => {
                assert.deepEqual(new SecretSearch({ it: text }).in(base64([...text].reverse().join("@"))), []);
            }),
        );
    });

    it("refuses one that is too short to tell, or written in lines", () => {
        assert.throws(() => new SecretSearch({ it: "short" }), /too short/);
        assert.throws(
            () => new SecretSearch({ it: "of several\nlines, which are written in many ways" }),
            /several lines/,
        );
    });
});
