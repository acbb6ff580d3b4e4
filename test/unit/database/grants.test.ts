import { strict as assert } from "node:assert";
import { readOnlyPrivileges, readWritePrivileges } from "../../../components/database/grants";

const names = { database: "mydb", owner: "app_owner" };
const privileges = readOnlyPrivileges({ ...names, reader: "readonly" }, "public");

describe("privileges of the read-only role", () => {
    it("let it connect, look into the schema and read, and nothing else", () => {
        const granted = privileges
            .filter(({ role }) => role === "readonly")
            .map(({ objectType, privileges: what, futureObjectsOf }) => [objectType, what, futureObjectsOf]);
        assert.deepEqual(granted, [
            ["database", ["CONNECT"], undefined],
            ["schema", ["USAGE"], undefined],
            ["table", ["SELECT"], undefined],
            ["table", ["SELECT"], "app_owner"],
        ]);
    });

    it("take everything from PUBLIC, in every database that a role could connect to", () => {
        const stripped = privileges.filter(({ role }) => role === "public");
        assert.deepEqual(
            stripped.map(({ privileges: what }) => what),
            stripped.map(() => []),
        );
        assert.deepEqual(
            stripped.filter(({ objectType }) => objectType === "database").map(({ database }) => database),
            ["mydb", "postgres", "template1"],
        );
    });

    it("never say ALL, which the provider can't compare", () => {
        assert.ok(!JSON.stringify(privileges).includes("ALL"));
    });

    it("take functions from PUBLIC for the whole database: defaults within a schema can only add", () => {
        const future = privileges.find(({ name }) => name === "public-future-functions");
        assert.equal(future?.schema, undefined);
        assert.equal(future?.futureObjectsOf, "app_owner");
    });

    it("meet each combination of role, database, schema and kind once: two grants would undo each other", () => {
        const keys = privileges.map(({ role, database, schema, objectType, futureObjectsOf }) =>
            JSON.stringify([role, database, schema, objectType, futureObjectsOf]),
        );
        assert.equal(new Set(keys).size, keys.length);
    });
});

describe("privileges of the read-write role", () => {
    const written = readWritePrivileges({ ...names, writer: "readwrite" }, "public");

    it("let it change rows, now and later, and nothing about the tables", () => {
        const rows = ["SELECT", "INSERT", "UPDATE", "DELETE"];
        assert.deepEqual(
            written.map(({ objectType, privileges: what, futureObjectsOf }) => [objectType, what, futureObjectsOf]),
            [
                ["database", ["CONNECT"], undefined],
                ["schema", ["USAGE"], undefined],
                ["table", rows, undefined],
                ["table", rows, "app_owner"],
                ["sequence", ["USAGE"], undefined],
                ["sequence", ["USAGE"], "app_owner"],
            ],
        );
        assert.ok(written.every(({ role }) => role === "readwrite"));
    });

    it("have names of their own", () => {
        const all = [...privileges, ...written].map(({ name }) => name);
        assert.equal(new Set(all).size, all.length);
    });
});
