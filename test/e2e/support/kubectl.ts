import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import type { Cluster } from "../../../sandbox/cluster";
import { running } from "./stack";

/** What a command left behind. */
export interface Outcome {
    code: number;
    stdout: string;
    stderr: string;
}

/** Runs kubectl, fails the test when it fails. */
export async function kubectl(...args: string[]): Promise<string> {
    const { cluster } = await running();
    const { stdout } = await promisify(execFile)(cluster.programs.kubectl, args, {
        env: { ...process.env, KUBECONFIG: cluster.kubeconfig },
        maxBuffer: 64 * 1024 * 1024,
        timeout: 120_000,
    });
    return stdout;
}

/** An object, as the API server has it. */
export async function get<T>(...args: string[]): Promise<T> {
    return JSON.parse(await kubectl("get", ...args, "-o", "json")) as T;
}

/** Runs a command in a container; its outcome is the test's business. Input never shows up in a list of processes. */
export async function inPod(
    namespace: string,
    pod: string,
    command: string[],
    input = "",
    where: Promise<{ cluster: Cluster }> = running(),
    seconds = 60,
): Promise<Outcome> {
    const { cluster } = await where;
    const args = ["exec", "-i", "-n", namespace, pod, "--", ...command];
    const child = spawn(cluster.programs.kubectl, args, { env: { ...process.env, KUBECONFIG: cluster.kubeconfig } });
    const outcome = { code: -1, stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => {
        outcome.stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
        outcome.stderr += chunk;
    });
    child.stdin.end(input);
    const timer = setTimeout(() => child.kill("SIGKILL"), seconds * 1_000);
    outcome.code = await new Promise((resolve) => child.on("close", (code) => resolve(code ?? -1)));
    clearTimeout(timer);
    return outcome;
}

/** Values of a Secret. */
export async function secretValues(namespace: string, name: string): Promise<Record<string, string>> {
    const { data } = await get<{ data: Record<string, string> }>("secret", "-n", namespace, name);
    return Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
    );
}
