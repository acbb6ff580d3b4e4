// What keeps tenants apart, attacked by the roles of the application. What is expected to get through is named so; it is
// what docs/row-level-security.md warns of.
import { strict as assert } from "node:assert";
import type { Stack } from "@pulumi/pulumi/automation";
import { asRole, migration, type TenantRole, tenantsStack } from "./support/tenants";

const A = "00000000-0000-0000-0000-00000000000a";
const B = "00000000-0000-0000-0000-00000000000b";

const TABLES = `
    CREATE TABLE notes (id int PRIMARY KEY, tenant_id uuid, word text);
    INSERT INTO notes VALUES (1, '${A}', '11'), (2, '${B}', 'secret-of-b'), (3, NULL, 'secret-of-nobody');
    CREATE VIEW notes_view AS SELECT * FROM notes;
    CREATE MATERIALIZED VIEW notes_copy AS SELECT * FROM notes;
    CREATE TABLE later_column (id int, word text);
    INSERT INTO later_column VALUES (1, 'secret-of-b');
    ALTER TABLE later_column ADD COLUMN tenant_id text DEFAULT '${B}';
    CREATE TABLE made_from AS SELECT * FROM notes;
    CREATE TABLE parts (id int, tenant_id uuid, word text) PARTITION BY LIST (tenant_id);
    CREATE TABLE parts_a PARTITION OF parts FOR VALUES IN ('${A}');
    CREATE TABLE parts_b (id int, tenant_id uuid, word text);
    ALTER TABLE parts ATTACH PARTITION parts_b FOR VALUES IN ('${B}');
    INSERT INTO parts SELECT * FROM notes WHERE tenant_id IS NOT NULL;
    CREATE TABLE replies (id int, tenant_id uuid, note_id int REFERENCES notes);
    CREATE FUNCTION notes_function() RETURNS SETOF notes LANGUAGE sql STABLE AS 'SELECT * FROM notes';
    CREATE FUNCTION notes_definer() RETURNS SETOF notes LANGUAGE sql STABLE SECURITY DEFINER AS 'SELECT * FROM notes';
    GRANT EXECUTE ON FUNCTION notes_function() TO readonly;`;

async function succeed(role: TenantRole, sql: string): Promise<string> {
    const { code, stdout, stderr } = await asRole(role, sql);
    assert.equal(code, 0, `${sql}\n${stderr}`);
    return stdout;
}

/** SQL of the application's role, working for tenant A. */
function forA(sql: string, role: TenantRole = "readonly"): Promise<string> {
    return succeed(role, `SET app.tenant_id = '${A}'; ${sql}`);
}

async function refused(role: TenantRole, sql: string, reason: RegExp): Promise<void> {
    const { code, stdout, stderr } = await asRole(role, `SET app.tenant_id = '${A}'; ${sql}`);
    assert.notEqual(code, 0, `${sql}\n${stdout}`);
    assert.match(stderr, reason, sql);
    assert.doesNotMatch(stdout + stderr, /secret-of/, sql);
}

describe("a database of tenants", () => {
    let stack: Stack;
    before(async () => {
        stack = await tenantsStack();
        await stack.up();
        await succeed("app_owner", TABLES);
    });
    after(async () => {
        await stack?.destroy({ remove: true });
    });

    describe("row-level security", rowLevelSecurity);
    describe("the read-write role", readWriteRole);
    describe("settings of roles", roleSettings);
    describe("a job with SQL", () => {
        before(() => {
            migration.sql = "INSERT INTO made_first VALUES (1)";
        });

        it("fails the update with the server's words", async () => {
            await assert.rejects(stack.up(), /relation "made_first" does not exist/);
        });

        it("is tried again by the next update", async () => {
            await succeed("app_owner", "CREATE TABLE made_first (id int)");
            await stack.up();
            assert.equal(await succeed("app_owner", "SELECT id FROM made_first"), "1\n");
        });

        it("isn't run again as long as its SQL stays the same", async () => {
            const { summary } = await stack.up();
            assert.deepEqual(Object.keys(summary.resourceChanges ?? {}), ["same"]);
            assert.equal(await succeed("app_owner", "SELECT count(*) FROM made_first"), "1\n");
        });

        it("is run when its SQL changes, all of it or nothing", async () => {
            migration.sql = "INSERT INTO made_first VALUES (2); SELECT 1 / 0";
            await assert.rejects(stack.up(), /division by zero/);
            assert.equal(await succeed("app_owner", "SELECT count(*) FROM made_first"), "1\n");
            migration.sql = "INSERT INTO made_first VALUES (2)";
            await stack.up();
            assert.equal(await succeed("app_owner", "SELECT count(*) FROM made_first"), "2\n");
        });
    });
});

