import assert from "node:assert/strict";
import * as fc from "fast-check";
import { compositionFault, generate } from "../../../sandbox/providers/random/generate";
import { resources } from "../../../sandbox/providers/random/resources";
import type { CreateContext, ResourceType } from "../../../sandbox/providers/resource-type";
import { type Props, UNKNOWN } from "../../../sandbox/providers/wire";

const CONTEXT: CreateContext = {
    urn: "urn",
    preview: false,
    timeoutSeconds: 0,
    signal: new AbortController().signal,
    log: () => undefined,
    warn: () => undefined,
};

function type(name: string): ResourceType {
    const found = resources[`random:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`];
    assert.ok(found);
    return found;
}

async function check(name: string, news: Props) {
    const result = await type(name).check?.(news, undefined, { urn: "urn", name: "name" });
    assert.ok(result);
    return result;
}

const PASSWORD = {
    lower: true,
    upper: true,
    numeric: true,
    special: true,
    minLower: 0,
    minUpper: 0,
    minNumeric: 0,
    minSpecial: 0,
};

describe("sandbox random provider", () => {
    it("makes texts of the length, the characters and the minimums asked for", () => {
        const minimum = fc.integer({ min: 0, max: 5 });
        const composition = fc.record({
            length: fc.integer({ min: 20, max: 60 }),
            lower: fc.boolean(),
            upper: fc.boolean(),
            numeric: fc.boolean(),
            special: fc.constant(true),
            minLower: minimum,
            minUpper: minimum,
            minNumeric: minimum,
            minSpecial: minimum,
            overrideSpecial: fc.constantFrom(undefined, "", "_%"),
        });
        fc.assert(
            fc.property(composition, (wanted) => {
                const text = generate(wanted);
                const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
                assert.equal(text.length, wanted.length);
                assert.ok(count(/[a-z]/g) >= wanted.minLower && (wanted.lower || count(/[a-z]/g) === wanted.minLower));
                assert.ok(count(/[A-Z]/g) >= wanted.minUpper && (wanted.upper || count(/[A-Z]/g) === wanted.minUpper));
                assert.ok(count(/\d/g) >= wanted.minNumeric && (wanted.numeric || count(/\d/g) === wanted.minNumeric));
                assert.ok(count(/[^a-zA-Z0-9]/g) >= wanted.minSpecial);
                assert.match(text, wanted.overrideSpecial ? /^[\w%]+$/ : /^[\w!@#$%&*()\-=+[\]{}<>:?]+$/);
            }),
        );
    });

    it("puts the required characters anywhere, not in front", () => {
        const positions = new Set<number>();
        for (let round = 0; round < 300; round++) {
            positions.add(generate({ ...PASSWORD, special: false, length: 8, minSpecial: 1 }).search(/[^a-zA-Z0-9]/));
        }
        assert.deepEqual([...positions].sort(), [0, 1, 2, 3, 4, 5, 6, 7]);
    });

    it("refuses what can't be made", async () => {
        assert.equal(
            compositionFault({ ...PASSWORD, length: 3, minLower: 2, minUpper: 2 }),
            "must be at least 4, the sum of the minimums",
        );
        const nothing = { length: 8, lower: false, upper: false, numeric: false, special: false };
        assert.deepEqual((await check("RandomPassword", nothing)).failures, [
            { property: "length", reason: "no character class is left to draw from" },
        ]);
        assert.deepEqual((await check("RandomPassword", { length: 0, number: true })).failures, [
            { property: "number", reason: "the offline stand-in does not implement this property" },
            { property: "length", reason: "must be at least 1" },
        ]);
        assert.deepEqual((await check("RandomId", {})).failures, [{ property: "byteLength", reason: "is required" }]);
    });

    it("keeps a password out of its id and marks it secret", async () => {
        const { inputs } = await check("RandomPassword", { length: 16, special: false });
        const { id, outputs } = await type("RandomPassword").create(inputs, CONTEXT);
        assert.equal(id, "none");
        assert.match(String(outputs.result), /^[a-zA-Z0-9]{16}$/);
        assert.deepEqual(type("RandomPassword").secretOutputs, ["result"]);
        const text = await type("RandomString").create(inputs, CONTEXT);
        assert.equal(text.id, text.outputs.result);
    });

    it("makes ids in all their forms of the same bytes", async () => {
        const { outputs } = await type("RandomId").create({ byteLength: 5, prefix: "db-" }, CONTEXT);
        const hex = String(outputs.hex).slice(3);
        assert.match(hex, /^[0-9a-f]{10}$/);
        assert.equal(outputs.dec, `db-${BigInt(`0x${hex}`)}`);
        assert.equal(outputs.b64Std, `db-${Buffer.from(hex, "hex").toString("base64")}`);
        assert.equal(outputs.b64Url, `db-${Buffer.from(hex, "hex").toString("base64url")}`);
    });

    it("replaces when a keeper changes, also by a value that is not known yet", async () => {
        const { diff } = type("RandomPassword");
        const olds = { length: 16, keepers: { rotation: "1" } };
        assert.deepEqual((await diff?.("none", {}, olds, { ...olds }))?.replace, []);
        assert.deepEqual((await diff?.("none", {}, olds, { ...olds, keepers: { rotation: "2" } }))?.replace, [
            "keepers",
        ]);
        assert.deepEqual((await diff?.("none", {}, olds, { ...olds, keepers: { rotation: UNKNOWN } }))?.replace, [
            "keepers",
        ]);
    });

    it("makes nothing in a preview", async () => {
        const preview = await type("RandomPassword").create({ length: 16 }, { ...CONTEXT, preview: true });
        assert.deepEqual(preview, { id: "", outputs: { length: 16, result: UNKNOWN } });
        const ids = await type("RandomId").create({ byteLength: 4 }, { ...CONTEXT, preview: true });
        assert.equal(ids.outputs.hex, UNKNOWN);
    });
});
