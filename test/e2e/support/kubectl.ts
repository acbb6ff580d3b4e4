import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { cluster } from "./stack";

/** What a command left behind. */
export interface Outcome {
    code: number;
    stdout: string;
    stderr: string;
}

/** Runs kubectl on the cluster, whatever stack is up; fails the test when it fails. */
export function kubectl(...args: string[]): Promise<string> {
    return kubectlWith("", ...args);
}

/** The same with a text on standard input, which is nowhere logged. */
export async function kubectlWith(input: string, ...args: string[]): Promise<string> {
    const { programs, kubeconfig } = await cluster();
    const running = promisify(execFile)(programs.kubectl, args, {
        env: { ...process.env, KUBECONFIG: kubeconfig },
        maxBuffer: 64 * 1024 * 1024,
        // Against a command that hangs; the longest wait of a test is shorter.
        timeout: 300_000,
    });
    running.child.stdin?.end(input);
    return (await running).stdout;
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
    seconds = 60,
): Promise<Outcome> {
    const { programs, kubeconfig } = await cluster();
    const args = ["exec", "-i", "-n", namespace, pod, "--", ...command];
    const child = spawn(programs.kubectl, args, { env: { ...process.env, KUBECONFIG: kubeconfig } });
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
