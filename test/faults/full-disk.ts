import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { isMountPoint } from "../../sandbox/cluster/node";
import { NODE } from "../../sandbox/cluster/settings";
import { runFolder, stateFolder } from "../../sandbox/paths";
import { run } from "../../sandbox/shell";
import { inPod, kubectl, kubectlWith } from "../e2e/support/kubectl";
import { smallDatabase } from "../e2e/support/small-database";
import { STACK } from "../e2e/support/stack";
import { converge, STACK_TRACE } from "./by-hand";
import { keepRows, keptRows, sql, trySql } from "./server";
import { clear, type SmallStack, smallStack } from "./small-stack";

const NAME = `${STACK}-disk`;
const FOLDER = path.join(stateFolder, "volumes", NAME);
/** Enough for a server that has just begun, and soon full. */
const SIZE = "160m";
const FILLER = "/bitnami/postgresql/filler";

const CLASS = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: NAME },
    provisioner: "kubernetes.io/no-provisioner",
    volumeBindingMode: "WaitForFirstConsumer",
};

const VOLUME = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: NAME },
    spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        persistentVolumeReclaimPolicy: "Retain",
        storageClassName: NAME,
        local: { path: FOLDER },
        nodeAffinity: {
            required: {
                nodeSelectorTerms: [
                    { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [NODE.name] }] },
                ],
            },
        },
    },
};

/** The node has mounts of its own. */
function onNode(...command: string[]): Promise<string> {
    return run("nsenter", [`--mount=${path.join(runFolder, "namespaces", "mount")}`, "--", ...command]);
}

describe("a database's volume that is full", () => {
    let small: SmallStack;
    before(async () => {
        small = await smallStack("disk");
        await clear(small);
        await cleanUp();
        fs.mkdirSync(FOLDER, { recursive: true });
        await onNode("mount", "-t", "tmpfs", "-o", `size=${SIZE},mode=777`, "tmpfs", FOLDER);
        await kubectlWith([CLASS, VOLUME].map((object) => JSON.stringify(object)).join("\n"), "apply", "-f", "-");
        small.settings.server = { storageClassName: NAME };
        await small.stack.up();
        await keepRows(small.database);
    });
    after(async () => {
        await small.stack.destroy({ remove: true });
        await cleanUp();
    });

    async function cleanUp(): Promise<void> {
        await kubectl("delete", "pv", NAME, "--ignore-not-found");
        await kubectl("delete", "storageclass", NAME, "--ignore-not-found");
        if (isMountPoint(FOLDER, await onNode("cat", "/proc/self/mounts"))) {
            await onNode("umount", FOLDER);
        }
        fs.rmSync(FOLDER, { recursive: true, force: true });
    }

    it("takes no more rows, and says why", async () => {
        const filled = await inPod(small.database, "pgdb-postgresql-0", [
            "dd",
            "if=/dev/zero",
            `of=${FILLER}`,
            "bs=1M",
        ]);
        assert.match(filled.stderr, /No space left on device/);
        const refused = await trySql(small.database, "INSERT INTO kept SELECT generate_series(1, 1000000)");
        assert.notEqual(refused.code, 0);
        assert.match(refused.stderr, /No space left on device/);
    });

    it("fails an update that restarts the server, and names what doesn't start", async () => {
        const chart = { ...smallDatabase(small.node).chart, timeoutSeconds: 60 };
        small.settings.server = { storageClassName: NAME, maxConnections: 60, chart };
        await assert.rejects(small.stack.up(), (error: Error) => {
            assert.match(
                error.message,
                // Between two attempts, or in the middle of one.
                /\[Pod pgdb-postgresql-0\] container postgresql: (CrashLoopBackOff|restarted after Error) .* last log line/,
            );
            assert.doesNotMatch(error.message, STACK_TRACE);
            return true;
        });
    });

    it("has lost no row once there is room again, and the next update goes through", async () => {
        await onNode("rm", path.join(FOLDER, path.basename(FILLER)));
        // It would start by itself as well, minutes later.
        await kubectl("delete", "pod", "-n", small.database, "pgdb-postgresql-0");
        small.settings.server = { storageClassName: NAME, maxConnections: 60 };
        const removed = await converge(small);
        process.stdout.write(`      in the way of the next: ${removed.join("; ") || "nothing"}\n`);
        assert.equal(await keptRows(small.database), "100");
        assert.equal(await sql(small.database, "SHOW max_connections"), "60");
        await sql(small.database, "INSERT INTO kept VALUES (101)");
        assert.equal(await keptRows(small.database), "101");
        const { changeSummary } = await small.stack.preview({ expectNoChanges: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });
});
