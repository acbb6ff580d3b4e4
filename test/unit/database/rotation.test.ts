import { strict as assert } from "node:assert";
import { DatabaseAccess, type DatabaseAccessArgs } from "../../../components/database/database-access";
import { scramVerifier } from "../../../components/database/scram";
import { SqlJob } from "../../../components/database/sql-job";
import { one, type Registration, record, resolved } from "../support/recorder";

const ROLE = "postgresql:index/role:Role";
const PASSWORD = "random:index/randomPassword:RandomPassword";
const SECRET = "kubernetes:core/v1:Secret";

const SERVER = {
    namespaceName: "database",
    podName: "pgdb-postgresql-0",
    host: "pgdb-postgresql.database.svc",
    adminPassword: "generated-by-the-mock",
    caCertificate: "CERTIFICATE",
};

function make(args: Partial<DatabaseAccessArgs>): DatabaseAccess {
    const direct = { host: "10.0.0.5" };
    return new DatabaseAccess("access", {
        server: SERVER,
        clientNamespaceName: "shop",
        direct,
        readwrite: {},
        ...args,
    });
}

async function access(args: Partial<DatabaseAccessArgs>): Promise<{ all: Registration[]; component: DatabaseAccess }> {
    const made: DatabaseAccess[] = [];
    const all = await record(() => {
        made.push(make(args));
    });
    const [component] = made;
    assert.ok(component);
    return { all, component };
}

function ofType(all: Registration[], wanted: string): Registration[] {
    return all.filter(({ type }) => type === wanted);
}

function secrets(all: Registration[]): string[][] {
    return ofType(all, SECRET).map(({ name, inputs }) => [
        name,
        (inputs.metadata as { name: string }).name,
        (inputs.stringData as { username: string }).username,
    ]);
}

