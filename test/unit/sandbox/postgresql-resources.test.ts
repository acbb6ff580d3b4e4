import assert from "node:assert/strict";
import { databaseType } from "../../../sandbox/providers/postgresql/database";
import type { Database } from "../../../sandbox/providers/postgresql/database-sql";
import { defaultPrivilegesType } from "../../../sandbox/providers/postgresql/default-privileges";
import { differences, foundInputs, sorted } from "../../../sandbox/providers/postgresql/differences";
import { grantType } from "../../../sandbox/providers/postgresql/grant";
import type { Grant } from "../../../sandbox/providers/postgresql/grant-sql";
import { roleType } from "../../../sandbox/providers/postgresql/role";
import { checkSettings, parseSettings, tlsOptions } from "../../../sandbox/providers/postgresql/settings";
import type { ResourceType } from "../../../sandbox/providers/resource-type";
import { type Props, UNKNOWN } from "../../../sandbox/providers/wire";

const DATABASE: Database = {
    name: "app",
    owner: "owner",
    template: "template0",
    encoding: "UTF8",
    connectionLimit: -1,
    allowConnections: true,
    isTemplate: false,
};

const GRANT: Grant = {
    role: "reader",
    database: "app",
    objectType: "table",
    schema: "public",
    objects: [],
    privileges: ["INSERT", "SELECT"],
    withGrantOption: false,
};

/** No test here may need a server. */
function unreachable(): never {
    throw new Error("a pure check reached for the server");
}

async function check(type: ResourceType, news: Props) {
    const result = await type.check?.(news, undefined, { urn: "urn", name: "name" });
    assert.ok(result);
    return result;
}

describe("sandbox postgresql provider: resources", () => {
    it("fills in the defaults and refuses what it doesn't implement", async () => {
        const { inputs, failures } = await check(roleType(unreachable), {
            name: "r",
            roles: ["b", "a", "b"],
            encryptedPassword: true,
        });
        assert.deepEqual(
            [inputs.login, inputs.inherit, inputs.connectionLimit, inputs.validUntil],
            [false, true, -1, "infinity"],
        );
        assert.deepEqual(inputs.roles, ["a", "b"]);
        assert.deepEqual(failures, [
            { property: "encryptedPassword", reason: "the offline stand-in does not implement this property" },
        ]);
    });

    it("changes a role in place, whatever changes, and sees drift in the state", async () => {
        const { diff } = roleType(unreachable);
        const inputs = { name: "r", login: true, roles: [] };
        const state = { ...inputs, statementTimeout: 0, assumeRole: "" };
        assert.deepEqual((await diff?.("r", state, inputs, inputs))?.changed, []);
        const drifted = await diff?.("r", { ...state, superuser: true, roles: ["x"] }, inputs, inputs);
        assert.deepEqual([drifted?.changed, drifted?.replace], [["superuser", "roles"], []]);
        assert.deepEqual((await diff?.("r", state, inputs, { ...inputs, name: "n" }))?.replace, []);
    });

    it("replaces for a locale or an encoding, and leaves to the server what the program doesn't set", async () => {
        const { diff } = databaseType(unreachable);
        const state = { ...DATABASE, lcCollate: "C.UTF-8", lcCtype: "C.UTF-8" };
        assert.deepEqual((await diff?.("app", { ...state }, { ...DATABASE }, { ...DATABASE }))?.changed, []);
        const replaced = await diff?.("app", { ...state }, { ...DATABASE }, { ...DATABASE, lcCollate: "C" });
        assert.deepEqual(replaced?.replace, ["lcCollate"]);
        const owner = await diff?.("app", { ...state }, { ...DATABASE }, { ...DATABASE, owner: UNKNOWN });
        assert.deepEqual([owner?.changed, owner?.replace], [["owner"], []]);
    });

    it("reports what is missing or too much", async () => {
        const common = { role: "r", database: "d", privileges: [] };
        const reasons = async (type: ResourceType, news: Props) =>
            (await check(type, news)).failures?.map(({ property, reason }) => `${property}: ${reason}`);
        const grant = grantType(unreachable);
        assert.deepEqual(await reasons(grant, { ...common, objectType: "table" }), [
            "schema: is required for object type table",
        ]);
        assert.deepEqual(await reasons(grant, { ...common, objectType: "schema", schema: "s", objects: ["t"] }), [
            "objects: must be empty for object type schema",
        ]);
        assert.deepEqual(await reasons(grant, { ...common, objectType: "column", columns: ["c"] }), [
            "columns: the offline stand-in does not implement this property",
            "objectType: must be one of database, schema, table, sequence, function, procedure, routine",
        ]);
        const defaults = {
            ...common,
            owner: "o",
            role: "public",
            objectType: "schema",
            schema: "s",
            withGrantOption: true,
        };
        assert.deepEqual(await reasons(defaultPrivilegesType(unreachable), defaults), [
            "schema: must be empty for object type schema",
            "withGrantOption: cannot be true for role public",
        ]);
    });

    it("replaces a grant before it is made anew, unless only its privileges differ", async () => {
        const { diff } = grantType(unreachable);
        const olds = { ...GRANT };
        assert.deepEqual(await diff?.("id", olds, olds, { ...GRANT, privileges: ["SELECT"] }), {
            changed: ["privileges"],
            replace: [],
            deleteBeforeReplace: true,
        });
        assert.deepEqual((await diff?.("id", olds, olds, { ...GRANT, objects: ["t"] }))?.replace, ["objects"]);
        assert.deepEqual((await diff?.("id", { ...olds, privileges: [] }, olds, olds))?.changed, ["privileges"]);
    });

    it("shows in previews what it would return, without a server", async () => {
        const preview = { urn: "", preview: true, timeoutSeconds: 0, signal: new AbortController().signal };
        const context = { ...preview, log: () => undefined, warn: () => undefined };
        assert.deepEqual(await grantType(unreachable).create({ ...GRANT }, context), { id: "", outputs: GRANT });
        assert.equal((await databaseType(unreachable).create({ name: "d" }, context)).outputs.owner, UNKNOWN);
    });
});

