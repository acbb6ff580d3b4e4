import { strict as assert } from "node:assert";
import { skipStackTraces } from "../../components/skip-stack-traces";

describe("a program that skips stack traces", () => {
    const { prepareStackTrace } = Error;
    afterEach(() => {
        Error.prepareStackTrace = prepareStackTrace;
    });

    for (const [whose, before] of [
        ["Node's own", undefined],
        ["another's", (error: Error) => `${error}: another's`],
    ] as const) {
        it(`makes none of the errors without a message, which nobody reads, instead of ${whose}`, () => {
            Reflect.set(Error, "prepareStackTrace", before);
            skipStackTraces();
            assert.equal(new Error().stack, "Error");
        });
    }

    it("leaves to all others their place in the sources", () => {
        Reflect.deleteProperty(Error, "prepareStackTrace");
        skipStackTraces();
        // As the line below is the 25th of this file, and tsx runs another text.
        assert.match(new Error("read").stack ?? "", /^Error: read\n {4}at .*stack-traces\.test\.ts:25:\d+\)/);
    });

    it("leaves to all others what another makes of them, however often it is told", () => {
        Error.prepareStackTrace = (error) => `${error}: another's`;
        skipStackTraces();
        const first = Error.prepareStackTrace;
        skipStackTraces();
        assert.equal(Error.prepareStackTrace, first);
        assert.equal(new Error("read").stack, "Error: read: another's");
    });
});
