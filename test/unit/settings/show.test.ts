import assert from "node:assert/strict";
import { code, configPath, printable, shown } from "../../../settings/show";

describe("a value in a message", () => {
    it("is JSON on one line", () => {
        assert.equal(shown({ a: [1, "b", null, true] }), '{"a":[1,"b",null,true]}');
        assert.equal(code(["a"]), '`["a"]`');
    });

    it("is cut when it is longer than eighty characters, with its length", () => {
        assert.equal(shown("a".repeat(78)), `"${"a".repeat(78)}"`);
        assert.equal(shown("a".repeat(79)), `"${"a".repeat(79)}… (81 characters)`);
    });

    it("is told by its type, or in words, when JSON has nothing for it", () => {
        assert.deepEqual([undefined, () => 1, Symbol("s"), 1n].map(shown), [
            "a value of type undefined",
            "a value of type function",
            "a value of type symbol",
            "a value of type bigint",
        ]);
        assert.deepEqual([Number.NaN, Number.POSITIVE_INFINITY, 1.5].map(shown), ["NaN", "Infinity", "1.5"]);
        assert.equal(shown({ toJSON: () => undefined }), "a value of type object");
        const loop: Record<string, unknown> = {};
        loop.self = loop;
        assert.equal(shown(loop), "a value that JSON can't express");
    });

    it("writes out what a terminal would obey, or show in another order", () => {
        assert.equal(printable("a\u001b[2J\u202eb\u2028\ud800"), "a\\u{1b}[2J\\u{202e}b\\u{2028}\\u{d800}");
        assert.equal(printable("ä € 😀"), "ä € 😀");
    });
});

describe("a path in a message", () => {
    it("is what pulumi config set --path takes", () => {
        assert.equal(configPath(["workload", "environment", "a b"]), 'bulwark:workload.environment["a b"]');
        assert.equal(configPath(["cluster", "dns", "cidrs", 0]), "bulwark:cluster.dns.cidrs[0]");
        assert.equal(configPath(["a", "b-c", "0d", "_e"]), 'bulwark:a.b-c["0d"]._e');
        assert.equal(configPath([]), "bulwark:");
    });
});
