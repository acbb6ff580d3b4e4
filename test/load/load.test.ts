/**
 * The sample application under a load that doesn't stop, while what an operator does to it is done: no request fails, no
 * note that was taken is lost, and its memory stays as it is. `npm run load`.
 */
import { strict as assert } from "node:assert";
import type { Stack } from "@pulumi/pulumi/automation";
import { newAccounts, seedPlace, seedSampleApp } from "../../sandbox/seed";
import { Browser, relay } from "../e2e/support/browser";
import { kubectl } from "../e2e/support/kubectl";
import {
    APP,
    type AppPod,
    appPods,
    asApplication,
    asSuperuser,
    sampleAppStack,
    settings,
    WORKLOAD,
} from "../e2e/support/sample-app-stack";
import { cluster } from "../e2e/support/stack";
import { evict, evictAll } from "./eviction";
import { median, quantile } from "./figures";
import { Load } from "./load";
import { type Memory, memoryDuring, typicalBytes } from "./memory";
import { NOTE, type Visit, type Visitor } from "./visits";

const ORIGIN = `http://${WORKLOAD}.${APP}.svc.cluster.local`;
const PER_SECOND = 50;

/** Requests until the application has compiled what it needs, and its heap has the size that it keeps. */
const WARM_UP = 60 * PER_SECOND;
/** Requests of each of the two halves whose memory is compared. */
const HALF = 60 * PER_SECOND;
/**
 * By how much a pod's memory may grow from half to half: more than garbage does that is collected sooner or later. A pod
 * has some 100 MiB and answers 1,500 requests in between, so it sees what keeps 7 KiB of each.
 */
const GROWTH = 1.1;

const ACCOUNTS = newAccounts();

