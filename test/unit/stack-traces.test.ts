import { strict as assert } from "node:assert";
import { withoutStackTraces } from "../../components/without-stack-traces";

describe("a program without stack traces", () => {
    it("makes none of them while it registers", () => {
        assert.equal(
            withoutStackTraces(() => new Error("seen inside").stack),
            "Error: seen inside",
        );
    });

    it("leaves the trace to an error that gets out", () => {
        let caught: Error | undefined;
        try {
            withoutStackTraces(() => {
                throw new Error("seen outside");
            });
        } catch (error) {
            caught = error as Error;
        }
        assert.match(caught?.stack ?? "", /stack-traces\.test\.ts/);
    });

    it("leaves everything as it was", () => {
        const before = Error.prepareStackTrace;
        assert.throws(() =>
            withoutStackTraces(() => {
                throw new Error();
            }),
        );
        assert.equal(Error.prepareStackTrace, before);
    });
});
