/** Ways out that the settings open: just those, and never to the cluster or the metadata server. */
import { strict as assert } from "node:assert";
import type { Stack } from "@pulumi/pulumi/automation";
import { CLOSED, connect } from "./support/connect";
import { changesOfUp, NAMES, open, type Running, running, STACK } from "./support/stack";

const APP = "deploy/secure-app";

describe("ways out", () => {
    let env: Running;
    let opened: Stack;
    before(async () => {
        env = await running();
        const allowEgress = [{ name: "web", cidrs: ["0.0.0.0/0"], ports: [80, 443] }];
        opened = await open(env.cluster, STACK, NAMES, { workload: { allowEgress } });
    });

    const outcome = (host: string, port: number) => connect(NAMES.app, APP, host, port);

    it("are opened by a setting that changes nothing else", async () => {
        assert.match(await outcome(env.cluster.hosts.server.address, 80), CLOSED);
        assert.deepEqual(await changesOfUp(opened), ["create bulwark-out-to-web", "create bulwark-out-to-web-egress"]);
        assert.equal(await outcome(env.cluster.hosts.server.address, 80), "open");
    });

    it("leave the metadata server and the API server closed, and the database open", async () => {
        const database = `pgdb-postgresql.${NAMES.database}.svc.cluster.local`;
        assert.match(await outcome(env.cluster.hosts.metadata.address, 80), CLOSED);
        assert.match(await outcome("kubernetes.default.svc.cluster.local", 443), CLOSED);
        assert.equal(await outcome(database, 5432), "open");
    });

    it("are the application's alone", async () => {
        const { address } = env.cluster.hosts.server;
        assert.match(await connect(NAMES.database, "pgdb-postgresql-0", address, 80), CLOSED);
    });

    it("are closed when the setting goes", async () => {
        const closed = await open(env.cluster, STACK, NAMES);
        assert.deepEqual(await changesOfUp(closed), ["delete bulwark-out-to-web", "delete bulwark-out-to-web-egress"]);
        assert.match(await outcome(env.cluster.hosts.server.address, 80), CLOSED);
    });
});
