/** Requests from a pod: one process in it makes them all, since starting one for each takes much longer. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { cluster } from "./stack";

/** An answer. */
export interface Page {
    status: number;
    location: string | undefined;
    cookies: string[];
    body: string;
}

/** A line of JSON for each request, and one for each answer, in the same order. */
const SCRIPT = `(async () => {
    for await (const line of require("readline").createInterface({ input: process.stdin })) {
        const { url, options } = JSON.parse(line);
        const answer = await fetch(url, { ...options, redirect: "manual" }).then(async (response) => ({
            status: response.status, location: response.headers.get("location") ?? undefined,
            cookies: response.headers.getSetCookie(), body: await response.text(),
        }), (error) => ({ fault: error.cause?.message ?? error.message }));
        console.log(JSON.stringify(answer));
    }
})();`;

/** Speaks HTTP from a pod. What it sends goes by standard input: the API server's audit log keeps command lines. */
export class Relay {
    private child: ChildProcess | undefined;
    private readonly waiting: { resolve(page: Page): void; reject(error: Error): void }[] = [];

    constructor(
        private readonly namespace: string,
        private readonly pod: string,
    ) {}

    async request(url: string, options: object): Promise<Page> {
        const { stdin } = await this.start();
        return new Promise((resolve, reject) => {
            this.waiting.push({ resolve, reject });
            stdin?.write(`${JSON.stringify({ url, options })}\n`);
        });
    }

    /** Ends the process in the pod, whose input ends with this one. To end the input alone may not get through to it. */
    close(): void {
        this.child?.kill();
    }

    private async start(): Promise<ChildProcess> {
        const { programs, kubeconfig } = await cluster();
        if (this.child === undefined) {
            const args = ["exec", "-i", "-n", this.namespace, this.pod, "--", "node", "-e", SCRIPT];
            const env = { ...process.env, KUBECONFIG: kubeconfig };
            const child = spawn(programs.kubectl, args, { env, stdio: ["pipe", "pipe", "inherit"] });
            createInterface({ input: child.stdout }).on("line", (line) => this.answered(JSON.parse(line)));
            child.on("close", () => this.ended());
            this.child = child;
        }
        return this.child;
    }

    private answered(answer: Page | { fault: string }): void {
        const asked = this.waiting.shift();
        if ("fault" in answer) {
            asked?.reject(new Error(answer.fault));
        } else {
            asked?.resolve(answer);
        }
    }

    private ended(): void {
        this.child = undefined;
        for (const { reject } of this.waiting.splice(0)) {
            reject(new Error("the process in the pod ended"));
        }
    }
}
