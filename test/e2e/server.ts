import { strict as assert } from "node:assert";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Cluster } from "../../sandbox/cluster";
import { type Attempt, FOR_THE_OWNER, FOR_WRITERS, FORBIDDEN } from "./support/access-attempts";
import { inPod, kubectl } from "./support/kubectl";
import {
    allPasswords,
    asRole,
    type ServerRole,
    serverLog,
    serverStack,
    settings,
    sqlFile,
    writer,
} from "./support/server-stack";
import { smallDatabase } from "./support/small-database";
import { cluster } from "./support/stack";

const ROLES = ["readonly", "readwrite", "app_owner"] as const;

/** SQL as a role, which must succeed. */
async function run(role: ServerRole, sql: string): Promise<string> {
    const { code, stdout, stderr } = await asRole(role, sql);
    assert.equal(code, 0, `${sql}: ${stderr}`);
    return stdout.trim();
}

async function refused(role: ServerRole, attempts: Attempt[]): Promise<void> {
    for (const { sql, connection, refusal } of attempts) {
        const { code, stderr } = await asRole(role, sql, connection);
        assert.notEqual(code, 0, `${role}: ${sql}`);
        assert.match(stderr, refusal, `${role}: ${sql}`);
    }
}

/** Nothing of it stays. */
async function allowed(role: ServerRole, attempts: Attempt[]): Promise<void> {
    for (const { sql } of attempts) {
        await run(role, `BEGIN; ${sql}; ROLLBACK;`);
    }
}

