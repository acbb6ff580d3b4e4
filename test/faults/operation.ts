/** An `up` or a `destroy` of the real program as processes that can be killed, and what the engine tells meanwhile. */
import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import { createInterface } from "node:readline";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import type { Cluster } from "../../sandbox/cluster";
import { repositoryFolder } from "../../sandbox/paths";
import { family, killTogether, untilGone } from "./processes";

/** What is killed: the program, the engine, or both with all that they have started. */
export type Victim = "the program" | "the engine" | "everything";

/** Loads TypeScript from wherever the process starts. */
export const LOADER = ["--import", path.join(repositoryFolder, "node_modules/tsx/dist/loader.mjs")];

/** What is nothing by itself. */
export const COMPONENT = /^(pulumi|bulwark):/;

/** How long an engine takes to notice, to finish what it has begun, and to end. */
const END_SECONDS = 240;

/** The environment in which somebody would type commands for a stack. */
export function environmentOf(stack: Stack, { programs, kubeconfig }: Cluster): NodeJS.ProcessEnv {
    const { envVars, pulumiHome } = stack.workspace;
    const tools = [programs.pulumi, programs.kubectl].map((program) => path.dirname(program));
    const PATH = [...tools, envVars.PATH ?? process.env.PATH].join(path.delimiter);
    return { ...process.env, ...envVars, PATH, PULUMI_HOME: pulumiHome, KUBECONFIG: kubeconfig };
}

/** An operation under way. */
export class Operation {
    /** Resources that the engine has begun to make, change or delete, by type. */
    readonly begun: string[] = [];
    /** Whether it has ended by itself, and how. */
    code: number | null | undefined;
    private readonly messages: string[] = [];
    private changed: () => void = () => undefined;
    private readonly closed: Promise<void>;

    private constructor(
        private readonly engine: ChildProcess,
        private readonly program: ChildProcess | undefined,
    ) {
        createInterface({ input: engine.stdout as NodeJS.ReadableStream }).on("line", (line) => this.hear(line));
        engine.stderr?.on("data", (chunk) => this.messages.push(String(chunk)));
        this.closed = new Promise((resolve) =>
            engine.on("close", (code) => {
                this.code = code;
                program?.kill("SIGKILL");
                this.changed();
                resolve();
            }),
        );
    }

    /** Starts the engine; for `up` the program too, in a process beside it. */
    static async begin(command: "up" | "destroy", stack: Stack, cluster: Cluster): Promise<Operation> {
        const env = environmentOf(stack, cluster);
        const program = command === "up" ? await startProgram(env) : undefined;
        const args = [command, "--yes", "--skip-preview", "--json", "--non-interactive", "--stack", stack.name];
        const client = program ? ["--exec-kind=auto.inline", `--client=127.0.0.1:${program.port}`] : [];
        const { workDir: cwd } = stack.workspace;
        const engine = spawn(cluster.programs.pulumi, [...args, ...client], {
            cwd,
            env,
            stdio: ["ignore", "pipe", "pipe"],
        });
        return new Operation(engine, program?.process);
    }

    /** Waits until that much is begun; fails when the operation ends before. */
    async until(reached: (begun: string[]) => boolean): Promise<void> {
        while (!reached(this.begun)) {
            if (this.code !== undefined) {
                throw new Error(`the operation ended before the fault:\n${this.said()}`);
            }
            await new Promise<void>((resolve) => {
                this.changed = resolve;
            });
        }
    }

    /** Kills, waits until nothing of the operation runs any more, and tells how many processes died of it at once. */
    async kill(victim: Victim): Promise<number> {
        const [engine, program] = [this.engine.pid ?? 0, this.program?.pid ?? 0];
        const all = [engine, program].filter(Boolean).flatMap(family);
        if (this.code !== undefined) {
            throw new Error(`the operation ended before it could be killed:\n${this.said()}`);
        }
        if (victim === "everything") {
            killTogether([engine, program].filter(Boolean));
        } else {
            process.kill(victim === "the engine" ? engine : program, "SIGKILL");
        }
        await this.closed;
        await untilGone(all, END_SECONDS);
        return victim === "everything" ? all.length : 1;
    }

    /** Waits for its end and returns whether it was a good one. */
    async end(): Promise<boolean> {
        await this.closed;
        return this.code === 0;
    }

    /** Whether a signal ended the engine. */
    wasKilled(): boolean {
        return this.engine.signalCode === "SIGKILL";
    }

    /** What the engine said to people. */
    said(): string {
        return this.messages.join("");
    }

    private hear(line: string): void {
        const { resourcePreEvent, diagnosticEvent } = parse(line);
        const { op = "same", type = "" } = resourcePreEvent?.metadata ?? {};
        if (op !== "same" && op !== "read" && !COMPONENT.test(type)) {
            this.begun.push(type);
        }
        if (/error|warning/.test(diagnosticEvent?.severity ?? "")) {
            this.messages.push((diagnosticEvent?.message ?? "").replace(/<\{%.*?%\}>/g, ""));
        }
        this.changed();
    }
}

async function startProgram(env: NodeJS.ProcessEnv): Promise<{ process: ChildProcess; port: number }> {
    const child = spawn(process.execPath, [...LOADER, path.join(__dirname, "program-server.ts")], {
        cwd: repositoryFolder,
        env,
        stdio: ["ignore", "pipe", "ignore"],
    });
    const lines = createInterface({ input: child.stdout });
    const port = await new Promise<number>((resolve, reject) => {
        lines.once("line", (line) => resolve(Number(line)));
        child.once("close", () => reject(new Error("the program ended before it listened")));
    });
    return { process: child, port };
}

function parse(line: string): EngineEvent | Record<string, undefined> {
    try {
        return JSON.parse(line) as EngineEvent;
    } catch {
        return {};
    }
}
