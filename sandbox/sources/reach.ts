/** Whether there is a way to a host at all: asked first, since what fetches from it would try for minutes. */
import * as net from "node:net";
import { SandboxError } from "../shell";

const PATIENCE_MS = 5_000;
const PROXIES = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/** Fails unless there is a way to every host. */
export async function assertReachable(hosts: Iterable<string>, patience = PATIENCE_MS): Promise<void> {
    const asked = [...new Set(hosts)];
    const answers = await Promise.all(asked.map((host) => reachable(host, patience)));
    const closed = asked.filter((_, index) => !answers[index]);
    if (closed.length > 0) {
        throw new SandboxError(`no way to ${closed.join(", ")} from here`);
    }
}

/** Through a proxy no host can be seen, only fetched from. */
function reachable(address: string, patience: number): Promise<boolean> {
    if (!isLoopback(address) && PROXIES.some((variable) => process.env[variable])) {
        return Promise.resolve(true);
    }
    const { hostname, port } = new URL(`https://${address}`);
    return new Promise((resolve) => {
        const socket = net.connect({ host: hostname, port: Number(port || 443) });
        const end = (answer: boolean) => {
            clearTimeout(timer);
            socket.destroy();
            resolve(answer);
        };
        const timer = setTimeout(end, patience, false);
        socket.once("connect", () => end(true)).once("error", () => end(false));
    });
}

/** Whether a host is this machine, where nothing needs TLS. */
export function isLoopback(host: string): boolean {
    return /^(127\.\d+\.\d+\.\d+|localhost)(:\d+)?$/.test(host);
}
