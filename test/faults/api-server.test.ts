// Disturbs every stack of the cluster: nothing else may run beside it.
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { clusterUp } from "../../sandbox/cluster";
import { isAlive, isRunning } from "../../sandbox/cluster/daemons";
import { stateFolder } from "../../sandbox/paths";
import { until } from "../../sandbox/shell";
import { converge, STACK_TRACE } from "./by-hand";
import { unknownTo } from "./orphans";
import { dice, SEED } from "./seed";
import { adminPassword, keepRows, keptRows, sql } from "./server";
import { clear, type SmallStack, smallStack, upWithFault } from "./small-stack";

describe(`an API server that is killed in the middle of an update (FAULTS_SEED=${SEED})`, () => {
    let small: SmallStack;
    before(async () => {
        small = await smallStack("api");
        await clear(small);
    });
    after(() => small.stack.destroy({ remove: true }));

    function apiServer(): string {
        return fs.readFileSync(path.join(stateFolder, "pids", "kube-apiserver"), "utf8");
    }

    /** Kills it, and starts it again after the milliseconds. */
    async function restart(milliseconds: number): Promise<void> {
        const killed = apiServer();
        process.kill(Number(killed.split(" ")[0]), "SIGKILL");
        await until("the end of the API server", 10_000, () => !isAlive(killed));
        await sleep(milliseconds);
        await clusterUp();
        assert.notEqual(apiServer(), killed);
    }

    /**
     * Starts the scheduler when it has ended, until the work is done: it ends by itself when it finds that it has missed
     * too much, and on an ordinary node the kubelet starts it again.
     */
    async function withScheduler<T>(work: Promise<T>): Promise<T> {
        let isDone = false;
        const watching = (async () => {
            while (!isDone) {
                if (!isRunning("kube-scheduler")) {
                    await clusterUp();
                }
                await sleep(1_000);
            }
        })();
        try {
            return await work;
        } finally {
            isDone = true;
            await watching;
        }
    }

    /** The fault, what it did to the update, and the way back. */
    async function survive(type: RegExp, name: string): Promise<void> {
        const away = dice(name).whole(0, 5_000);
        const update = upWithFault(small.stack, type, () => restart(away)).then(
            () => undefined,
            (failure: Error) => failure,
        );
        const error = await withScheduler(update);
        assert.doesNotMatch(error?.message ?? "", STACK_TRACE);
        const removed = await withScheduler(converge(small));
        const outcome = error ? "failed" : "went on";
        process.stdout.write(
            `      away for ${away} ms: the update ${outcome}; in the way: ${removed.join("; ") || "nothing"}\n`,
        );
        const { changeSummary } = await small.stack.preview({ refresh: true, runProgram: true, expectNoChanges: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
        assert.deepEqual(await unknownTo(small.stack, small.prefix), []);
    }

    for (const [part, type] of Object.entries({
        "the first objects are made": /^kubernetes:/,
        "helm installs the database": /Release/,
        "roles are made": /postgresql:.*Role/,
    })) {
        it(`leaves an update to be finished by the next, when ${part}`, async () => {
            await small.stack.destroy();
            await survive(type, part);
        });
    }

    it("loses no row and no password when the database is changed", async () => {
        await keepRows(small.database);
        const password = await adminPassword(small.database);
        small.settings.server = { maxConnections: 60 };
        await survive(/Release/, "change");
        assert.equal(await keptRows(small.database), "100");
        assert.equal(await sql(small.database, "SHOW max_connections"), "60");
        assert.equal(await adminPassword(small.database), password);
    });
});