function rowLevelSecurity(): void {
    it("shows a session the rows of its tenant", async () => {
        assert.equal(await forA("SELECT id FROM notes"), "1\n");
        assert.equal(await succeed("readonly", `SET app.tenant_id = '${B}'; SELECT id FROM notes`), "2\n");
    });

    it("shows a session without a tenant nothing, nor one with an unknown or an impossible tenant", async () => {
        const count = "SELECT count(*) FROM notes";
        assert.equal(await succeed("readonly", count), "0\n");
        for (const tenant of ["", "nobody", "00000000-0000-0000-0000-00000000000c", "' OR true --"]) {
            const setting = `SELECT set_config('app.tenant_id', $$${tenant}$$, false) IS NOT NULL;`;
            assert.equal(await succeed("readonly", setting + count), "t\n0\n", tenant);
        }
    });

    it("ends with the transaction that named the tenant", async () => {
        const sql = `BEGIN; SET LOCAL app.tenant_id = '${A}'; SELECT id FROM notes; COMMIT; SELECT id FROM notes;`;
        assert.equal(await succeed("readonly", sql), "1\n");
    });

    it("holds for tables made later, columns added later, and partitions by every way", async () => {
        for (const table of ["made_from", "parts", "parts_a"]) {
            assert.equal(await forA(`SELECT id FROM ${table}`), "1\n", table);
        }
        for (const table of ["later_column", "parts_b"]) {
            assert.equal(await forA(`SELECT count(*) FROM ${table}`), "0\n", table);
        }
    });

    it("holds through views, functions and COPY", async () => {
        assert.equal(await forA("SELECT id FROM notes_view"), "1\n");
        assert.equal(await forA("SELECT id FROM notes_function()"), "1\n");
        assert.equal(await forA("COPY (SELECT id FROM notes) TO STDOUT"), "1\n");
        assert.equal(await forA("COPY notes (id) TO STDOUT"), "1\n");
        assert.match(await forA("SELECT query_to_xml('TABLE notes', true, true, '')"), /<id>1<(?!.*<id>2)/s);
        await refused("readonly", "SELECT * FROM notes_copy", /permission denied for materialized view notes_copy/);
        await refused("readonly", "SELECT * FROM notes_definer()", /permission denied for function notes_definer/);
    });

    it("can't be left by another role or a setting", async () => {
        await refused("readonly", "SET ROLE app_owner", /permission denied to set role/);
        await refused("readonly", "SET SESSION AUTHORIZATION postgres", /permission denied to set session/);
        await refused(
            "readonly",
            "SET row_security = off; SELECT * FROM notes",
            /would be affected by row-level security/,
        );
        await refused("readonly", "SET session_replication_role = replica", /permission denied to set parameter/);
        await refused("readonly", "SET track_activities = on", /permission denied to set parameter/);
        await refused(
            "readonly",
            "BEGIN READ WRITE; ALTER TABLE notes DISABLE ROW LEVEL SECURITY",
            /must be owner of table notes/,
        );
        await refused(
            "readonly",
            "BEGIN READ WRITE; DROP POLICY bulwark_tenant ON notes",
            /must be owner of relation notes/,
        );
        await refused("readonly", "SELECT bulwark.isolate_public()", /permission denied for schema bulwark/);
        assert.equal(await forA("RESET app.tenant_id; SELECT count(*) FROM notes"), "0\n");
        assert.equal(await forA("RESET ALL; SELECT count(*) FROM notes"), "0\n");
        assert.equal(await forA("DISCARD ALL; SELECT count(*) FROM notes"), "0\n");
    });

    it("lets no error tell the rows of others", async () => {
        // Each would fail at tenant B's row, and say what it holds.
        assert.equal(await forA("SELECT word::int FROM notes"), "11\n");
        assert.equal(await forA("SELECT id FROM notes WHERE word::int > 0"), "1\n");
        assert.equal(await forA(`SELECT id FROM notes WHERE 1 / (tenant_id <> '${B}')::int = 1`), "1\n");
    });

    it("lets neither plans nor statistics nor others' statements tell the rows", async () => {
        await succeed("app_owner", "ANALYZE notes");
        const plan = await forA("EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM notes WHERE word::int = 11");
        assert.match(plan, /current_setting\('app.tenant_id'/);
        assert.doesNotMatch(plan, /secret-of/);
        assert.equal(await forA("SELECT count(*) FROM pg_stats WHERE tablename = 'notes'"), "0\n");
        await refused("readonly", "SELECT * FROM pg_statistic", /permission denied for table pg_statistic/);
        assert.equal(await forA("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%app.tenant_id%'"), "0\n");
    });

    it("can't be undone by the owner by mistake", async () => {
        await succeed(
            "app_owner",
            `ALTER TABLE notes DISABLE ROW LEVEL SECURITY;
            ALTER TABLE notes NO FORCE ROW LEVEL SECURITY;
            DROP POLICY bulwark_tenant ON notes;
            DROP POLICY bulwark_tenant_only ON notes;
            CREATE POLICY everything ON notes USING (true);
            ALTER VIEW notes_view SET (security_invoker = false);
            GRANT SELECT ON notes_copy TO readonly;`,
        );
        await refused("app_owner", "ALTER POLICY bulwark_tenant ON notes USING (true)", /cannot be altered/);
        await refused("app_owner", "DROP EVENT TRIGGER bulwark_isolate_public", /must be owner of event trigger/);
        assert.equal(await forA("SELECT id FROM notes"), "1\n");
        assert.equal(await forA("SELECT id FROM notes_view"), "1\n");
        await refused("readonly", "SELECT * FROM notes_copy", /permission denied for materialized view notes_copy/);
        await succeed("app_owner", "DROP POLICY everything ON notes");
    });

    it("leaves the owner all rows, for migrations", async () => {
        assert.equal(await succeed("app_owner", "SELECT count(*) FROM notes"), "3\n");
    });

    it("holds for what is written too", async () => {
        assert.equal(await forA("SELECT id FROM notes", "readwrite"), "1\n");
        await refused("readwrite", `INSERT INTO notes VALUES (9, '${B}', 'x')`, /violates row-level security policy/);
        await refused("readwrite", `INSERT INTO notes VALUES (9, NULL, 'x')`, /violates row-level security policy/);
        await refused("readwrite", `UPDATE notes SET tenant_id = '${B}'`, /violates row-level security policy/);
        await refused("readwrite", "TRUNCATE notes", /permission denied for table notes/);
        await refused(
            "readwrite",
            "COPY notes FROM STDIN;\n9\t\\N\tx\n\\.\n",
            /COPY FROM not supported with row-level security/,
        );
        const changed = "WITH done AS (UPDATE notes SET word = '12' RETURNING id) SELECT count(*) FROM done;";
        assert.equal(await forA(changed, "readwrite"), "1\n");
        const deleted = "WITH done AS (DELETE FROM notes RETURNING id) SELECT count(*) FROM done; ROLLBACK;";
        assert.equal(await forA(`BEGIN; ${deleted}`, "readwrite"), "1\n");
    });

    it("doesn't stop, as documented: a probe by a key, a role that names another tenant", async () => {
        const probe = (id: number) => asRole("readwrite", `INSERT INTO replies VALUES (1, NULL, ${id})`);
        assert.match((await probe(2)).stderr, /row-level security/);
        const foreignKey = (id: number) =>
            asRole("readwrite", `SET app.tenant_id = '${A}'; INSERT INTO replies VALUES (1, '${A}', ${id})`);
        assert.equal((await foreignKey(2)).code, 0);
        assert.match((await foreignKey(99)).stderr, /violates foreign key constraint/);
        await refused("readwrite", `INSERT INTO notes VALUES (2, '${A}', 'x')`, /duplicate key value violates unique/);
        assert.equal(
            await forA(`SELECT set_config('app.tenant_id', '${B}', false) IS NULL; SELECT id FROM notes`),
            "f\n2\n",
        );
    });
}

function readWriteRole(): void {
    it("can't change what the owner made, nor make anything, nor read files", async () => {
        const role = "readwrite";
        await refused(role, "ALTER TABLE notes ADD COLUMN x int", /must be owner of table notes/);
        await refused(role, "CREATE TABLE mine (id int)", /permission denied for schema public/);
        await refused(role, "CREATE TEMPORARY TABLE mine (id int)", /permission denied to create temporary tables/);
        await refused(role, "CREATE SCHEMA mine", /permission denied for database mydb/);
        await refused(
            role,
            "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            /permission denied for schema/,
        );
        await refused(
            role,
            "CREATE TRIGGER mine AFTER INSERT ON notes EXECUTE FUNCTION x()",
            /permission denied|must be owner/,
        );
        await refused(role, "COPY notes TO PROGRAM 'id'", /permission denied to COPY|must be superuser/);
        await refused(role, "SELECT pg_read_file('/etc/passwd')", /permission denied for function pg_read_file/);
        await refused(role, "CREATE EXTENSION pgaudit", /permission denied|must be superuser/);
        await refused(role, "\\c postgres", /pg_hba\.conf rejects connection .* database "postgres"/);
        await refused(role, "\\c template1", /pg_hba\.conf rejects connection .* database "template1"/);
    });
}

function roleSettings(): void {
    it("are what a session begins with", async () => {
        const show = "SHOW lock_timeout; SHOW idle_session_timeout; SHOW default_transaction_read_only;";
        assert.equal(await succeed("readonly", show), "5s\n1h\non\n");
        assert.equal(await succeed("readwrite", `${show} SHOW log_min_duration_statement;`), "10s\n1h\noff\n1s\n");
    });

    it("leave nobody a way to make or write large objects", async () => {
        for (const role of ["readonly", "readwrite", "app_owner"] as const) {
            await refused(role, "BEGIN READ WRITE; SELECT lo_create(0)", /permission denied for function lo_create/);
            await refused(
                role,
                "BEGIN READ WRITE; SELECT lo_from_bytea(0, 'x')",
                /permission denied for function lo_from/,
            );
            await refused(role, "BEGIN READ WRITE; SELECT lo_put(1, 0, 'x')", /permission denied for function lo_put/);
        }
    });
}
