import { inPod } from "./kubectl";

/** How a connection ends that a policy forbids: a network may refuse or swallow it. */
export const CLOSED = /^(timeout|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/;

/** Connects by TCP from a pod that has Node.js, and says how it went: "open", or the reason why not. */
export async function connect(namespace: string, pod: string, host: string, port: number): Promise<string> {
    const script = `const s = require("net").connect({ host: "${host}", port: ${port}, timeout: 3000 });
        const end = (word) => { console.log(word); process.exit(); };
        s.on("connect", () => end("open")).on("timeout", () => end("timeout")).on("error", (e) => end(e.code));`;
    return (await inPod(namespace, pod, ["node", "-e", script])).stdout.trim();
}
