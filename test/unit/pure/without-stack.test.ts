import { strict as assert } from "node:assert";
import { withoutStack } from "../../../components/without-stack";

describe("an error without its stack", () => {
    it("is the same error, whose stack is its message", () => {
        const error = new RangeError("too much");
        assert.equal(withoutStack(error), error);
        assert.equal(error.stack, "too much");
    });

    it("keeps its message, whatever somebody writes in front of it", () => {
        const error = withoutStack(new Error("too much"));
        error.message = `error serializing property "x": ${error.message}`;
        assert.equal(error.message, "too much");
    });

    it("lets its message be defined anew", () => {
        const error = withoutStack(withoutStack(new Error("too much")));
        assert.equal(error.message, "too much");
    });
});
