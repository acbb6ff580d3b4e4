import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { DatabaseAccess, type DatabaseAccessArgs } from "../../../components/database/database-access";
import { PostgresDatabase } from "../../../components/database/postgres-database";
import { scramVerifier } from "../../../components/database/scram";
import { freePort } from "../support/free-port";
import { one, type Registration, record, recorded, resolved } from "../support/recorder";

const ROLE = "postgresql:index/role:Role";
const PROVIDER = "pulumi:providers:postgresql";

/** The listener lives as long as the process; each program takes it over. */
let localPort: number;

function access(args: Partial<DatabaseAccessArgs> = {}): DatabaseAccess {
    const server = new PostgresDatabase("db");
    const way = args.direct ? {} : { tunnel: { localPort } };
    return new DatabaseAccess("access", { server, clientNamespaceName: "secure-app", ...way, ...args });
}

function ofDatabase(all: Registration[]): Registration[] {
    return all.filter(({ type }) => type.startsWith("postgresql:"));
}

describe("DatabaseAccess", () => {
    before(async () => {
        localPort = await freePort();
    });

    it("makes a reader with timeouts in milliseconds and a connection limit", async () => {
        const all = await record(() => access());
        const { inputs, secretInputs } = one(all, ROLE, "-readonly");
        assert.deepEqual(inputs, {
            name: "readonly",
            login: true,
            password: scramVerifier("generated-by-the-mock"),
            connectionLimit: 20,
            statementTimeout: 600_000,
            idleInTransactionSessionTimeout: 900_000,
            searchPaths: ["public"],
        });
        assert.ok(secretInputs.includes("password"));
    });

    it("gives no role a power", async () => {
        const all = await record(() => access());
        for (const { inputs } of all.filter(({ type }) => type === ROLE)) {
            for (const power of [
                "superuser",
                "createDatabase",
                "createRole",
                "replication",
                "bypassRowLevelSecurity",
                "roles",
            ]) {
                assert.equal(power in inputs, false, power);
            }
        }
    });

    it("gives every login a limit of connections, the owner too", async () => {
        const all = await record(() => access({ ownerConnectionLimit: 3, readwrite: {}, rotation: 1 }));
        const roles = all.filter(({ type }) => type === "postgresql:index/role:Role");
        assert.deepEqual(
            roles.map(({ inputs }) => [inputs.name, inputs.connectionLimit]),
            [
                ["app_owner", 3],
                ["app_owner_b", 3],
                ["readonly", 20],
                ["readonly_b", 20],
                ["readwrite", 20],
                ["readwrite_b", 20],
            ],
        );
    });

    it("makes the database the owner's", async () => {
        const all = await record(() => access());
        assert.deepEqual(one(all, "postgresql:index/database:Database").inputs, {
            name: "mydb",
            owner: "app_owner",
            encoding: "UTF8",
            template: "template0",
        });
    });

    it("makes everything in the database one after the other", async () => {
        const chain = ofDatabase(await record(() => access()));
        chain.slice(1).forEach((each, index) => {
            const before = chain[index]?.name;
            assert.ok(
                each.dependencies.some((urn) => urn.endsWith(`::${before}`)),
                `${each.name} waits for ${before}`,
            );
        });
        assert.equal(chain.length, 14);
    });

    it("deletes nothing in a database that goes itself", async () => {
        const all = await record(() => access());
        for (const { name, deletedWith } of ofDatabase(all)) {
            assert.ok(deletedWith.endsWith("kubernetes:helm.sh/v3:Release::db-release"), name);
        }
    });

    it("reaches the server over a verified connection through the tunnel", async () => {
        const all = await record(() => access());
        const { inputs, secretInputs } = one(all, PROVIDER);
        assert.equal(inputs.host, "127.0.0.1");
        assert.equal(inputs.port, String(localPort));
        assert.equal(inputs.sslmode, "verify-full");
        assert.match(inputs.sslrootcert as string, /\.crt$/);
        assert.ok(secretInputs.includes("password"));
        assert.ok(ofDatabase(all).every(({ provider }) => provider.includes("access-provider")));
    });

    it("reaches the server by address when told to, and opens no tunnel", async () => {
        const all = await record(() => access({ direct: { host: "pgdb-postgresql.database.svc", port: 6432 } }));
        const { inputs } = one(all, PROVIDER);
        assert.equal(inputs.host, "pgdb-postgresql.database.svc");
        assert.equal(inputs.port, "6432");
    });

    it("puts each role's credentials where they are needed, and only there", async () => {
        const all = await record(() => access());
        const reader = one(all, "kubernetes:core/v1:Secret", "-readonly-credentials");
        assert.deepEqual(
            [reader.inputs.metadata, reader.inputs.type].map(
                (part) => (part as { namespace?: string }).namespace ?? part,
            ),
            ["secure-app", "servicebinding.io/postgresql"],
        );
        assert.equal((reader.inputs.stringData as Record<string, string>).username, "readonly");
        assert.ok(reader.secretInputs.includes("stringData"));
        const owner = one(all, "kubernetes:core/v1:Secret", "-owner-credentials");
        assert.equal((owner.inputs.metadata as { namespace: string }).namespace, "database");
        assert.equal((owner.inputs.metadata as { name: string }).name, "mydb-owner");
    });

    it("gives a role's password an end only when asked to", async () => {
        const all = await record(() => access({ readwrite: { validUntil: "2027-01-31T10:30+02:00" } }));
        const ends = all
            .filter(({ type }) => type === "postgresql:index/role:Role")
            .map(({ inputs }) => inputs.validUntil);
        assert.deepEqual(ends, [undefined, undefined, "2027-01-31 08:30:00+00"]);
        await assert.rejects(
            record(() => access({ validUntil: "tomorrow" })),
            /validUntil: must be a point in time/,
        );
    });

    it("makes a role that writes only when asked to, with limits and a Secret of its own", async () => {
        const all = await record(() =>
            access({ readwrite: { connectionLimit: 5, clientNamespaceName: "worker", roleName: "writer" } }),
        );
        const { inputs } = one(all, ROLE, "-readwrite");
        assert.deepEqual(inputs, {
            name: "writer",
            login: true,
            password: scramVerifier("generated-by-the-mock"),
            connectionLimit: 5,
            statementTimeout: 600_000,
            idleInTransactionSessionTimeout: 900_000,
            searchPaths: ["public"],
        });
        const secret = one(all, "kubernetes:core/v1:Secret", "-readwrite-credentials");
        const { name, namespace } = secret.inputs.metadata as { name: string; namespace: string };
        assert.deepEqual([name, namespace], ["app-db-write-creds", "worker"]);
        assert.equal((secret.inputs.stringData as Record<string, string>).username, "writer");
        const chain = ofDatabase(all);
        assert.equal(chain.length, 21);
        chain.slice(1).forEach((each, index) => {
            const before = chain[index]?.name;
            assert.ok(
                each.dependencies.some((urn) => urn.endsWith(`::${before}`)),
                `${each.name} waits for ${before}`,
            );
        });
    });

    it("refuses a role that writes under the name of another", async () => {
        await assert.rejects(
            record(() => access({ readwrite: { roleName: "readonly", statementTimeout: "5" } })),
            (error: Error) => {
                assert.deepEqual(error.message.split("\n").slice(1), [
                    '  readwrite.roleName: must differ from `readonlyRole`, both are "readonly"',
                    '  readwrite.statementTimeout: must be a duration with its unit (ms, s, min, h or d), is "5"; write for example "10min"',
                ]);
                return true;
            },
        );
    });

    it("tells a version of the credentials that is no secret", async () => {
        let component: DatabaseAccess | undefined;
        await record(() => {
            component = access();
        });
        const version = component?.credentialsVersion ?? pulumi.output("");
        assert.equal(await pulumi.isSecret(version), false);
        assert.match(await resolved(version), /^[0-9a-f]{16}$/);
    });

    it("keeps passwords out of its own state", async () => {
        const all = await record(() => access());
        assert.deepEqual(one(all, "bulwark:index:DatabaseAccess").inputs, {});
    });

    it("protects the database only when asked", async () => {
        const all = await record(() => access({ protectData: true }));
        assert.deepEqual(
            all.filter(({ protect }) => protect).map(({ type }) => type),
            ["postgresql:index/database:Database"],
        );
    });

    it("reports every fault at once and creates nothing in the database", async () => {
        const wrong = {
            databaseName: "my-db",
            readonlyRole: "app_owner",
            statementTimeout: "10",
            connectionLimit: 0,
            tunnel: { localPort: 80 },
            direct: { host: "db.example" },
        };
        await assert.rejects(
            record(() => access(wrong)),
            (error: Error) => {
                assert.equal(
                    error.message,
                    [
                        'DatabaseAccess "access" can\'t be created:',
                        "  direct: excludes `tunnel`; give the one way by which this machine reaches the database",
                        "  tunnel.localPort: must be a port from 1024 to 65535, is 80; a process without capabilities can't listen below 1024",
                        '  databaseName: must be 1 to 63 lower-case letters, digits or "_", not starting with a digit, is "my-db"; write for example "readonly"',
                        '  readonlyRole: must differ from `ownerRole`, both are "app_owner"',
                        '  statementTimeout: must be a duration with its unit (ms, s, min, h or d), is "10"; write for example "10min"',
                        "  connectionLimit: must be a whole number from 1 to 10000, is 0",
                    ].join("\n"),
                );
                return true;
            },
        );
        assert.deepEqual(ofDatabase(recorded()), []);
    });
});
