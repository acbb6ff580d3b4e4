import { strict as assert } from "node:assert";
import { runOn } from "../../sandbox/cluster";
import { CLOSED, connect } from "./support/connect";
import { get, inPod, kubectl } from "./support/kubectl";
import { NAMES, type Running, running } from "./support/stack";
import { startStranger } from "./support/stranger";

const APP = "deploy/secure-app";
const DATABASE = `pgdb-postgresql.${NAMES.database}.svc.cluster.local`;

describe("the network", () => {
    let env: Running;
    before(async () => {
        env = await running();
        await Promise.all([
            startStranger("default", "stranger"),
            startStranger(NAMES.app, "stranger"),
            startStranger(NAMES.database, "stranger"),
        ]);
    });
    after(async () => {
        for (const namespace of ["default", NAMES.app, NAMES.database]) {
            await kubectl(
                "delete",
                "pod",
                "-n",
                namespace,
                "stranger",
                "--ignore-not-found",
                "--grace-period=0",
                "--force",
            );
        }
    });

    async function assertClosed(namespace: string, pod: string, host: string, port: number): Promise<void> {
        const outcome = await connect(namespace, pod, host, port);
        assert.match(outcome, CLOSED, `${namespace}/${pod} to ${host}:${port}`);
    }

    it("lets the application reach the database", async () => {
        assert.equal(await connect(NAMES.app, APP, DATABASE, 5432), "open");
    });

    it("lets nobody else reach the database", async () => {
        for (const namespace of ["default", NAMES.app, NAMES.database]) {
            await assertClosed(namespace, "stranger", DATABASE, 5432);
        }
    });

    it("lets no stranger reach the application", async () => {
        for (const namespace of ["default", NAMES.app, NAMES.database]) {
            await assertClosed(namespace, "stranger", `app-service.${NAMES.app}.svc.cluster.local`, 80);
        }
    });

    it("isolates a pod for which nobody has declared a flow", async () => {
        for (const namespace of [NAMES.app, NAMES.database]) {
            const undeclared = await get<Pod>("pod", "-n", namespace, "stranger");
            await assertClosed("default", "stranger", undeclared.status.podIP, 8000);
        }
    });

    it("keeps the application off everything else", async () => {
        const { server, metadata } = env.cluster.hosts;
        await assertClosed(NAMES.app, APP, server.address, 80);
        await assertClosed(NAMES.app, APP, metadata.address, 80);
        await assertClosed(NAMES.app, APP, "kubernetes.default.svc.cluster.local", 443);
        await assertClosed(NAMES.database, "pgdb-postgresql-0", server.address, 80);
    });

    it("still answers the application's questions for names", async () => {
        const lookup = `require("dns").promises.lookup("${DATABASE}").then((r) => console.log(r.address))`;
        assert.match((await inPod(NAMES.app, APP, ["node", "-e", lookup])).stdout, /^\d+\.\d+\.\d+\.\d+/);
    });

    it("would let through all that was refused, were it not for the policies", async () => {
        const { server, metadata } = env.cluster.hosts;
        for (const [host, port] of [
            [server.address, 80],
            [metadata.address, 80],
            ["kubernetes.default.svc.cluster.local", 443],
        ] as const) {
            assert.equal(await connect("default", "stranger", host, port), "open", host);
        }
    });

    it("lets no client from outside reach a pod of the application", async () => {
        const { client } = env.cluster.hosts;
        const request = (address: string) =>
            runOn(client, "curl", ["--silent", "--max-time", "3", `http://${address}:8000/`]);
        const stranger = await get<Pod>("pod", "-n", "default", "stranger");
        assert.equal(await request(stranger.status.podIP), "stranger");
        const { items } = await get<{ items: Pod[] }>(
            "pods",
            "-n",
            NAMES.app,
            "-l",
            "app.kubernetes.io/name=secure-app",
        );
        assert.ok(items.length >= 2);
        for (const { status } of items) {
            await assert.rejects(request(status.podIP));
        }
    });
});

interface Pod {
    status: { podIP: string };
}
