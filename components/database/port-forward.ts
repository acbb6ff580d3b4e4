/** One connection to a pod's port through the API server, as the tunnel makes them: with patience, and watched. */
import type * as net from "node:net";
import { PassThrough, Writable } from "node:stream";
import type * as client from "@kubernetes/client-node";
import { type KubeConfigChoice, loadKubeConfig } from "../kube-config";

/** The pod at the far end, and the way to its API server. */
export interface PortForwardTarget extends KubeConfigChoice {
    namespaceName: string;
    podName: string;
    port: number;
}

/** In milliseconds: how long a connection waits for the pod, which may be restarting, and what it puts up with. */
export interface Patience {
    /** Until a connection is given up. */
    total: number;
    /** Between two tries. */
    pause: number;
    /** Until an API server that says nothing counts as gone. */
    request: number;
    /** Between two signs of life that are asked for; a connection that misses one has ended without a word. */
    heartbeat: number;
}

export const PATIENCE: Patience = { total: 60_000, pause: 1_000, request: 15_000, heartbeat: 15_000 };

/** Opens a connection from a local socket. */
export type Forward = (socket: net.Socket) => Promise<void>;

/** A way to connect to the target. The kubeconfig is read once, so that a credential plugin runs once as well. */
export async function portForward(target: PortForwardTarget, patience: Patience): Promise<Forward> {
    const { config, library } = await loadKubeConfig(target);
    const pods = config.makeApiClient(library.CoreV1Api);
    const forwarder = new library.PortForward(config);
    const { namespaceName, podName, port } = target;

    /** Only a pod that is ready: PostgreSQL accepts connections while it starts, and refuses them inside of TLS. */
    async function connect(streams: Streams): Promise<WebSocketLike> {
        const unready = await within(patience.request, unreadiness(pods, target));
        if (unready !== undefined) {
            throw new Error(unready);
        }
        const { output, err, input } = streams;
        const opening = forwarder.portForward(namespaceName, podName, [port], output, err, input);
        try {
            return (await within(patience.request, opening)) as WebSocketLike;
        } catch (error) {
            // One that comes too late has nobody to end it.
            opening.then(
                (late) => (late as WebSocketLike).close(),
                () => undefined,
            );
            throw error;
        }
    }

    /** One try after the other, until the server has answered once; from then on the stream can't be begun again. */
    return async (socket) => {
        const sent: Buffer[] = [];
        const keep = (chunk: Buffer) => sent.push(chunk);
        socket.on("data", keep);
        const deadline = Date.now() + patience.total;
        for (;;) {
            const outcome = await attempt(socket, sent, patience.heartbeat, connect);
            if (outcome === "answered" || socket.destroyed) {
                socket.off("data", keep);
                return;
            }
            if (Date.now() > deadline) {
                throw new Error(`no connection to port ${port} of pod ${namespaceName}/${podName}: ${outcome.reason}`);
            }
            await new Promise((resolve) => setTimeout(resolve, patience.pause));
        }
    };
}

/** Why the pod won't answer properly, or undefined. Who may not look at pods goes on without knowing. */
async function unreadiness(pods: client.CoreV1Api, target: PortForwardTarget): Promise<string | undefined> {
    try {
        const pod = await pods.readNamespacedPod({ namespace: target.namespaceName, name: target.podName });
        const ready = pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
        return ready && pod.metadata?.deletionTimestamp === undefined ? undefined : "the pod isn't ready";
    } catch {
        return undefined;
    }
}

interface Streams {
    output: Writable;
    err: Writable;
    input: PassThrough;
}

/** The part of the library's WebSocket that is used here; its own types drag in the browser's. */
interface WebSocketLike {
    on(event: "close" | "error" | "pong", listener: () => void): void;
    ping(): void;
    close(): void;
    terminate(): void;
}

/** Connects once: resolves as soon as the server has answered, or with the reason when it closed without a word. */
function attempt(
    socket: net.Socket,
    sent: Buffer[],
    heartbeat: number,
    connect: (streams: Streams) => Promise<WebSocketLike>,
): Promise<"answered" | { reason: string }> {
    return new Promise((resolve) => {
        let answered = false;
        let reason = "the API server closed the connection";
        const input = new PassThrough();
        const pass = (chunk: Buffer) => input.write(chunk);
        let hangUp: () => void = () => undefined;
        const stop = () => {
            socket.off("data", pass);
            socket.off("close", hangUp);
            input.end();
            if (answered) {
                // What has arrived is still passed on.
                output.end(() => socket.destroySoon());
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
        connect({ output, err, input }).then(
            (webSocket) => {
                webSocket.on("close", stop);
                webSocket.on("error", stop);
                watch(webSocket, heartbeat);
                hangUp = () => webSocket.close();
                socket.once("close", hangUp);
                if (socket.destroyed) {
                    hangUp();
                }
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

/** Ends a connection whose other end has gone without a word, as behind a router that has forgotten it. */
function watch(webSocket: WebSocketLike, heartbeat: number): void {
    let alive = true;
    const timer = setInterval(() => {
        if (alive) {
            alive = false;
            webSocket.ping();
        } else {
            webSocket.terminate();
        }
    }, heartbeat).unref();
    webSocket.on("pong", () => {
        alive = true;
    });
    webSocket.on("close", () => clearInterval(timer));
}

function reasonOf(error: unknown): string {
    const { message } = error as { message?: string };
    return message || "the API server refused the port-forward; it needs `create` on pods/portforward";
}

/** The promise's value, or an error when that takes too long. */
async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<never>((_, reject) => {
        const silence = new Error(`the API server has said nothing for ${milliseconds / 1_000} s`);
        timer = setTimeout(() => reject(silence), milliseconds).unref();
    });
    try {
        return await Promise.race([promise, over]);
    } finally {
        clearTimeout(timer);
    }
}
