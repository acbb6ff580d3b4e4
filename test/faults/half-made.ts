// A role or a database is made in a moment: too short to be hit by chance. So it is made by hand, and written into the
// state as what was under way.
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { stateFolder } from "../../sandbox/paths";
import { pendingOperations, recover } from "./recovery";
import { madeInServer, sql } from "./server";
import { clear, type SmallStack, smallStack } from "./small-stack";

const ROLE = "postgresql:index/role:Role";
const DATABASE = "postgresql:index/database:Database";

interface Checkpoint {
    checkpoint: {
        latest: { resources: { urn: string; type: string; deletedWith?: string }[]; pending_operations?: unknown[] };
    };
}

describe("a role and a database that a killed update was making", () => {
    let small: SmallStack;
    before(async () => {
        small = await smallStack("half");
        await clear(small);
        await small.stack.up();
    });
    after(async () => {
        await clear(small);
        await small.stack.workspace.removeStack(small.stack.name);
    });

    /** Leaves in the state what an engine leaves that dies while it makes something of the type. */
    function leavePending(name: string, ...types: string[]): void {
        const file = path.join(stateFolder, "pulumi-state", ".pulumi", "stacks", "bulwark", `${small.stack.name}.json`);
        const content = JSON.parse(fs.readFileSync(file, "utf8")) as Checkpoint;
        const { latest } = content.checkpoint;
        latest.pending_operations = types.map((type) => {
            const like = latest.resources.find((each) => each.type === type);
            const { urn = "", deletedWith } = like ?? {};
            const resource = { urn: `${urn}-half`, custom: true, type, inputs: { name }, deletedWith };
            return { resource, type: "creating" };
        });
        fs.writeFileSync(file, JSON.stringify(content));
    }

    it("are dropped", async () => {
        const before = await madeInServer(small.database);
        await sql(small.database, "CREATE ROLE half_made", "postgres");
        await sql(small.database, "CREATE DATABASE half_made", "postgres");
        leavePending("half_made", ROLE, DATABASE);
        assert.equal(await pendingOperations(small.stack), 2);
        const said = await recover(small.stack, small.node);
        assert.match(said, /the role half_made in .*\n.*the database half_made in /);
        assert.deepEqual(await madeInServer(small.database), before);
        assert.equal(await pendingOperations(small.stack), 0);
        const { changeSummary } = await small.stack.preview({ expectNoChanges: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });

    it("stay with their tables, if there are any, and the state stays too", async () => {
        await sql(small.database, "CREATE DATABASE half_made", "postgres");
        await sql(small.database, "CREATE TABLE kept (id int)", "half_made");
        leavePending("half_made", DATABASE);
        await assert.rejects(recover(small.stack, small.node), /there are tables in this database: it stays/);
        assert.equal(await sql(small.database, "SELECT count(*) FROM kept", "half_made"), "0");
        assert.equal(await pendingOperations(small.stack), 1);
        await sql(small.database, "DROP DATABASE half_made", "postgres");
    });

    it("aren't touched when the state has them", async () => {
        const before = await madeInServer(small.database);
        leavePending("mydb", DATABASE);
        assert.match(await recover(small.stack, small.node), /Nothing was half made/);
        leavePending("readonly", ROLE);
        assert.match(await recover(small.stack, small.node), /Nothing was half made/);
        assert.deepEqual(await madeInServer(small.database), before);
    });
});
