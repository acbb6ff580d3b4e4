/** What refuses that data is left behind, on the real engine: previews, updates, refreshes and the end of a stack. */
import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { guarded } from "../../components/database/data-guard";
import { type Engine, startEngine } from "./support/engine";

/** What the program of the test says. */
const settings: { where: Record<string, string | undefined>; allowed: boolean; rotations?: Record<string, number> } = {
    where: { releaseName: "pgdb", storageClassName: undefined },
    allowed: false,
};

async function program() {
    const { allowed, where, rotations } = settings;
    const values = Object.entries(where).map(([setting, value]) => [setting, value && pulumi.output(value)]);
    return guarded(
        "guard",
        Object.fromEntries(values),
        { subject: "The test", advice: "Don't.", allowed, rotations },
        {},
    );
}

describe("a guard of data", function () {
    this.timeout(300_000);
    let engine: Engine;
    let stack: Stack;
    before(async () => {
        engine = await startEngine();
        stack = await engine.stack("guarded", program);
    });
    after(() => engine.close());
    beforeEach(() => {
        settings.where = { releaseName: "pgdb", storageClassName: undefined };
        settings.allowed = false;
        delete settings.rotations;
    });

    async function assertUnchanged(): Promise<void> {
        const { changeSummary } = await stack.preview({ refresh: true, runProgram: true, expectNoChanges: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    }

    it("lets the first update pass, and those that change nothing", async () => {
        const { outputs } = await stack.up();
        assert.equal(outputs.releaseName?.value, "pgdb");
        assert.equal((await stack.refresh({ runProgram: true })).summary.result, "succeeded");
        assert.deepEqual(Object.keys((await stack.up()).summary.resourceChanges ?? {}), ["same"]);
        await assertUnchanged();
    });

    it("refuses a change in a preview and in an update, and remembers what was before", async () => {
        settings.where = { releaseName: "other", storageClassName: "fast" };
        const refusal =
            /The test keeps its data where it is:\n.*releaseName: is "pgdb", would become "other"\n.*storageClassName: is left out, would become "fast"\n.*Don't\./;
        await assert.rejects(stack.preview(), refusal);
        await assert.rejects(stack.up(), refusal);
        settings.where = { releaseName: "pgdb", storageClassName: undefined };
        await assertUnchanged();
    });

    it("takes a further setting under its wing, and lets one go", async () => {
        settings.where = { releaseName: "pgdb", databaseName: "mydb" };
        await stack.up();
        settings.where = { releaseName: "pgdb", databaseName: "other" };
        await assert.rejects(stack.up(), /databaseName: is "mydb", would become "other"/);
        settings.where = { releaseName: "pgdb", storageClassName: undefined };
        await stack.up();
    });

    it("lets a change pass that is allowed", async () => {
        settings.allowed = true;
        settings.where = { releaseName: "other", storageClassName: undefined };
        await stack.up();
        settings.allowed = false;
        await assertUnchanged();
    });

    it("lets a rotation take a step up, and neither two nor one back, whatever else is allowed", async () => {
        settings.allowed = true;
        for (const rotation of [0, 1, 2]) {
            settings.rotations = { rotation };
            await stack.up();
        }
        for (const rotation of [1, 0, 4]) {
            settings.rotations = { rotation };
            const refusal = new RegExp(
                `The test rotates one step at a time:\n.*rotation: is 2, can't become ${rotation}; write 3, or leave it`,
            );
            await assert.rejects(stack.preview(), refusal);
            await assert.rejects(stack.up(), refusal);
        }
        settings.rotations = { rotation: 2 };
        await assertUnchanged();
    });

    it("stands in nobody's way at the end, and needs no program then", async () => {
        assert.equal((await stack.destroy()).summary.result, "succeeded");
    });
});
