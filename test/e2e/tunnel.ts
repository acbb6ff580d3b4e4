// The way from this machine to the database, on the real API server: under load, through restarts, proxies and plugins.
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { Client } from "pg";
import { openTunnel } from "../../components/database/database-tunnel";
import { until } from "../../sandbox/shell";
import { freePort } from "../unit/support/free-port";
import { startProxy } from "../unit/support/proxy";
import { kubectl, secretValues } from "./support/kubectl";
import { NAMES, open, type Running, running, STACK } from "./support/stack";

const POD = "pgdb-postgresql-0";

describe("the database tunnel", () => {
    let env: Running;
    let login: Record<string, string>;
    before(async () => {
        env = await running();
        const { "postgres-password": password = "" } = await secretValues(NAMES.database, "pgdb-postgresql-admin");
        // The superuser, since the owner may not have as many connections as these tests open.
        login = { ...(await secretValues(NAMES.database, "mydb-owner")), username: "postgres", password };
    });

    /** A tunnel of this process's own, through this kubeconfig. */
    async function tunnel(kubeconfig = env.cluster.kubeconfig): Promise<number> {
        const target = { namespaceName: NAMES.database, podName: POD, port: 5432, kubeconfig };
        return openTunnel(await freePort(), Promise.resolve(target));
    }

    /** The first value of a statement's answer, over a connection of its own, verified as the provider's are. */
    async function ask(port: number, statement: string): Promise<unknown> {
        const { username: user, password, database } = login;
        const ssl = { ca: login["ca.crt"], servername: "localhost" };
        const client = new Client({ host: "127.0.0.1", port, user, password, database, ssl });
        await client.connect();
        try {
            const { rows } = await client.query({ text: statement, rowMode: "array" });
            return rows[0]?.[0];
        } finally {
            await client.end();
        }
    }

    it("carries 50 connections at once", async () => {
        const port = await tunnel();
        const all = Array.from({ length: 50 }, () => ask(port, "SELECT pg_backend_pid() FROM pg_sleep(2)"));
        assert.equal(new Set(await Promise.all(all)).size, 50);
    });

    it("keeps a connection on which nothing is said for longer than its signs of life take", async () => {
        assert.equal(await ask(await tunnel(), "SELECT 'awake' FROM pg_sleep(40)"), "awake");
    });

    it("loses no new connection to a restart of the server", async () => {
        const port = await tunnel();
        await kubectl("delete", "pod", "-n", NAMES.database, POD, "--wait=false");
        const answers = Array.from({ length: 5 }, (_, index) => ask(port, `SELECT ${index}`));
        assert.deepEqual(await Promise.all(answers), [0, 1, 2, 3, 4]);
    });

    it("goes through a proxy, with what a credential plugin says", async () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bulwark-tunnel-"));
        const asked: string[] = [];
        const config = JSON.parse(await kubectl("config", "view", "--raw", "-o", "json")) as KubeConfig;
        const { cluster: target } = config.clusters[0] ?? assert.fail();
        const { user } = config.users[0] ?? assert.fail();
        const { hostname, host } = new URL(target.server);
        const proxy = await startProxy(asked, hostname);
        target["proxy-url"] = `http://127.0.0.1:${proxy.port}`;
        const pem = (data: string | undefined) => Buffer.from(data ?? "", "base64").toString("utf8");
        const status = {
            clientCertificateData: pem(user["client-certificate-data"]),
            clientKeyData: pem(user["client-key-data"]),
        };
        const credential = { apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status };
        const answer = path.join(folder, "credential.json");
        fs.writeFileSync(answer, JSON.stringify(credential), { mode: 0o600 });
        const exec = { apiVersion: credential.apiVersion, command: "cat", args: [answer], interactiveMode: "Never" };
        config.users = [{ name: config.users[0]?.name ?? "", user: { exec } }];
        try {
            assert.equal(await ask(await tunnel(JSON.stringify(config)), "SELECT 'through'"), "through");
        } finally {
            proxy.close();
            fs.rmSync(folder, { recursive: true });
        }
        assert.ok(asked.length > 0 && asked.every((each) => each === host), asked.join(" "));
    });

    it("names the setting when its port is taken, and leaves nothing behind on it", async () => {
        await env.stack.preview();
        // Not to be had as long as a listener of the preview, which ran in this process, is there.
        const other = await listening(NAMES.localPort);
        try {
            await assert.rejects(
                env.stack.preview(),
                new RegExp(`can't listen on 127.0.0.1:${NAMES.localPort}, another program does; .*tunnel.localPort`),
            );
        } finally {
            await new Promise((resolve) => other.close(resolve));
        }
        assert.deepEqual(Object.keys((await env.stack.preview({ expectNoChanges: true })).changeSummary), ["same"]);
    });

    it("isn't needed with an address at which the database answers", async () => {
        // A way that the program knows nothing of, as a VPN would be; its own tunnel would find its port taken.
        const port = await tunnel();
        const taken = await listening(NAMES.localPort);
        try {
            const direct = { tunnel: undefined, direct: { host: "127.0.0.1", port } };
            const stack = await open(env.cluster, STACK, NAMES, { database: direct });
            const { summary } = await stack.up({ refresh: true, runProgram: true });
            assert.equal(summary.result, "succeeded");
            assert.equal(summary.resourceChanges?.replace, undefined);
        } finally {
            await new Promise((resolve) => taken.close(resolve));
        }
        const back = await open(env.cluster, STACK, NAMES);
        await back.up();
    });
});

/** A server on a port, as soon as that is free. */
async function listening(port: number): Promise<net.Server> {
    const server = net.createServer();
    await until(`port ${port} is free`, 30_000, () => {
        return new Promise((resolve) => {
            server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
        });
    });
    return server;
}

interface KubeConfig {
    clusters: { cluster: { server: string; "proxy-url"?: string } }[];
    users: {
        name: string;
        user: Record<string, unknown> & { "client-certificate-data"?: string; "client-key-data"?: string };
    }[];
}