describe("the sample application under load", () => {
    let stack: Stack;
    let visitors: Visitor[];
    let load: Load | undefined;
    const table: Record<string, string | number>[] = [];

    before(async () => {
        stack = await sampleAppStack();
        await stack.destroy(); // what a run that was cut short has left
        const { outputs } = await stack.up();
        const { programs, kubeconfig } = await cluster();
        await seedSampleApp(seedPlace({ kubectl: programs.kubectl, kubeconfig }, outputs), ACCOUNTS);
        const [alice, bruno] = [await signedIn("alice"), await signedIn("bruno")];
        visitors = Array.from({ length: 5 }, () => [alice, bruno]).flat();
    });
    after(async () => {
        relay.close();
        console.table(table);
        try {
            await load?.stop();
        } finally {
            await stack?.destroy({ remove: true });
        }
    });

    const start = async () => {
        load = await Load.start({ origin: ORIGIN, visitors, perSecond: PER_SECOND });
        return load;
    };

    /** Does something under load and tells what became of requests and memory meanwhile. */
    async function under(running: Load, what: string, work: () => Promise<unknown>) {
        let memory: Memory = new Map();
        const visits = await running.during(async () => {
            memory = await memoryDuring(work);
        });
        const failed = faults(visits);
        const times = visits.map(({ milliseconds }) => milliseconds);
        table.push({
            meanwhile: what,
            requests: visits.length,
            failed: failed.length,
            "p50, ms": median(times),
            "p99, ms": quantile(times, 0.99),
            "memory of a pod, MiB": Math.round(typicalBytes(memory) / 2 ** 20),
        });
        return { visits, failed, memory };
    }

    describe("answers every request", () => {
        let running: Load;
        const bear = async (what: string, work: () => Promise<unknown>) => {
            const { visits, failed, memory } = await under(running, what, work);
            assert.ok(visits.length > 100, `too few requests to tell anything: ${visits.length}`);
            assert.deepEqual(failed, []);
            return memory;
        };

        before(async () => {
            running = await start();
        });

        it("in memory that stays flat", async () => {
            await bear("nothing, warming up", () => running.answers(WARM_UP));
            const first = await bear("nothing, first half", () => running.answers(HALF));
            const second = await bear("nothing, second half", () => running.answers(HALF));
            assert.equal(first.size, 2);
            for (const [pod, bytes] of first) {
                const [before, after] = [median(bytes), median(second.get(pod) ?? [])];
                assert.ok(after < before * GROWTH, `${pod}: ${before} bytes, then ${after}`);
            }
        });

        it("while all pods are replaced by an update", async () => {
            settings.environment = { RELEASE: "2" };
            await bear("a rolling update", () => replacing(() => stack.up()));
        });

        it("while all pods are evicted as when a node is drained", async () => {
            let heldBack = 0;
            await bear("evictions", () =>
                replacing(async (pods) => {
                    heldBack = await evictAll(pods.map(({ name }) => name));
                }),
            );
            assert.ok(heldBack > 0, "the disruption budget held no pod back");
        });

        it("while the passwords are rotated", async () => {
            settings.rotation = 1;
            await bear("a rotation of passwords", () => replacing(() => stack.up()));
            for (const [binding, login] of [
                ["database", "readonly_b"],
                ["database-write", "readwrite_b"],
            ] as const) {
                assert.equal((await asApplication(binding, "SELECT session_user")).stdout, `${login}\n`);
            }
        });

        it("and keeps every note that it took, without a restart", async () => {
            const visits = await running.stop();
            assert.deepEqual(faults(visits), []);
            const taken = visits.filter(({ wrote }) => wrote).length;
            assert.equal(await asSuperuser(`SELECT count(*) FROM notes WHERE body LIKE '${NOTE} %'`), String(taken));
            assert.deepEqual(
                (await appPods()).map(({ restarts }) => restarts),
                [0, 0],
            );
        });
    });

    describe("fails requests, and this is seen", () => {
        let running: Load;
        const fail = async (what: string, work: () => Promise<unknown>) => {
            const { failed } = await under(running, what, async () => {
                await work();
                // Some fail only when nobody has answered for long.
                await running.answers(PER_SECOND);
            });
            assert.notDeepEqual(failed, []);
        };

        before(async () => {
            running = await start();
        });

        it("when pods are replaced that have no probes, and are killed at once", async () => {
            const container = { name: "app", lifecycle: { preStop: null }, startupProbe: null, readinessProbe: null };
            const spec = { terminationGracePeriodSeconds: 0, containers: [container] };
            const patch = JSON.stringify({ spec: { minReadySeconds: 0, template: { spec } } });
            await replacing(() => kubectl("patch", "-n", APP, `deploy/${WORKLOAD}`, "--patch", patch));
            await fail("a rolling update, no probes, no drain", () =>
                replacing(() => kubectl("rollout", "restart", "-n", APP, `deploy/${WORKLOAD}`)),
            );
        });

        it("when pods are evicted that no budget protects", async () => {
            await kubectl("delete", "poddisruptionbudget", "-n", APP, WORKLOAD);
            await fail("evictions, no budget", () =>
                replacing((pods) => Promise.all(pods.map(({ name }) => evict(name)))),
            );
        });

        it("when a password is taken away before anybody has the new one", async () => {
            const login = (await asApplication("database", "SELECT session_user")).stdout.trim();
            const close = `ALTER ROLE ${login} PASSWORD NULL;
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '${login}';`;
            await fail("the password taken away at once", async () => {
                await asSuperuser(close);
                await running.answers(5 * PER_SECOND);
            });
        });
    });
});

async function signedIn(name: keyof typeof ACCOUNTS): Promise<Visitor> {
    const browser = new Browser(ORIGIN);
    await browser.signIn(name, ACCOUNTS[name]);
    const token = await browser.token("/");
    return { cookie: `__Host-session=${browser.cookie}`, token };
}

function faults(visits: Visit[]): string[] {
    return visits.flatMap(({ number, fault }) => (fault === undefined ? [] : `request ${number}: ${fault}`));
}

/** Does what replaces all pods, and waits until the old ones have gone and as many new ones serve. */
async function replacing(work: (pods: AppPod[]) => Promise<unknown>): Promise<void> {
    const pods = await appPods();
    await work(pods);
    const names = pods.map(({ name }) => `pod/${name}`);
    await kubectl("wait", "--for=delete", "-n", APP, ...names, "--timeout=240s");
    await kubectl("rollout", "status", "-n", APP, `deploy/${WORKLOAD}`, "--timeout=180s");
}
