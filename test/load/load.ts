/** A load at a fixed rate: what it asks is asked from a pod, and what became of it is heard here. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { until } from "../../sandbox/shell";
import { kubectl } from "../e2e/support/kubectl";
import { VISITOR, VISITORS } from "../e2e/support/sample-app-stack";
import { cluster } from "../e2e/support/stack";
import { PATIENCE_MS, SCRIPT, STOP, type Visit, type Visits } from "./visits";

const ANSWERED_MS = 2 * PATIENCE_MS;

/** A load that runs until it is stopped. */
export class Load {
    private readonly visits: Visit[] = [];
    private next = 0;
    private ended = false;

    private constructor(private readonly child: ChildProcess) {}

    static async start(visits: Visits): Promise<Load> {
        const { programs, kubeconfig } = await cluster();
        const args = ["exec", "-i", "-n", VISITORS, `deploy/${VISITOR}`, "--", "node", "-e", SCRIPT];
        const env = { ...process.env, KUBECONFIG: kubeconfig };
        const child = spawn(programs.kubectl, args, { env, stdio: ["pipe", "pipe", "inherit"] });
        const load = new Load(child);
        createInterface({ input: child.stdout }).on("line", (line) => load.heard(JSON.parse(line)));
        child.on("close", () => {
            load.ended = true;
        });
        // By standard input: the API server's audit log keeps command lines.
        child.stdin.write(`${JSON.stringify(visits)}\n`);
        return load;
    }

    /** Waits until so many more requests have been answered. */
    async answers(count: number): Promise<void> {
        const enough = this.next + count;
        await this.untilHeard(() => this.next >= enough, 600_000);
    }

    /** What became of the requests that were sent while something was done. */
    async during(work: () => Promise<unknown>): Promise<Visit[]> {
        const first = this.next;
        await work();
        const end = this.next;
        await this.untilHeard(() => this.heardOf(first, end).length === end - first, ANSWERED_MS);
        return this.heardOf(first, end);
    }

    /** Ends it when every request has been answered, and returns what became of all. */
    async stop(): Promise<Visit[]> {
        await kubectl("exec", "-n", VISITORS, `deploy/${VISITOR}`, "--", "touch", STOP);
        try {
            await until("the load has ended", ANSWERED_MS, () => this.ended);
        } finally {
            this.child.kill();
        }
        return this.visits;
    }

    private heard(visit: Visit): void {
        this.visits.push(visit);
        this.next = Math.max(this.next, visit.number + 1);
    }

    private heardOf(first: number, end: number): Visit[] {
        return this.visits.filter(({ number }) => number >= first && number < end);
    }

    private async untilHeard(heard: () => boolean, milliseconds: number): Promise<void> {
        await until("requests are answered", milliseconds, () => heard() || this.ended);
        if (!heard()) {
            throw new Error("the process that makes the load has ended");
        }
    }
}
