/** Runs system commands. */
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

/** A fault that its message explains to the user: callers print it without a stack trace. */
export class SandboxError extends Error {
    override name = "SandboxError";
}

/** How to run a command. */
export interface RunOptions {
    /** Working directory. Defaults to this process's. */
    cwd?: string;
    /** Variables put on top of this process's environment. */
    env?: NodeJS.ProcessEnv;
    /** Text for the command's standard input. Defaults to none. */
    input?: string;
    /** File that gets all output, appended. Defaults to none: output is only kept for the error. */
    log?: string;
}

const LINES_SHOWN = 12;

/**
 * Runs a command and returns what it wrote to standard output, without the last line break.
 * Fails with a SandboxError that shows the command's last lines and names the log file.
 */
export function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
    const child = spawn(command, args, {
        cwd: options.cwd,
        env: { ...process.env, ...options.env },
        stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    child.stdin?.on("error", () => {}); // the command may end before it has read everything; its status tells
    child.stdin?.end(options.input);
    return finished(child, `${command} ${args[0] ?? ""}`.trimEnd(), options.log);
}

/** Runs a command that may hang, and ends it after so many seconds. */
export async function runWithin(seconds: number, command: string, args: string[], options?: RunOptions) {
    return run("timeout", [String(seconds), command, ...args], options).catch((error: Error) => {
        const late = error.message.startsWith(`timeout ${seconds}: exit status 124`);
        throw late ? new SandboxError(`${path.basename(command)}: not done within ${seconds} s`) : error;
    });
}

/** Runs a command and tells whether it succeeded. */
export async function succeeds(command: string, args: string[], options: RunOptions = {}): Promise<boolean> {
    return run(command, args, options).then(
        () => true,
        () => false,
    );
}

/** Runs `producer | consumer`, for data too large to hold. */
export async function pipe(producer: [string, ...string[]], consumer: [string, ...string[]], log: string) {
    const from = spawn(producer[0], producer.slice(1), { stdio: ["ignore", "pipe", "pipe"] });
    const to = spawn(consumer[0], consumer.slice(1), { stdio: ["pipe", "pipe", "pipe"] });
    to.stdin.on("error", () => {});
    from.stdout.pipe(to.stdin);
    await Promise.all([finished(to, consumer[0], log), exited(from, producer[0], [from.stderr], log)]);
}

/** Calls `check` until it is true. Fails with `what` after the given milliseconds. */
export async function until(what: string, milliseconds: number, check: () => Promise<boolean> | boolean) {
    const end = Date.now() + milliseconds;
    while (!(await check())) {
        if (Date.now() > end) {
            throw new SandboxError(`${what}: not after ${milliseconds / 1000} s`);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

/** The last lines of a log file, to show in an error. */
export function lastLines(text: string, count = LINES_SHOWN): string {
    return text.trimEnd().split("\n").slice(-count).join("\n");
}

async function finished(child: ChildProcess, title: string, log: string | undefined): Promise<string> {
    const output: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => output.push(chunk));
    await exited(child, title, [child.stdout, child.stderr], log);
    return Buffer.concat(output).toString("utf8").trimEnd();
}

function exited(
    child: ChildProcess,
    title: string,
    streams: (NodeJS.ReadableStream | null)[],
    log: string | undefined,
): Promise<void> {
    let tail = "";
    for (const stream of streams) {
        stream?.on("data", (chunk: Buffer) => {
            tail = (tail + chunk.toString("utf8")).slice(-8192);
            if (log !== undefined) {
                fs.appendFileSync(log, chunk);
            }
        });
    }
    return new Promise((resolve, reject) => {
        child.on("error", (error: NodeJS.ErrnoException) => {
            const reason = error.code === "ENOENT" ? "no such program" : error.message;
            reject(new SandboxError(`${title}: ${reason}`));
        });
        child.on("close", (code, signal) => {
            if (code === 0) {
                resolve();
                return;
            }
            const ending = signal === null ? `exit status ${code}` : `signal ${signal}`;
            const where = log === undefined ? "" : `\nLog: ${log}`;
            reject(new SandboxError(`${title}: ${ending}\n${lastLines(tail)}${where}`));
        });
    });
}