describe("DatabaseAccess in rotation", () => {
    it("has one login for each role before the first, whose password nothing would replace", async () => {
        const { all, component } = await access({});
        assert.deepEqual(
            ofType(all, ROLE).map(({ inputs, ignoreChanges }) => [inputs.name, ignoreChanges.length]),
            [
                ["app_owner", 0],
                ["readonly", 0],
                ["readwrite", 0],
            ],
        );
        assert.ok(ofType(all, PASSWORD).every(({ inputs }) => !("keepers" in inputs)));
        assert.deepEqual(await resolved(component.retiredLogins), []);
        assert.deepEqual(await resolved(component.readonlyLogins), ["readonly"]);
    });

    it("makes a second login of each role with the role's limits and without privileges of its own", async () => {
        const { all } = await access({ rotation: 1, connectionLimit: 7 });
        const { inputs } = one(all, ROLE, "-readonly-b");
        assert.deepEqual(inputs, {
            name: "readonly_b",
            login: true,
            password: scramVerifier("generated-by-the-mock"),
            roles: ["readonly"],
            assumeRole: "readonly",
            connectionLimit: 7,
            statementTimeout: 600_000,
            idleInTransactionSessionTimeout: 900_000,
            searchPaths: ["public"],
        });
        const owner = one(all, ROLE, "-owner-b").inputs;
        assert.deepEqual([owner.name, owner.roles, owner.assumeRole], ["app_owner_b", ["app_owner"], "app_owner"]);
        const granted = ofType(all, "postgresql:index/grant:Grant").map(({ inputs: grant }) => grant.role);
        assert.deepEqual([...new Set(granted)].sort(), ["public", "readonly", "readwrite"]);
    });

    it("makes and grants the same at every rotation: only logins and their Secrets take turns", async () => {
        const grants = async (rotation: number) =>
            (await access({ rotation })).all
                .filter(({ type }) => /grant:|defaultPrivileges:|database:/.test(type))
                .map(({ name, inputs }) => [name, inputs]);
        const before = await grants(0);
        assert.ok(before.length > 10);
        for (const rotation of [1, 2]) {
            assert.deepEqual(await grants(rotation), before);
        }
    });

    it("gives the one whose turn it is another password and leaves the other the one that it has", async () => {
        for (const [rotation, active] of [
            [1, "-readonly-b"],
            [2, "-readonly"],
        ] as const) {
            const { all } = await access({ rotation });
            const ignoring = ofType(all, ROLE).filter(({ ignoreChanges }) => ignoreChanges.includes("password"));
            assert.equal(ignoring.length, 3);
            assert.deepEqual(one(all, ROLE, active).ignoreChanges, []);
            for (const { inputs } of ofType(all, PASSWORD)) {
                assert.deepEqual(inputs.keepers, { rotation: String(rotation) });
            }
        }
    });

    it("puts the next credentials beside the last ones, and the owner's in their place", async () => {
        assert.deepEqual(secrets((await access({ rotation: 2 })).all), [
            ["access-readonly-credentials", "app-db-creds", "readonly"],
            ["access-owner-credentials", "mydb-owner", "app_owner"],
            ["access-readwrite-credentials", "app-db-write-creds", "readwrite"],
        ]);
        assert.deepEqual(secrets((await access({ rotation: 3 })).all), [
            ["access-readonly-b-credentials", "app-db-creds-b", "readonly_b"],
            ["access-owner-credentials", "mydb-owner", "app_owner_b"],
            ["access-readwrite-b-credentials", "app-db-write-creds-b", "readwrite_b"],
        ]);
    });

    it("lets no job of the owner's be replaced with the owner's Secret", async () => {
        const all = await record(
            () =>
                new SqlJob("migration", {
                    sql: "SELECT 1",
                    namespaceName: "database",
                    credentialsSecretName: make({}).ownerSecretName,
                    serverPodLabels: { app: "db" },
                }),
        );
        const { spec = [] } = one(all, "kubernetes:batch/v1:Job").propertyDependencies;
        assert.ok(spec.some((urn) => urn.includes("postgresql:")));
        assert.ok(!spec.some((urn) => urn.includes(":Secret::")));
    });

    it("tells which logins there are, and which to close", async () => {
        const odd = (await access({ rotation: 1 })).component;
        assert.deepEqual(await resolved(odd.retiredLogins), ["app_owner", "readonly", "readwrite"]);
        assert.deepEqual(await resolved(odd.readonlyLogins), ["readonly", "readonly_b"]);
        assert.deepEqual(await resolved(odd.readwriteLogins ?? []), ["readwrite", "readwrite_b"]);
        assert.equal(await resolved(odd.readonlyRole), "readonly");
        const even = (await access({ rotation: 2 })).component;
        assert.deepEqual(await resolved(even.retiredLogins), ["app_owner_b", "readonly_b", "readwrite_b"]);
    });

    it("never writes a password into a statement", async () => {
        const { all } = await access({ rotation: 1 });
        for (const { inputs, name } of ofType(all, ROLE)) {
            assert.match(String(inputs.password), /^SCRAM-SHA-256\$/, name);
        }
    });

    it("makes everything in the database one after the other", async () => {
        const chain = (await access({ rotation: 1 })).all.filter(({ type }) => type.startsWith("postgresql:"));
        chain.slice(1).forEach((each, index) => {
            const before = chain[index]?.name;
            assert.ok(
                each.dependencies.some((urn) => urn.endsWith(`::${before}`)),
                `${each.name} waits for ${before}`,
            );
        });
    });

    it("refuses a wrong count and names that a second login needs", async () => {
        const wrong = { rotation: -1, ownerRole: "readonly_b", readwrite: { roleName: "readwrite" } };
        await assert.rejects(access(wrong), (error: Error) => {
            assert.deepEqual(error.message.split("\n").slice(1), [
                "  rotation: must be a whole number from 0 to 1000000, is -1",
                '  readonlyRole: must not be kept for a second login, as with `ownerRole`, is "readonly"',
            ]);
            return true;
        });
        await assert.rejects(access({ rotation: 1, ownerRole: "o".repeat(62) }), /ownerRole: must have at most 61/);
    });
});
