import { strict as assert } from "node:assert";
import { sortOf } from "../../../components/sort-of";

describe("the sort of a value", () => {
    it("is told in words, without the value", () => {
        const values = ["a", 1, true, {}, [], null, undefined, 1n];
        assert.deepEqual(values.map(sortOf), [
            "a text",
            "a number",
            "a switch",
            "an object",
            "a list",
            "null",
            "of type undefined",
            "of type bigint",
        ]);
    });
});
