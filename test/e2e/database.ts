import { strict as assert } from "node:assert";
import { inPod, type Outcome, secretValues } from "./support/kubectl";
import { NAMES, running } from "./support/stack";

const APP = "deploy/secure-app";
const SERVER = "pgdb-postgresql-0";
const HOST = `pgdb-postgresql.${NAMES.database}.svc.cluster.local`;

/** SQL from the application's pod, with the credentials that are mounted there. */
function asReader(
    sql: string,
    parameters = "sslmode=verify-full sslrootcert=/bindings/database/ca.crt",
): Promise<Outcome> {
    const script = `cd /bindings/database; export PGPASSWORD="$(cat password)";
        exec psql "host=$(cat host) port=$(cat port) dbname=$(cat database) user=$(cat username) ${parameters}" -AtXq -v ON_ERROR_STOP=1`;
    return inPod(NAMES.app, APP, ["sh", "-c", script], sql);
}

/** SQL as the owner, in the server's pod: a migration, as far as the database can tell. */
async function asOwner(sql: string): Promise<Outcome> {
    const { password } = await secretValues(NAMES.database, "mydb-owner");
    const script =
        "read -r PGPASSWORD; export PGPASSWORD; exec psql -h 127.0.0.1 -U app_owner mydb -AtXq -v ON_ERROR_STOP=1";
    return inPod(NAMES.database, SERVER, ["sh", "-c", script], `${password}\n${sql}`);
}

async function refused(sql: string, reason: RegExp): Promise<void> {
    const { code, stderr } = await asReader(sql);
    assert.notEqual(code, 0, sql);
    assert.match(stderr, reason, sql);
}

describe("the read-only role", () => {
    before(async () => {
        await running();
        const { code, stderr } = await asOwner(`
            DROP TABLE IF EXISTS later;
            CREATE TABLE later (id int PRIMARY KEY, word text);
            INSERT INTO later VALUES (1, 'first');
            CREATE OR REPLACE FUNCTION later_function() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';`);
        assert.equal(code, 0, stderr);
    });

    it("reads a table that the owner made after the roles", async () => {
        assert.deepEqual(await asReader("SELECT word FROM later"), { code: 0, stdout: "first\n", stderr: "" });
    });

    it("is encrypted and verified all the way", async () => {
        const { stdout } = await asReader("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
        assert.equal(stdout.trim(), "t|TLSv1.3");
    });

    it("can change nothing", async () => {
        await refused("INSERT INTO later VALUES (2, 'second')", /permission denied for table later/);
        await refused("UPDATE later SET word = 'x'", /permission denied for table later/);
        await refused("DELETE FROM later", /permission denied for table later/);
        await refused("TRUNCATE later", /permission denied for table later/);
        await refused("SELECT * FROM later FOR UPDATE", /permission denied for table later/);
        await refused("CREATE INDEX ON later (word)", /must be owner of table later/);
        await refused("DROP TABLE later", /must be owner of table later/);
    });

    it("can make nothing", async () => {
        await refused("CREATE TABLE mine (id int)", /permission denied for schema public/);
        await refused("CREATE TEMPORARY TABLE mine (id int)", /permission denied to create temporary tables/);
        await refused("CREATE SCHEMA mine", /permission denied for database mydb/);
        await refused(
            "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            /permission denied for schema public/,
        );
        await refused("CREATE DATABASE mine", /permission denied to create database/);
        await refused("CREATE ROLE mine", /permission denied to create role/);
        await refused("CREATE EXTENSION pgaudit", /permission denied|must be superuser/);
    });

    it("can't run what the owner made to run with the owner's rights", async () => {
        await refused("SELECT later_function()", /permission denied for function later_function/);
    });

    it("can't become anybody else", async () => {
        await refused("SET ROLE app_owner", /permission denied to set role/);
        await refused("SET ROLE postgres", /permission denied to set role/);
        await refused("SET SESSION AUTHORIZATION postgres", /permission denied to set session authorization/);
        await refused("ALTER ROLE readonly CREATEDB", /permission denied|must have CREATEROLE/);
    });

    it("can't reach another database, a file or a program", async () => {
        await refused("\\c postgres", /pg_hba\.conf rejects connection .* database "postgres"/);
        await refused("\\c template1", /pg_hba\.conf rejects connection .* database "template1"/);
        await refused(
            "COPY later TO PROGRAM 'id'",
            /permission denied to COPY to or from an external program|must be superuser/,
        );
        await refused("SELECT pg_read_file('/etc/passwd')", /permission denied for function pg_read_file/);
    });

    it("has the timeouts of the settings", async () => {
        const { stdout } = await asReader("SHOW statement_timeout; SHOW idle_in_transaction_session_timeout;");
        assert.equal(stdout, "10min\n15min\n");
    });

    it("may hold only so many connections", async () => {
        const { stdout } = await asReader("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'readonly'");
        assert.equal(stdout.trim(), "20");
    });
});

describe("the server", () => {
    it("refuses a connection without TLS", async () => {
        const { code, stderr } = await asReader("SELECT 1", "sslmode=disable");
        assert.notEqual(code, 0);
        assert.match(stderr, /no pg_hba.conf entry for host .* no encryption/);
    });

    it("can't be impersonated: another authority or another name is refused", async () => {
        const otherName = `host=pgdb-postgresql.${NAMES.database} hostaddr=$(getent hosts ${HOST} | cut -d' ' -f1)`;
        assert.equal(
            (await asReader("SELECT 1", `${otherName} sslmode=verify-full sslrootcert=/bindings/database/ca.crt`)).code,
            0,
        );
        const wrong = await asReader(
            "SELECT 1",
            `host=other.example hostaddr=$(getent hosts ${HOST} | cut -d' ' -f1) sslmode=verify-full sslrootcert=/bindings/database/ca.crt`,
        );
        assert.match(wrong.stderr, /does not match host name "other.example"/);
        const strangers = await asReader(
            "SELECT 1",
            "sslmode=verify-full sslrootcert=/etc/ssl/certs/ca-certificates.crt",
        );
        assert.match(strangers.stderr, /certificate verify failed/);
    });

    it("refuses a wrong password", async () => {
        const { code, stderr } = await asReader("SELECT 1", "sslmode=require password=wrong");
        assert.notEqual(code, 0);
        assert.match(stderr, /password authentication failed for user "readonly"/);
    });

    it("keeps SCRAM verifiers only", async () => {
        const { "postgres-password": password } = await secretValues(NAMES.database, "pgdb-postgresql-admin");
        const { stdout } = await inPod(
            NAMES.database,
            SERVER,
            ["sh", "-c", "read -r PGPASSWORD; export PGPASSWORD; exec psql -h 127.0.0.1 -U postgres -AtXq"],
            `${password}\nSELECT count(*) FROM pg_authid WHERE rolpassword NOT LIKE 'SCRAM-SHA-256$%'`,
        );
        assert.equal(stdout.trim(), "0");
    });
});
