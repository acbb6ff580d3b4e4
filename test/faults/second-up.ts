import { strict as assert } from "node:assert";
import { ConcurrentUpdateError } from "@pulumi/pulumi/automation";
import { clear, type SmallStack, smallStack, upWithFault } from "./small-stack";

describe("two updates of one stack at once", () => {
    let small: SmallStack;
    before(async () => {
        small = await smallStack("second");
        await clear(small);
    });
    after(() => small.stack.destroy({ remove: true }));

    it("is refused to the second, and nothing happens to the first", async () => {
        let refusal: unknown;
        await upWithFault(small.stack, /Release/, async () => {
            refusal = await small.stack.up().catch((error: unknown) => error);
        });
        assert.ok(refusal instanceof ConcurrentUpdateError, String(refusal));
        assert.match(refusal.message, /locked by 1 lock\(s\)\. Either wait for the other process.* `pulumi cancel`/);
        const { changeSummary } = await small.stack.preview({ expectNoChanges: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });
});