describe("sandbox postgresql provider: state and settings", () => {
    it("treats absent, empty and zero alike, and an unknown value as a change", () => {
        const rules = { properties: { a: { kind: "integer" }, b: { kind: "strings" } } } as const;
        assert.deepEqual(differences(rules, { a: 0 }, {}, { b: [] }).changed, []);
        assert.deepEqual(differences(rules, { a: 0 }, {}, { a: UNKNOWN }).changed, ["a"]);
    });

    it("describes what it found by the inputs that were given, and by whatever else is set", () => {
        const properties = { a: { kind: "integer" }, b: { kind: "string" }, c: { kind: "string" } } as const;
        const found = { a: 5, b: "", c: "server's choice" };
        assert.deepEqual(foundInputs(properties, ["c"], {}, found), { a: 5 });
        assert.deepEqual(foundInputs(properties, ["c"], { b: "x", c: "y" }, found), found);
        assert.deepEqual(sorted({ list: ["b", "a"], open: ["z", UNKNOWN] }, ["list", "open"]), {
            list: ["a", "b"],
            open: ["z", UNKNOWN],
        });
    });

    it("takes what the configuration leaves open from the environment, or the defaults", () => {
        const environment = { PGHOST: "db", PGUSER: "u", PGSSLMODE: "disable" };
        const settings = parseSettings({}, environment);
        assert.deepEqual(settings, {
            host: "db",
            port: 5432,
            username: "u",
            password: undefined,
            database: "postgres",
            databaseUsername: "u",
            ssl: false,
            connectTimeoutSeconds: 180,
            maxConnections: 20,
            superuser: true,
        });
        const given = parseSettings({ host: "h", port: "1", connectTimeout: "9", superuser: "false" }, environment);
        assert.deepEqual([given.host, given.port, given.connectTimeoutSeconds, given.superuser], ["h", 1, 9, false]);
        assert.throws(() => parseSettings({}, {}), /host: the address of the PostgreSQL server is required/);
    });

    it("refuses the configuration that it would have to ignore", async () => {
        assert.deepEqual(await checkSettings({ host: "h", sslmode: "prefer", awsRdsIamAuth: "true", port: UNKNOWN }), [
            { property: "awsRdsIamAuth", reason: "the offline stand-in does not implement this property" },
            { property: "sslmode", reason: "must be one of disable, require, verify-ca, verify-full" },
        ]);
    });

    it("verifies as much as the mode says", () => {
        const verified = (mode: string) => {
            const options = tlsOptions("db", mode);
            return options ? options.rejectUnauthorized : false;
        };
        assert.deepEqual(["disable", "require", "verify-ca", "verify-full"].map(verified), [false, false, true, true]);
        assert.throws(
            () => tlsOptions("db", "require", "/nowhere/ca.crt"),
            /^Error: sslrootcert: cannot read \/nowhere\/ca.crt/,
        );
    });
});
