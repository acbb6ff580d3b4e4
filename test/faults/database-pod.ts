import { strict as assert } from "node:assert";
import { get, kubectl } from "../e2e/support/kubectl";
import { STACK_TRACE } from "./by-hand";
import { keepRows, keptRows, sql } from "./server";
import { clear, type SmallStack, smallStack, upWithFault } from "./small-stack";

const POD = "pgdb-postgresql-0";

describe("the database's pod, deleted in the middle of an update", () => {
    let small: SmallStack;
    before(async () => {
        small = await smallStack("pod");
        await clear(small);
        await small.stack.up();
        await keepRows(small.database);
    });
    after(() => small.stack.destroy({ remove: true }));

    async function uid(): Promise<string> {
        const { metadata } = await get<{ metadata: { uid: string } }>("pod", "-n", small.database, POD);
        return metadata.uid;
    }

    async function deletePod(): Promise<void> {
        await kubectl("delete", "pod", "-n", small.database, POD, "--grace-period=0", "--force");
    }

    async function assertSettled(): Promise<void> {
        const { changeSummary } = await small.stack.preview({ refresh: true, runProgram: true, expectNoChanges: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
        assert.equal(await keptRows(small.database), "100");
    }

    it("comes back with its rows and the server's new setting", async () => {
        const before = await uid();
        small.settings.server = { maxConnections: 60 };
        await upWithFault(small.stack, /Release/, deletePod);
        assert.notEqual(await uid(), before);
        assert.equal(await sql(small.database, "SHOW max_connections"), "60");
        await assertSettled();
    });

    it("comes back while a role is changed, which this update does or the next", async () => {
        const before = await uid();
        small.settings.access = { statementTimeout: "4min" };
        try {
            await upWithFault(small.stack, /postgresql:.*Role/, deletePod);
        } catch (error) {
            // A connection that the server had answered can't be begun again; the server may have time to say why.
            const reasons = /error: (error (connecting to PostgreSQL server|updating role)|terminating connection)/;
            assert.match((error as Error).message, reasons);
            assert.doesNotMatch((error as Error).message, STACK_TRACE);
            await small.stack.up();
        }
        assert.notEqual(await uid(), before);
        const settings = await sql(small.database, "SELECT rolconfig FROM pg_roles WHERE rolname = 'readonly'");
        assert.match(settings, /statement_timeout=240000/);
        await assertSettled();
    });
});
