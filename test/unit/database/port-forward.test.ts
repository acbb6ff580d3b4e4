/** The way through the API server, with one that behaves as badly as they do. */
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { openTunnel } from "../../../components/database/database-tunnel";
import type { Patience } from "../../../components/database/port-forward";
import { until } from "../../../sandbox/shell";
import { type FakeApiServer, kubeconfigFor, startApiServer } from "../support/api-server";
import { freePort } from "../support/free-port";
import { startProxy } from "../support/proxy";

/** Ample for a busy machine, where it is not what a test waits for. */
const AMPLE: Patience = { total: 60_000, pause: 20, request: 60_000, heartbeat: 60_000 };

/** A server that says what it was told, and ends at "bye" after a last word. */
async function startPod(): Promise<{ port: number; restart(after: number): void; close(): void }> {
    const opened = new Set<net.Socket>();
    const server = net.createServer((socket) => {
        opened.add(socket);
        socket.on("error", () => socket.destroy());
        socket.on("data", (chunk) => (String(chunk) === "bye" ? socket.end("x".repeat(50_000)) : socket.write(chunk)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as net.AddressInfo;
    const close = () => {
        server.close();
        for (const socket of opened) {
            socket.destroy();
        }
    };
    return {
        port,
        close,
        restart: (after) => {
            close();
            setTimeout(() => server.listen(port, "127.0.0.1"), after);
        },
    };
}

/** Sends a text and gives the first answer, or undefined when the connection ends without one. */
function ask(port: number, text: string): Promise<string | undefined> {
    const socket = net.connect(port, "127.0.0.1");
    return new Promise((resolve) => {
        socket.on("error", () => undefined);
        socket.on("data", (chunk) => {
            resolve(String(chunk));
            socket.destroy();
        });
        socket.on("close", () => resolve(undefined));
        socket.write(text);
    });
}

describe("a port-forward", () => {
    let pod: Awaited<ReturnType<typeof startPod>>;
    let server: FakeApiServer;
    let port: number;
    beforeEach(async () => {
        pod = await startPod();
        server = await startApiServer(pod.port);
        port = await tunnel();
    });
    afterEach(() => {
        server.close();
        pod.close();
    });

    async function tunnel(
        choice: { kubeconfig?: string; context?: string } = {},
        patience: Partial<Patience> = {},
    ): Promise<number> {
        const target = { namespaceName: "database", podName: "pgdb-postgresql-0", port: 5432 };
        const local = await freePort();
        const chosen = Promise.resolve({ ...target, kubeconfig: server.kubeconfig, ...choice });
        return openTunnel(local, chosen, { ...AMPLE, ...patience });
    }

    it("carries many connections at once, each its own", async () => {
        const texts = Array.from({ length: 50 }, (_, index) => `connection ${index}`);
        assert.deepEqual(await Promise.all(texts.map((text) => ask(port, text))), texts);
    });

    it("brings the last words before the end", async () => {
        const socket = net.connect(port, "127.0.0.1");
        let heard = 0;
        socket.on("data", (chunk) => {
            heard += chunk.length;
        });
        socket.write("bye");
        await new Promise((resolve) => socket.once("close", resolve));
        assert.equal(heard, 50_000);
    });

    it("waits for a pod that restarts, and sends it what it was to hear", async () => {
        pod.restart(300);
        assert.equal(await ask(port, "hello"), "hello");
    });

    it("waits for a pod that isn't ready, without a connection to it", async () => {
        server.troubles = { unready: true };
        const answer = ask(port, "hello");
        await until("it has looked several times", 30_000, () => server.asked.length > 2);
        assert.ok(server.asked.every((url) => !url.includes("portforward")));
        server.troubles = {};
        assert.equal(await answer, "hello");
    });

    it("works for those who may not look at pods", async () => {
        server.troubles = { blind: true };
        assert.equal(await ask(port, "hello"), "hello");
    });

    it("tries again when the API server drops connections, or says nothing", async () => {
        port = await tunnel({}, { request: 300 });
        for (const troubles of [{ dropping: true }, { silent: true }]) {
            server.troubles = troubles;
            setTimeout(() => {
                server.troubles = {};
            }, 700);
            assert.equal(await ask(port, "hello"), "hello", Object.keys(troubles)[0]);
        }
    });

    it("gives up in the end, and ends the connection", async () => {
        port = await tunnel({}, { total: 500 });
        server.troubles = { dropping: true };
        assert.equal(await ask(port, "hello"), undefined);
    });

    it("stops trying when nobody waits any longer", async () => {
        server.troubles = { dropping: true };
        const socket = net.connect(port, "127.0.0.1");
        await new Promise((resolve) => setTimeout(resolve, 200));
        socket.destroy();
        await new Promise((resolve) => setTimeout(resolve, 200));
        const tries = server.asked.length;
        await new Promise((resolve) => setTimeout(resolve, 300));
        assert.equal(server.asked.length, tries);
    });

    it("stays open as long as there are signs of life, and ends when there are none", async () => {
        const heartbeat = 400;
        port = await tunnel({}, { heartbeat });
        const socket = net.connect(port, "127.0.0.1");
        let ended = false;
        socket.on("close", () => {
            ended = true;
        });
        socket.write("hello");
        await new Promise((resolve) => socket.once("data", resolve));
        await new Promise((resolve) => setTimeout(resolve, 4 * heartbeat));
        assert.equal(ended, false);
        server.troubles = { deaf: true };
        await new Promise((resolve) => socket.once("close", resolve));
    });

    it("takes the context that it is told, not the current one", async () => {
        const config = JSON.parse(kubeconfigFor(server.address)) as { contexts: object[] };
        const lost = { name: "wrong", context: { cluster: "nowhere", user: "nobody" } };
        const kubeconfig = JSON.stringify({
            ...config,
            contexts: [lost, ...config.contexts],
            "current-context": "wrong",
        });
        assert.equal(await ask(await tunnel({ kubeconfig, context: "right" }), "hello"), "hello");
        assert.equal(await ask(await tunnel({ kubeconfig }), "hello"), undefined);
    });

    it("asks a credential plugin, once for many connections", async () => {
        const folder = path.dirname(server.kubeconfig);
        const plugin = path.join(folder, "plugin");
        const credential = { kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1" };
        const status = { token: "of-the-plugin", expirationTimestamp: "2999-01-01T00:00:00Z" };
        const answer = JSON.stringify({ ...credential, status });
        fs.writeFileSync(plugin, `#!/bin/sh\necho run >>${folder}/runs\necho '${answer}'\n`, { mode: 0o755 });
        const exec = { apiVersion: credential.apiVersion, command: plugin, interactiveMode: "Never" };
        const kubeconfig = kubeconfigFor(server.address, { exec });
        const local = await tunnel({ kubeconfig });
        for (const text of ["first", "second"]) {
            assert.equal(await ask(local, text), text);
        }
        assert.deepEqual([...new Set(server.credentials)], ["Bearer of-the-plugin"]);
        assert.equal(fs.readFileSync(path.join(folder, "runs"), "utf8"), "run\n");
    });

    it("goes through the proxy of the kubeconfig", async () => {
        const proxied: string[] = [];
        const proxy = await startProxy(proxied);
        // What is sent in the clear to localhost goes around a proxy.
        const { port: serverPort } = new URL(server.address);
        const cluster = { "proxy-url": `http://127.0.0.1:${proxy.port}` };
        const kubeconfig = kubeconfigFor(`http://api.example.test:${serverPort}`, {}, cluster);
        assert.equal(await ask(await tunnel({ kubeconfig }), "hello"), "hello");
        proxy.close();
        assert.ok(proxied.includes(`api.example.test:${serverPort}`), proxied.join(" "));
    });
});
