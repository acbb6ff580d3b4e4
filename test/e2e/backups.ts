// Backups that nothing in the cluster can read, and the way back from them when the server and its volume are gone.
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import {
    asRole,
    asSuperuser,
    type BackupsRole,
    backupsStack,
    client,
    decrypt,
    type Keys,
    makeKeys,
    NAMESPACE,
    onVolume,
    passwordOf,
    restoreScript,
    runJob,
    SERVER,
} from "./support/backups";

const A = "00000000-0000-0000-0000-00000000000a";
const B = "00000000-0000-0000-0000-00000000000b";
const MARK = "what-only-the-database-may-know";

const TABLES = `
    CREATE TABLE notes (id int PRIMARY KEY, tenant_id uuid, word text);
    INSERT INTO notes VALUES (1, '${A}', '${MARK}'), (2, '${B}', '${MARK}');
    CREATE TABLE numbers AS SELECT generate_series(1, 1000) AS n;`;

const BACKUP_NAME = /^mydb-\d{8}T\d{6}Z$/;

async function succeed(role: BackupsRole, sql: string): Promise<string> {
    const { code, stdout, stderr } = await asRole(role, sql);
    assert.equal(code, 0, `${sql}\n${stderr}`);
    return stdout;
}

async function refused(role: BackupsRole, sql: string, reason: RegExp): Promise<void> {
    const { code, stderr } = await asRole(role, sql);
    assert.notEqual(code, 0, sql);
    assert.match(stderr, reason, sql);
}

async function backups(): Promise<string[]> {
    const { code, stdout, stderr } = await restoreScript("list");
    assert.equal(code, 0, stderr);
    return stdout.trim().split("\n");
}

describe("a database that is backed up", () => {
    let stack: Stack;
    let keys: Keys;
    before(async () => {
        keys = await makeKeys(3);
        stack = await backupsStack(keys.certificates.slice(0, 2));
        await stack.destroy();
        await stack.up();
        await succeed("app_owner", TABLES);
    });
    after(async () => {
        await stack?.destroy({ remove: true });
        fs.rmSync(keys.folder, { recursive: true });
    });

    describe("the role that dumps", backupRole);
    describe("a backup", () => backup(() => keys));
    describe("a restore", () =>
        restore(
            () => keys,
            () => stack,
        ));
});

function backupRole(): void {
    it("reads all rows, whoever's they are", async () => {
        assert.equal(await succeed("backup", "SELECT count(*) FROM notes"), "2\n");
    });

    it("can change nothing, make nothing and run nothing", async () => {
        const write = "BEGIN READ WRITE; ";
        await refused("backup", `${write} DELETE FROM notes`, /permission denied for table notes/);
        await refused("backup", `${write} CREATE TABLE mine (id int)`, /permission denied for schema public/);
        await refused("backup", "COPY notes TO PROGRAM 'id'", /permission denied to COPY|must be superuser/);
        await refused("backup", "SELECT pg_read_file('/etc/passwd')", /permission denied for function pg_read_file/);
        await refused("backup", "SET ROLE app_owner", /permission denied to set role/);
        await refused("backup", `${write} ALTER ROLE backup SUPERUSER`, /must be superuser|permission denied/);
    });

    it("has a password of which the server and the Job that made the role saw the verifier alone", async () => {
        const verifier = await asSuperuser("SELECT rolpassword FROM pg_authid WHERE rolname = 'backup'");
        const sql = await client("kubectl", "get", "configmap", "-n", NAMESPACE, "-o", "yaml");
        assert.match(verifier.stdout, /^SCRAM-SHA-256\$4096:/);
        assert.ok(sql.includes(verifier.stdout.trim()));
    });
}

function backup(keys: () => Keys): void {
    it("is made by the CronJob's Job, whole and under its own name", async () => {
        const { succeeded, log } = await runJob("by-hand-1");
        assert.ok(succeeded, log);
        assert.match(log, /^made mydb-\d{8}T\d{6}Z, 1 parts$/m);
        const [name, ...more] = await backups();
        assert.match(name ?? "", BACKUP_NAME);
        assert.deepEqual(more, []);
    });

    it("leaves no password where pods, Jobs and logs are shown", async () => {
        const password = await passwordOf("backup");
        assert.ok(password.length >= 32);
        const kinds = "pod,job,cronjob,configmap,event";
        const shown = await client("kubectl", "get", kinds, "-n", NAMESPACE, "-o", "yaml");
        assert.ok(shown.includes("by-hand-1"));
        for (const text of [shown, await client("kubectl", "logs", "-n", NAMESPACE, "job/by-hand-1")]) {
            assert.ok(!text.includes(password));
        }
    });

    it("can be decrypted with each recipient's key, and with no other", async () => {
        const [name = ""] = await backups();
        const fetched = await restoreScript("fetch", name, keys().folder);
        assert.equal(fetched.code, 0, fetched.stderr);
        const part = path.join(keys().folder, name, "part-000001.cms");
        assert.ok(!fs.readFileSync(part).includes("PGDMP"));
        const [mine = "", escrow = "", strangers = ""] = keys().privateKeys;
        for (const key of [mine, escrow]) {
            assert.equal((await decrypt(part, key)).subarray(0, 5).toString(), "PGDMP");
        }
        await assert.rejects(decrypt(part, strangers), /Error decrypting CMS structure/);
    });

    it("is not there at all when the dump fails in the middle, and the Job fails", async () => {
        // After the tables: pg_dump has written them when it comes to what the role may not read.
        assert.equal((await asSuperuser("SELECT lo_from_bytea(4711, 'secret') > 0")).code, 0);
        const [backup] = await backups();
        const { succeeded, log } = await runJob("fails");
        assert.ok(!succeeded);
        assert.match(log, /permission denied for large object 4711/);
        assert.equal(await onVolume("ls", "-A"), backup);
        assert.equal((await asSuperuser("SELECT lo_unlink(4711)")).code, 0);
    });

    it("goes when there are enough newer ones", async () => {
        const [first] = await backups();
        for (const name of ["by-hand-2", "by-hand-3"]) {
            const { succeeded, log } = await runJob(name);
            assert.ok(succeeded, log);
        }
        const left = await backups();
        assert.equal(left.length, 2);
        assert.ok(!left.includes(first ?? ""));
    });
}

