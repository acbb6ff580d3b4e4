// Whatever setting of the database changes: the rows stay, or the change is refused before anything happens. A setting
// that no row of support/data-table.ts changes fails here.
import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Cluster } from "../../sandbox/cluster";
import { repositoryFolder } from "../../sandbox/paths";
import { fields } from "../../settings/schema";
import {
    applied,
    type Changes,
    COUNTERS,
    OWN_TEST,
    overrides,
    PREVIEWED,
    REFUSED,
    STORAGE_CLASS,
} from "./support/data-table";
import { inPod, kubectl, kubectlWith } from "./support/kubectl";
import { cluster, open } from "./support/stack";

const NAMES = { app: "e2e-data-app", database: "e2e-data-database", localPort: 15_734 };
const SERVER = "pgdb-postgresql-0";
const REPOSITORY_GROUP = ["chart.repository"];

/** What the data would be lost with. */
const KEEPS_DATA = /:(Namespace|Release|PersistentVolumeClaim|Database)$|postgresql:index\/role:Role$/;

describe("the data", () => {
    let node: Cluster;
    let stack: Stack;
    let volumes: string;
    /** What has grown by then. */
    let grown: Changes = {};
    before(async () => {
        node = await cluster();
        await kubectlWith(storageClass(), "apply", "-f", "-");
        stack = await opened({});
        await stack.destroy();
        await stack.up();
        // A volume that nobody has mounted yet isn't there yet, and couldn't grow.
        await kubectl("create", "job", "-n", NAMES.database, "first", "--from=cronjob/database-backup");
        await kubectl("wait", "-n", NAMES.database, "job/first", "--for=condition=Complete", "--timeout=180s");
        await sql("CREATE TABLE kept (id int, tenant_id uuid); INSERT INTO kept SELECT generate_series(1, 100)");
        volumes = await volumesOf();
    });
    after(async () => {
        const last = await withoutBackups();
        await last.up();
        await last.destroy({ remove: true });
        await kubectl("delete", "storageclass", STORAGE_CLASS);
    });

    function opened(changes: Changes): Promise<Stack> {
        return open(node, "e2e-data", NAMES, overrides({ ...grown, ...changes }));
    }

    function withoutBackups(): Promise<Stack> {
        const { database, ...layers } = overrides(grown);
        const { backup: _, ...rest } = database ?? {};
        return open(node, "e2e-data", NAMES, { ...layers, database: rest });
    }

    async function sql(statements: string): Promise<string> {
        const script = `PGPASSWORD="$(cat "$POSTGRES_PASSWORD_FILE")" exec psql -h 127.0.0.1 -U postgres mydb -AtXq -v ON_ERROR_STOP=1`;
        const outcome = await inPod(NAMES.database, SERVER, ["sh", "-c", script], statements);
        assert.equal(outcome.code, 0, outcome.stderr);
        return outcome.stdout.trim();
    }

    /** Claims and the volumes behind them: another volume of the same name is another one. */
    function volumesOf(): Promise<string> {
        const columns = "custom-columns=NAME:.metadata.name,UID:.metadata.uid,VOLUME:.spec.volumeName";
        return kubectl("get", "pvc", "-n", NAMES.database, "-o", columns);
    }

    async function assertKept(): Promise<void> {
        assert.equal(await sql("SELECT count(*) FROM kept"), "100");
        assert.equal(await volumesOf(), volumes);
    }

    /** Previews, and tells what would be done to that which keeps data, beside updates. */
    async function threats(changes: Changes): Promise<string[]> {
        const found: string[] = [];
        const changed = await opened(changes);
        await changed.preview({
            onEvent: ({ resourcePreEvent }) => {
                const { op = "same", urn = "", type = "" } = resourcePreEvent?.metadata ?? {};
                if (/replace|delete/.test(op) && KEEPS_DATA.test(type)) {
                    found.push(`${op} ${urn.split("::").at(-1)}`);
                }
            },
        });
        return found;
    }

    it("is thought of for each setting", async () => {
        const inGroups = Object.values(PREVIEWED).flatMap(Object.keys);
        const rows = [REFUSED, await applied()].flatMap(Object.keys);
        const known = [...rows, ...inGroups, ...OWN_TEST, ...REPOSITORY_GROUP].filter((row) => row !== "tunnel");
        const settings = fields.filter(({ path: [layer] }) => layer === "database").map(({ path: at }) => at.slice(1));
        assert.deepEqual(known.sort(), settings.map((setting) => setting.join(".")).sort());
    });

    for (const [setting, value] of Object.entries(REFUSED)) {
        it(`isn't left behind by another ${setting}: that is refused before anything happens`, async () => {
            const changed = await opened({ [setting]: value });
            const name = setting.replace(/^(access|backup)\./, "");
            const refusal = new RegExp(`keeps its data where it is:\\s+${name}: is .*, would become "${value}"`);
            await assert.rejects(changed.preview(), refusal);
        });
    }

    it("isn't given to a server of another major version: that is refused before anything happens", async () => {
        const changed = await opened({ majorVersion: 16, "image.tag": "16" });
        await assert.rejects(changed.preview(), /PostgreSQL 16 can't read the data that PostgreSQL 15 has written/);
    });

    it("isn't touched by an update that was refused", async () => {
        const changed = await opened({ releaseName: "moved", "access.databaseName": "moved" });
        await assert.rejects(changed.up(), /releaseName: is "pgdb", would become "moved"/);
        await assertKept();
        const { changeSummary } = await (await opened({})).preview({ expectNoChanges: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });

    for (const [group, changes] of Object.entries(PREVIEWED)) {
        it(`wouldn't be touched by ${group}`, async () => {
            assert.deepEqual(await threats(changes), []);
        });
    }

    it("wouldn't be touched by a chart from a repository", async () => {
        const repository = await chartRepository(node);
        const changes = { "chart.chart": "postgresql", "chart.repository": repository.address };
        try {
            assert.deepEqual(await threats({ ...changes, "chart.version": repository.version }), []);
        } finally {
            repository.close();
        }
    });

    it("stays with all other changes together", async () => {
        const changes = await applied();
        assert.deepEqual(await threats(changes), []);
        await (await opened(changes)).up();
        await assertKept();
        grown = COUNTERS;
        await (await opened({})).up();
        await assertKept();
    });

    it("can be left behind on purpose", async () => {
        const moved = { releaseName: "moved", allowDataLoss: true };
        assert.ok((await threats(moved)).includes("replace bulwark-database-release"));
    });

    it("gets more room as docs/restore.md tells", async () => {
        const claim = `data-${SERVER}`;
        const larger = { storageSize: "2Gi" };
        const patch = JSON.stringify({ spec: { resources: { requests: { storage: larger.storageSize } } } });
        await kubectl("patch", "pvc", "-n", NAMES.database, claim, "-p", patch);
        await kubectl("delete", "statefulset", "-n", NAMES.database, "pgdb-postgresql", "--cascade=orphan");
        await (await opened({ ...larger, allowDataLoss: true })).up();
        await assertKept();
        const { changeSummary } = await (await opened(larger)).preview({ expectNoChanges: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
        grown = { ...grown, ...larger };
    });

    it("outlives a destroy as long as it is protected", async () => {
        const protectedStack = await opened({ protectData: true });
        await protectedStack.up();
        await assert.rejects(protectedStack.destroy({ previewOnly: true }), /protected/);
        // Without a preview before it, as the Automation API runs it, it deletes what comes first, and stops there.
        await assert.rejects(protectedStack.destroy(), /protected/);
        await assertKept();
        const moved = await opened({ protectData: true, allowDataLoss: true, releaseName: "moved" });
        await assert.rejects(moved.preview(), /marked for protection/);
        await (await opened({})).up();
        await assertKept();
    });

    it("leaves its backups where they are when no more are made", async () => {
        await (await withoutBackups()).up();
        assert.equal(await volumesOf(), volumes);
    });
});

function storageClass(): string {
    return JSON.stringify({
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name: STORAGE_CLASS },
        provisioner: "bulwark.dev/local",
        volumeBindingMode: "WaitForFirstConsumer",
        allowVolumeExpansion: true,
    });
}

/** The sandbox's chart in a chart repository of this test's own. */
async function chartRepository(node: Cluster): Promise<{ address: string; version: string; close(): void }> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bulwark-charts-"));
    const server = http.createServer((request, response) => {
        const file = path.join(folder, path.basename(request.url ?? ""));
        response.writeHead(fs.existsSync(file) ? 200 : 404).end(fs.existsSync(file) ? fs.readFileSync(file) : "");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const chart = path.join(repositoryFolder, "sandbox", "charts", "postgresql");
    const helm = (...args: string[]) => promisify(execFile)(node.programs.helm, args);
    await helm("package", chart, "--destination", folder);
    await helm("repo", "index", folder, "--url", address);
    const [archive = ""] = fs.readdirSync(folder).filter((name) => name.endsWith(".tgz"));
    return {
        address,
        version: archive.replace(/^postgresql-|\.tgz$/g, ""),
        close: () => {
            server.close();
            fs.rmSync(folder, { recursive: true });
        },
    };
}
