import * as net from "node:net";

/** A proxy that takes every name for that of one address, and notes what it was asked for. */
export async function startProxy(asked: string[], address = "127.0.0.1"): Promise<{ port: number; close(): void }> {
    const opened = new Set<net.Socket>();
    const server = net.createServer((socket) => {
        opened.add(socket);
        socket.on("error", () => socket.destroy());
        socket.once("data", (chunk) => {
            const [head = ""] = String(chunk).split("\r\n");
            const [method, target = ""] = head.split(" ");
            const { host } = method === "CONNECT" ? { host: target } : new URL(target);
            asked.push(host);
            const upstream = net.connect(Number(host.split(":")[1]), address);
            opened.add(upstream);
            upstream.on("error", () => socket.destroy());
            if (method === "CONNECT") {
                socket.write("HTTP/1.1 200 OK\r\n\r\n");
            } else {
                upstream.write(String(chunk).replace(target, new URL(target).pathname + new URL(target).search));
            }
            socket.pipe(upstream).pipe(socket);
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
        port: (server.address() as net.AddressInfo).port,
        close: () => {
            server.close();
            for (const socket of opened) {
                socket.destroy();
            }
        },
    };
}
