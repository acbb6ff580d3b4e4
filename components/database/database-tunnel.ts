/**
 * The way from `pulumi up` to a database that no address outside the cluster leads to: a local port, and behind each
 * connection to it one port-forward through the API server to the database's pod.
 */
import * as net from "node:net";
import { PassThrough, Writable } from "node:stream";
import * as pulumi from "@pulumi/pulumi";
import { type KubeConfigChoice, loadKubeConfig } from "../kube-config";
import { withoutStack } from "../without-stack";

/** The pod at the far end, and the way to its API server. */
export interface TunnelTarget extends KubeConfigChoice {
    namespaceName: string;
    podName: string;
    port: number;
}

/** How long a connection waits for the pod, which may be restarting, and how often it tries. */
const PATIENCE = { totalMilliseconds: 60_000, pauseMilliseconds: 1_000 };

/** A listener of this process. The Automation API runs a program many times in one process; each run takes it over. */
interface Tunnel {
    target: Promise<TunnelTarget>;
    /** What tells one run of the program from another. */
    run: unknown;
    port: Promise<number>;
}

const tunnels = new Map<number, Tunnel>();

/**
 * Listens on a port of the loopback interface and forwards every connection to the target.
 *
 * The listener is there in previews too, since refreshing connects then, and opens nothing until somebody connects. It
 * never keeps the process alive. The port is fixed, because the provider's inputs, which contain it, are kept in state.
 *
 * @returns the port, once it listens.
 * @throws Error that names the setting to change, when the port is taken.
 */
export function openTunnel(localPort: number, target: Promise<TunnelTarget>): Promise<number> {
    const run = pulumi.runtime.getMonitor();
    const open = tunnels.get(localPort);
    if (open !== undefined && open.run === run) {
        const taken = `Port ${localPort} carries another database's tunnel of this program; give each its own \`tunnel.localPort\`.`;
        return Promise.reject(withoutStack(new pulumi.RunError(taken)));
    }
    if (open !== undefined) {
        Object.assign(open, { target, run });
        return open.port;
    }
    const tunnel: Tunnel = { target, run, port: listen(localPort, () => tunnel.target) };
    tunnels.set(localPort, tunnel);
    return tunnel.port;
}

function listen(localPort: number, target: () => Promise<TunnelTarget>): Promise<number> {
    const server = net.createServer({ allowHalfOpen: false }, (socket) => {
        socket.on("error", () => socket.destroy());
        socket.unref();
        forward(socket, target()).catch((error: Error) => {
            report(error.message);
            socket.destroy();
        });
    });
    server.unref();
    return new Promise((resolve, reject) => {
        server.once("error", (error: NodeJS.ErrnoException) => {
            tunnels.delete(localPort);
            reject(withoutStack(new pulumi.RunError(listenFault(localPort, error))));
        });
        server.listen(localPort, "127.0.0.1", () => resolve((server.address() as net.AddressInfo).port));
    });
}

function listenFault(localPort: number, error: NodeJS.ErrnoException): string {
    return error.code === "EADDRINUSE"
        ? `The database tunnel can't listen on 127.0.0.1:${localPort}, another program does; choose a free port with \`tunnel.localPort\` (in the program's settings: bulwark:database.tunnel.localPort).`
        : `The database tunnel can't listen on 127.0.0.1:${localPort} (${error.code}); choose another port with \`tunnel.localPort\`.`;
}

/** One attempt after the other, until the server has answered once; from then on the stream can't be begun again. */
async function forward(socket: net.Socket, target: Promise<TunnelTarget>): Promise<void> {
    const sent: Buffer[] = [];
    const keep = (chunk: Buffer) => sent.push(chunk);
    socket.on("data", keep);
    const { namespaceName, podName, port, ...choice } = await target;
    const { config, library } = await loadKubeConfig(choice);
    const forwarder = new library.PortForward(config);
    const deadline = Date.now() + PATIENCE.totalMilliseconds;
    for (;;) {
        const outcome = await attempt(socket, sent, (output, err, input) =>
            forwarder.portForward(namespaceName, podName, [port], output, err, input),
        );
        if (outcome === "answered" || socket.destroyed) {
            socket.off("data", keep);
            return;
        }
        if (Date.now() > deadline) {
            throw new Error(`no connection to port ${port} of pod ${namespaceName}/${podName}: ${outcome.reason}`);
        }
        await new Promise((resolve) => setTimeout(resolve, PATIENCE.pauseMilliseconds));
    }
}

type Connect = (output: Writable, err: Writable, input: PassThrough) => Promise<unknown>;

/** Connects once: resolves as soon as the server has answered, or with the reason when it closed without a word. */
function attempt(socket: net.Socket, sent: Buffer[], connect: Connect): Promise<"answered" | { reason: string }> {
    return new Promise((resolve) => {
        let answered = false;
        let reason = "the API server closed the connection";
        const input = new PassThrough();
        const pass = (chunk: Buffer) => input.write(chunk);
        const stop = () => {
            socket.off("data", pass);
            input.end();
            if (answered) {
                socket.destroy();
            }
            resolve({ reason });
        };
        // Each stream begins with a message that holds its port and, that taken off, nothing.
        const output = new Writable({
            write(chunk: Buffer, _encoding, done) {
                if (chunk.length === 0) {
                    done();
                    return;
                }
                answered = true;
                resolve("answered");
                socket.write(chunk, () => done());
            },
        });
        const err = new Writable({
            write(chunk: Buffer, _encoding, done) {
                done();
                if (chunk.length > 0) {
                    reason = chunk.toString("utf8").trim();
                    stop();
                }
            },
        });
        for (const stream of [input, output, err]) {
            stream.on("error", () => socket.destroy());
        }
        connect(output, err, input).then(
            (connection) => {
                const webSocket = connection as WebSocketLike;
                webSocket.on("close", stop);
                webSocket.on("error", stop);
                socket.once("close", () => webSocket.close());
                for (const chunk of sent) {
                    input.write(chunk);
                }
                socket.on("data", pass);
            },
            (error: unknown) => {
                reason = reasonOf(error);
                stop();
            },
        );
    });
}

/** The part of the library's WebSocket that is used here; its own types drag in the browser's. */
interface WebSocketLike {
    on(event: "close" | "error", listener: () => void): void;
    close(): void;
}

function reasonOf(error: unknown): string {
    const { message } = error as { message?: string };
    return message || "the API server refused the port-forward; it needs `create` on pods/portforward";
}

const reported = new Set<string>();

/** Says each reason once: the provider tries many times, and its own error only says that the connection ended. */
function report(reason: string): void {
    if (!reported.has(reason)) {
        reported.add(reason);
        void pulumi.log.warn(`The database tunnel found ${reason}`);
    }
}
