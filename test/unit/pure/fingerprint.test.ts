import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { entriesFingerprint, fingerprint } from "../../../components/fingerprint";

describe("fingerprint", () => {
    it("is the beginning of the text's SHA-256", () => {
        assert.equal(fingerprint("abc", 10), "ba7816bf8f");
        assert.equal(fingerprint("abc", 64), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    });

    it("of entries is the same in any order, and another one for any other entry", () => {
        const entries = fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: ([key]) => key, minLength: 1 });
        fc.assert(
            fc.property(entries, (list) => {
                const print = (all: [string, string][]) => entriesFingerprint(Object.fromEntries(all), 16);
                assert.equal(print(list), print([...list].reverse()));
                assert.notEqual(print(list), print([...list.slice(1), [list[0]?.[0] ?? "", `${list[0]?.[1]}!`]]));
            }),
        );
        assert.equal(entriesFingerprint({ b: "2", a: "1" }, 12), fingerprint('[["a","1"],["b","2"]]', 12));
    });

    it("doesn't take one entry's end for another's beginning", () => {
        assert.notEqual(entriesFingerprint({ a: "1,b" }, 16), entriesFingerprint({ "a,1": "b" }, 16));
    });
});
