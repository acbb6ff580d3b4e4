/** Runs the helm program against the provider's cluster. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Cluster } from "./cluster";
import { majorVersion } from "./helm-arguments";

/** helm failed; the message is its own. */
export class HelmError extends Error {}

export interface HelmRun {
    /** Left out for what helm does without a cluster. */
    cluster?: Cluster;
    /** Goes to the standard input. */
    values?: Record<string, unknown>;
    signal?: AbortSignal;
}

const PROGRAM = process.env.BULWARK_HELM || "helm";

let major: Promise<number> | undefined;

/** The major version of the helm program, asked for once. */
export function helmMajor(): Promise<number> {
    major ??= helm(["version", "--template={{.Version}}"]).then(majorVersion);
    return major;
}

/** Runs helm and returns what it prints. */
export async function helm(args: string[], { cluster, values, signal }: HelmRun = {}): Promise<string> {
    // The kubeconfig holds keys: a folder of our own, readable by nobody else, and gone when helm is done.
    const folder = await mkdtemp(path.join(tmpdir(), "bulwark-helm-"));
    try {
        const kubeconfig = path.join(folder, "kubeconfig");
        if (cluster) {
            await writeFile(kubeconfig, cluster.kubeconfig, { mode: 0o600 });
        }
        return await run([...args, `--kubeconfig=${kubeconfig}`], values, signal);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

function run(args: string[], values: Record<string, unknown> = {}, signal?: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
        // A group of its own: helm gets the user's Ctrl-C from the engine's Cancel, once, and then rolls back.
        const child = spawn(PROGRAM, args, { stdio: ["pipe", "pipe", "pipe"], detached: true });
        const cancel = () => child.kill("SIGINT");
        signal?.addEventListener("abort", cancel);
        const output = { stdout: "", stderr: "" };
        child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
            output.stdout += chunk;
        });
        child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
            output.stderr += chunk;
        });
        child.on("error", (error: NodeJS.ErrnoException) => {
            const missing = `the program ${PROGRAM} was not found: install helm, or name it in BULWARK_HELM`;
            reject(new HelmError(error.code === "ENOENT" ? missing : error.message));
        });
        child.on("close", (code) => {
            signal?.removeEventListener("abort", cancel);
            code === 0 ? resolve(output.stdout) : reject(new HelmError(messageOf(output.stderr, code)));
        });
        // helm may end before it has read everything, for instance when an option is wrong.
        child.stdin.on("error", () => undefined);
        child.stdin.end(JSON.stringify(values));
    });
}

/** helm's last word without its logger's decoration. */
function messageOf(stderr: string, code: number | null): string {
    const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !/^(level=|WARNING:|time=)/.test(line));
    const start = lines.findLastIndex((line) => /^Error: /.test(line));
    const message = lines
        .slice(Math.max(start, 0))
        .join("\n")
        .replace(/^Error: /, "");
    return message || `helm ended with code ${code}`;
}
