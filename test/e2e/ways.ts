/** Ways out and in that the settings open: just those, and never to the cluster or the metadata server. */
import { strict as assert } from "node:assert";
import type { Stack } from "@pulumi/pulumi/automation";
import { CLOSED, connect } from "./support/connect";
import { changesOfUp, NAMES, open, type Running, running, STACK } from "./support/stack";

const APP = "deploy/secure-app";
const DATABASE = "pgdb-postgresql-0";
/** What the settings below make, all of it. */
const WAYS = [
    ...["bulwark-in-from-database", "bulwark-in-from-database-egress", "bulwark-in-from-database-ingress"],
    ...["bulwark-out-to-web", "bulwark-out-to-web-egress"],
];

describe("ways out and in", () => {
    let env: Running;
    let opened: Stack;
    before(async () => {
        env = await running();
        const allowEgress = [{ name: "web", cidrs: ["0.0.0.0/0"], ports: [80, 443] }];
        const allowIngress = [{ name: "database", namespaceName: NAMES.database, isolated: true }];
        opened = await open(env.cluster, STACK, NAMES, { workload: { allowEgress, allowIngress } });
    });

    const outcome = (host: string, port: number) => connect(NAMES.app, APP, host, port);
    const fromDatabase = (host: string, port: number) => connect(NAMES.database, DATABASE, host, port);
    const application = () => `app-service.${NAMES.app}.svc.cluster.local`;

    it("are opened by settings that change nothing else", async () => {
        const { address } = env.cluster.hosts.server;
        assert.match(await outcome(address, 80), CLOSED);
        assert.match(await fromDatabase(application(), 80), CLOSED);
        assert.deepEqual(
            await changesOfUp(opened),
            WAYS.map((name) => `create ${name}`),
        );
        assert.equal(await outcome(address, 80), "open");
        assert.equal(await fromDatabase(application(), 80), "open");
    });

    it("leave the metadata server and the API server closed, and the database open", async () => {
        const database = `pgdb-postgresql.${NAMES.database}.svc.cluster.local`;
        assert.match(await outcome(env.cluster.hosts.metadata.address, 80), CLOSED);
        assert.match(await outcome("kubernetes.default.svc.cluster.local", 443), CLOSED);
        assert.equal(await outcome(database, 5432), "open");
    });

    it("are the application's alone", async () => {
        assert.match(await fromDatabase(env.cluster.hosts.server.address, 80), CLOSED);
    });

    it("are closed when the settings go", async () => {
        const closed = await open(env.cluster, STACK, NAMES);
        assert.deepEqual(
            await changesOfUp(closed),
            WAYS.map((name) => `delete ${name}`),
        );
        assert.match(await outcome(env.cluster.hosts.server.address, 80), CLOSED);
        assert.match(await fromDatabase(application(), 80), CLOSED);
    });
});