function restore(keys: () => Keys, stack: () => Stack): void {
    let name: string;
    let folder: string;
    before(async () => {
        name = (await backups()).at(-1) ?? "";
        const { code, stderr } = await restoreScript("fetch", name, keys().folder);
        assert.equal(code, 0, stderr);
        folder = path.join(keys().folder, name);
    });

    it("touches nothing with a key of somebody else's, or when a part is damaged", async () => {
        const wrong = await restoreScript("restore", folder, keys().privateKeys[2] ?? "");
        assert.notEqual(wrong.code, 0);
        assert.match(wrong.stderr, /doesn't decrypt/);
        const part = path.join(folder, "part-000001.cms");
        const content = fs.readFileSync(part);
        fs.writeFileSync(part, Buffer.concat([content.subarray(0, -1), Buffer.from([255 - (content.at(-1) ?? 0)])]));
        const damaged = await restoreScript("restore", folder, keys().privateKeys[0] ?? "");
        fs.writeFileSync(part, content);
        assert.notEqual(damaged.code, 0);
        assert.match(damaged.stdout + damaged.stderr, /part-000001.cms: FAILED/);
        assert.equal(await succeed("app_owner", "SELECT count(*) FROM notes"), "2\n");
    });

    it("gives the database back as it was when it can't be completed", async () => {
        await succeed("app_owner", "INSERT INTO notes VALUES (3, NULL, 'newer')");
        // The dump names a role that is gone.
        assert.equal((await asSuperuser("ALTER ROLE readonly RENAME TO gone")).code, 0);
        const { code, stderr } = await restoreScript("restore", folder, keys().privateKeys[0] ?? "");
        assert.equal((await asSuperuser("ALTER ROLE gone RENAME TO readonly")).code, 0);
        assert.notEqual(code, 0);
        assert.match(stderr, /role "readonly" does not exist/);
        assert.match(stderr, /mydb is as it was before/);
        assert.equal(await succeed("app_owner", "SELECT count(*) FROM notes"), "3\n");
    });

    it("brings a database back whose server and volume are gone", async () => {
        await client("helm", "uninstall", "pgdb", "-n", NAMESPACE, "--wait");
        await client("kubectl", "delete", "pvc", "-n", NAMESPACE, `data-${SERVER}`);
        await bringServerBack(stack());
        assert.equal(await succeed("app_owner", "SELECT to_regclass('notes') IS NULL"), "t\n");

        const { code, stdout, stderr } = await restoreScript("restore", folder, keys().privateKeys[1] ?? "");
        assert.equal(code, 0, stderr);
        assert.match(stdout, /^restored mydb\nwhat it was before is now mydb_before_\d{14}/);
        assert.equal(await succeed("app_owner", "SELECT count(*), min(word) FROM notes"), `2|${MARK}\n`);
        assert.equal(await succeed("app_owner", "SELECT sum(n) FROM numbers"), "500500\n");
    });

    it("brings back what the roles may do, now and with what is made later", async () => {
        assert.equal(await succeed("readonly", "SELECT count(*) FROM numbers"), "1000\n");
        await refused("readonly", "BEGIN READ WRITE; DELETE FROM numbers", /permission denied for table numbers/);
        await refused("readonly", "CREATE TEMPORARY TABLE mine (id int)", /permission denied to create temporary/);
        await succeed("app_owner", "CREATE TABLE later (tenant_id uuid); INSERT INTO later VALUES (NULL)");
        assert.equal(await succeed("readonly", "SELECT count(*) FROM later"), "0\n");
    });

    it("brings back what keeps tenants apart", async () => {
        assert.equal(await succeed("readonly", "SELECT count(*) FROM notes"), "0\n");
        assert.equal(await succeed("readonly", `SET app.tenant_id = '${A}'; SELECT id FROM notes`), "1\n");
    });

    it("leaves nothing for Pulumi to correct", async () => {
        const { changeSummary } = await stack().preview({ refresh: true, runProgram: true, expectNoChanges: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });

    it("is followed by further backups", async () => {
        const { succeeded, log } = await runJob("after-the-restore");
        assert.ok(succeeded, log);
    });
}

/** What docs/restore.md says to do before the restore itself. */
async function bringServerBack(stack: Stack): Promise<void> {
    await stack.refresh({ target: ["**helm.sh/v3:Release**"] });
    await stack.up();
    await client("kubectl", "delete", "job", "-n", NAMESPACE, "-l", "app.kubernetes.io/name=sql-job");
    await stack.up({ refresh: true, runProgram: true });
}