describe("a database server of its own", () => {
    let stack: Stack;
    let node: Cluster;

    before(async () => {
        node = await cluster();
        stack = await serverStack();
        // What an earlier run that was cut short has left would not be "from nothing".
        await stack.destroy();
        await stack.up();
        await run("app_owner", "CREATE TABLE later (id int, word text); INSERT INTO later VALUES (1, 'first');");
        await run("postgres", "CREATE DATABASE other");
    });

    after(async () => {
        await stack.destroy({ remove: true });
    });

    describe("lets no role but the superuser", () => {
        for (const [what, attempts] of Object.entries(FORBIDDEN)) {
            for (const role of ROLES) {
                it(`${what}: ${role}`, () => refused(role, attempts));
            }
        }
    });

    describe("gives each level of access its own", () => {
        it("the owner makes and changes structure and rows", () =>
            allowed("app_owner", [...FOR_THE_OWNER, ...FOR_WRITERS]));

        it("the role that writes changes rows, and no structure", async () => {
            await allowed("readwrite", FOR_WRITERS);
            await refused("readwrite", FOR_THE_OWNER);
        });

        it("the role that reads changes nothing", async () => {
            assert.equal(await run("readonly", "SELECT word FROM later"), "first");
            await refused("readonly", [...FOR_WRITERS, ...FOR_THE_OWNER]);
        });
    });

    describe("tells Prometheus", () => {
        const LOOPBACK = "host=127.0.0.1 sslmode=disable";
        const login = (database: string, parameters = LOOPBACK) =>
            asRole("postgres_exporter", "SELECT 1", { database, parameters });

        it("that it is up, and how many connections there are of how many", async () => {
            const request = "exec 3<>/dev/tcp/127.0.0.1/9187; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3";
            const metrics = await inPod(stack.name, "pgdb-postgresql-0", ["bash", "-c", request]);
            assert.match(metrics.stdout, /^pg_up(\{.*\})? 1$/m, metrics.stderr);
            assert.match(metrics.stdout, /^pg_settings_max_connections\{.*\} 50$/m);
            assert.match(metrics.stdout, /^pg_stat_activity_count\{.*datname="postgres".*\} [1-9]/m);
        });

        it("by a role that comes from the pod itself alone, and sees no row", async () => {
            assert.equal((await login("postgres")).code, 0);
            const podIp = "jsonpath={.status.podIP}";
            const address = await kubectl("get", "pod", "-n", stack.name, "pgdb-postgresql-0", "-o", podIp);
            for (const [database, parameters] of [
                ["postgres", `host=${address}`],
                ["mydb", LOOPBACK],
                ["template1", LOOPBACK],
            ] as const) {
                const { stderr } = await login(database, parameters);
                assert.match(stderr, /pg_hba\.conf rejects connection/, `${database}, ${parameters}`);
            }
            await refused("postgres_exporter", [
                { sql: "CREATE TABLE t ()", connection: { database: "postgres" }, refusal: /read-only transaction/ },
                {
                    sql: "SET default_transaction_read_only = off; CREATE TABLE public.t ()",
                    connection: { database: "postgres" },
                    refusal: /permission denied/,
                },
                {
                    sql: "SELECT rolpassword FROM pg_authid",
                    connection: { database: "postgres" },
                    refusal: /permission denied/,
                },
            ]);
        });
    });

    describe("is careful", () => {
        it("speaks no TLS older than 1.3, and demands TLS of the superuser too outside the pod", async () => {
            const older = await asRole("readonly", "SELECT 1", {
                parameters: "host=127.0.0.1 sslmode=require ssl_max_protocol_version=TLSv1.2",
            });
            assert.match(older.stderr, /tlsv1 alert protocol version/);
            const address = await kubectl(
                "get",
                "pod",
                "-n",
                stack.name,
                "pgdb-postgresql-0",
                "-o",
                "jsonpath={.status.podIP}",
            );
            const plain = await asRole("postgres", "SELECT 1", { parameters: `host=${address} sslmode=disable` });
            assert.match(plain.stderr, /no pg_hba\.conf entry .* no encryption/);
            const encrypted = await asRole("postgres", "SELECT 1", { parameters: `host=${address} sslmode=require` });
            assert.equal(encrypted.code, 0, encrypted.stderr);
        });

        it("divides the memory that is reserved for it", async () => {
            const sql =
                "SHOW shared_buffers; SHOW work_mem; SHOW max_connections; SHOW superuser_reserved_connections;";
            assert.deepEqual((await run("readonly", sql)).split("\n"), ["32MB", "1966kB", "50", "8"]);
        });

        it("ends a query that would fill the volume", async () => {
            const { stderr } = await asRole(
                "readonly",
                "SET work_mem = '64kB'; SELECT count(*) FROM (SELECT g FROM generate_series(1, 30000000) g ORDER BY -g) s",
            );
            assert.match(stderr, /temporary file size exceeds temp_file_limit/);
        });
    });

    describe("logs", () => {
        it("who came and left, and which rights were given to whom", async () => {
            await run(
                "app_owner",
                "CREATE TABLE audited (id int); GRANT SELECT ON audited TO readonly; DROP TABLE audited;",
            );
            const log = await serverLog();
            assert.match(log, /connection authorized: user=readonly database=mydb .*SSL enabled \(protocol=TLSv1\.3/);
            assert.match(log, /disconnection: .* user=readonly database=mydb/);
            assert.match(
                log,
                /app_owner@mydb from 127\.0\.0\.1 LOG: {2}AUDIT: .*,ROLE,GRANT,.*GRANT SELECT ON audited TO readonly/,
            );
            assert.match(log, /app_owner@mydb .*AUDIT: .*,DDL,CREATE TABLE,/);
            assert.match(
                log,
                /FATAL: {2}pg_hba\.conf rejects connection for host .* user "readonly", database "postgres"/,
            );
        });

        it("no password: neither Pulumi's nor one that somebody sets by SQL, also when that fails", async () => {
            const secret = (which: number) => `never-to-be-seen-${which}`;
            await run(
                "postgres",
                `CREATE ROLE tried LOGIN PASSWORD '${secret(1)}'; ALTER ROLE tried PASSWORD '${secret(2)}';
                SELECT 1; ALTER USER tried WITH ENCRYPTED PASSWORD '${secret(3)}' VALID UNTIL 'infinity';
                DO $$ BEGIN EXECUTE 'ALTER ROLE tried PASSWORD ''${secret(4)}'''; END $$;`,
            );
            for (const failing of [
                `CREATE ROLE tried PASSWORD '${secret(5)}'`,
                `ALTER ROLE nobody PASSWORD '${secret(6)}'`,
                `ALTER ROLE tried PASSWROD '${secret(7)}'`,
                `DO $$ BEGIN EXECUTE 'CREATE ROLE tried PASSWORD ''${secret(8)}'''; END $$`,
            ]) {
                assert.notEqual((await asRole("postgres", failing)).code, 0, failing);
            }
            await run("postgres", "DROP ROLE tried");
            const log = await serverLog();
            assert.match(log, /AUDIT: .*CREATE ROLE tried LOGIN PASSWORD <REDACTED>/);
            assert.match(log, /AUDIT: .*CREATE ROLE ""readonly"" .*PASSWORD <REDACTED>/);
            assert.doesNotMatch(log, /never-to-be-seen/);
            assert.doesNotMatch(log, /SCRAM-SHA-256\$/);
            for (const password of await allPasswords()) {
                assert.ok(password.length > 20 && !log.includes(password));
            }
        });
    });

    it("refuses a password after its end, without a change in any preview", async () => {
        Object.assign(writer, { validUntil: "2020-02-29T10:30+02:00" });
        await stack.up();
        const { changeSummary } = await stack.preview({ refresh: true, runProgram: true, expectNoChanges: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
        const { stderr } = await asRole("readwrite", "SELECT 1");
        assert.match(stderr, /password authentication failed for user "readwrite"/);
        Object.assign(writer, { validUntil: undefined });
        await stack.up();
        await run("readwrite", "SELECT 1");
    });

    describe("changes", () => {
        const byDigest = () => {
            const { registry, repository } = smallDatabase(node).image;
            return { registry, repository, digest: node.imagesByDigest.postgresql.split("@")[1] as string };
        };

        it("its image within a major version, with its data, and the oldest TLS that it speaks", async () => {
            const { tag } = smallDatabase(node).image;
            Object.assign(settings, { image: { ...byDigest(), tag }, minimumTlsVersion: "TLSv1.2" });
            await stack.up();
            const image = await kubectl(
                "get",
                "pod",
                "-n",
                stack.name,
                "pgdb-postgresql-0",
                "-o",
                "jsonpath={.spec.containers[0].image}",
            );
            assert.match(image, /@sha256:/);
            assert.equal(await run("readonly", "SELECT word FROM later"), "first");
            const parameters = "host=127.0.0.1 sslmode=require ssl_max_protocol_version=TLSv1.2";
            const { stdout } = await asRole("readonly", "SELECT cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()", {
                parameters,
            });
            assert.match(stdout, /^ECDHE-.*(GCM|CHACHA20)/);
        });

        it("to no other major version, neither by its image's tag nor by what it is said to be", async () => {
            for (const image of [{ ...byDigest(), tag: "16.4" }, byDigest()]) {
                Object.assign(settings, { image, majorVersion: 16 });
                await assert.rejects(
                    stack.preview(),
                    /PostgreSQL 16 can't read the data that PostgreSQL 15 has written/,
                );
            }
            await assert.rejects(stack.up(), /dump the databases, give `releaseName` another name/);
            assert.equal(await run("readonly", "SELECT word FROM later"), "first");
        });

        it("to another major version under another name, with a dump restored", async () => {
            const dump = await sqlFile("pg_dumpall");
            Object.assign(settings, { releaseName: "pgdb16", allowDataLoss: true });
            await stack.up();
            await sqlFile("psql -X -q -o /dev/null", dump, "pgdb16");
            const pod = "pgdb16-postgresql-0";
            const { stdout, stderr } = await asRole("readonly", "SELECT word FROM later", { pod });
            assert.equal(stdout, "first\n", stderr);
            const written = await asRole("readonly", "INSERT INTO later VALUES (2, 'second')", { pod });
            assert.match(written.stderr, /permission denied for table later/);
            const { changeSummary } = await stack.preview({ expectNoChanges: true });
            assert.deepEqual(Object.keys(changeSummary), ["same"]);
            const claims = await kubectl("get", "pvc", "-n", stack.name, "-o", "name");
            assert.match(claims, /data-pgdb-postgresql-0/, "the old data stays until somebody deletes it");
        });
    });
});
