/** An API server that knows one pod and forwards to its port, as badly as a test wishes. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import type { Duplex } from "node:stream";

/** What is wrong with the server at the moment. */
export interface Troubles {
    /** The pod isn't ready. */
    unready?: boolean;
    /** Requests are taken and never answered. */
    silent?: boolean;
    /** Port-forwards end as soon as they are open. */
    dropping?: boolean;
    /** Signs of life go unanswered. */
    deaf?: boolean;
    /** Nobody may look at pods. */
    blind?: boolean;
}

/** The server, and what it was asked. */
export interface FakeApiServer {
    troubles: Troubles;
    /** Paths of all requests, in order. */
    asked: string[];
    /** Authorization headers of all requests. */
    credentials: (string | undefined)[];
    address: string;
    /** Path of a kubeconfig for it. */
    kubeconfig: string;
    close(): void;
}

const POD = "/api/v1/namespaces/database/pods/pgdb-postgresql-0";
const BINARY = 0x82;
const PONG = 0x8a;

/** Starts a server whose pod listens on a local port. */
export async function startApiServer(podPort: number, user: object = {}): Promise<FakeApiServer> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bulwark-api-server-"));
    const fake: FakeApiServer = {
        troubles: {},
        asked: [],
        credentials: [],
        address: "",
        kubeconfig: path.join(folder, "kubeconfig"),
        close: () => {
            server.close();
            server.closeAllConnections();
            for (const open of opened) {
                open.destroy();
            }
            fs.rmSync(folder, { recursive: true });
        },
    };
    const opened = new Set<Duplex>();
    const note = ({ url = "", headers }: http.IncomingMessage) => {
        fake.asked.push(url);
        fake.credentials.push(headers.authorization);
    };
    const server = http.createServer((request, response) => {
        note(request);
        const { silent, blind, unready } = fake.troubles;
        if (silent) {
            return;
        }
        const status = { conditions: [{ type: "Ready", status: unready ? "False" : "True" }] };
        const known = request.url === POD && !blind;
        response.writeHead(known ? 200 : 403, { "content-type": "application/json" });
        response.end(JSON.stringify(known ? { apiVersion: "v1", kind: "Pod", metadata: {}, status } : {}));
    });
    server.on("upgrade", (request, socket) => {
        note(request);
        opened.add(socket);
        socket.on("error", () => socket.destroy());
        if (!fake.troubles.silent) {
            upgrade(request, socket, fake, podPort);
        }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    fake.address = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
    fs.writeFileSync(fake.kubeconfig, kubeconfigFor(fake.address, user));
    return fake;
}

/** Text of a kubeconfig with the server as its only cluster. */
export function kubeconfigFor(server: string, user: object = {}, cluster: object = {}): string {
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true, ...cluster } }],
        users: [{ name: "u", user }],
        contexts: [{ name: "right", context: { cluster: "c", user: "u" } }],
        "current-context": "right",
    });
}

function upgrade(request: http.IncomingMessage, socket: Duplex, fake: FakeApiServer, podPort: number): void {
    const accept = createHash("sha1")
        .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest("base64");
    socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
            `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n`,
    );
    const send = (channel: number, data: Buffer) => socket.write(frame(BINARY, Buffer.from([channel, ...data])));
    // Each stream begins with the number of its port.
    for (const channel of [0, 1]) {
        send(channel, Buffer.from([0x38, 0x15]));
    }
    if (fake.troubles.dropping) {
        socket.destroy();
        return;
    }
    const pod = net.connect(podPort, "127.0.0.1");
    pod.on("data", (chunk) => send(0, chunk));
    pod.on("end", () => socket.end());
    pod.on("error", (error) => send(1, Buffer.from(error.message)));
    socket.on("close", () => pod.destroy());
    let received = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        for (let next = read(received); next !== undefined; next = read(received)) {
            received = received.subarray(next.length);
            if (next.opcode === 2) {
                pod.write(next.data.subarray(1));
            } else if (next.opcode === 9 && !fake.troubles.deaf) {
                socket.write(frame(PONG, next.data));
            } else if (next.opcode === 8) {
                socket.end();
            }
        }
    });
}

/** A WebSocket frame from a server (RFC 6455, section 5.2). */
function frame(head: number, data: Buffer): Buffer {
    const size = Buffer.alloc(data.length < 126 ? 2 : 4);
    size[0] = head;
    if (data.length < 126) {
        size[1] = data.length;
    } else {
        size[1] = 126;
        size.writeUInt16BE(data.length, 2);
    }
    return Buffer.concat([size, data]);
}

/** The first frame of a client's bytes, once it is whole. */
function read(bytes: Buffer): { opcode: number; data: Buffer; length: number } | undefined {
    const [first = 0, second = 0] = bytes;
    const long = (second & 0x7f) === 126;
    const start = long ? 8 : 6;
    if (bytes.length < start) {
        return undefined;
    }
    const length = start + (long ? bytes.readUInt16BE(2) : second & 0x7f);
    if (bytes.length < length) {
        return undefined;
    }
    const mask = bytes.subarray(start - 4, start);
    const data = Buffer.from(bytes.subarray(start, length).map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
    return { opcode: first & 0xf, data, length };
}
