/** Long-running programs of the sandbox: started detached, found again by process id and start time. */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { logFile, stateFolder } from "../paths";
import { lastLines, SandboxError } from "../shell";
import { daemonProcesses } from "./cgroups";

/** A program to keep running. */
export interface Daemon {
    /** Names the log file as well. */
    name: string;
    program: string;
    args: string[];
    env?: NodeJS.ProcessEnv;
    /** Defaults to the root folder. */
    workingDirectory?: string;
    /** Files of the namespaces to run in. Defaults to the machine's own. */
    namespaces?: { net?: string; mount?: string };
}

const folder = path.join(stateFolder, "pids");

/** Starts a daemon unless it runs. Its output replaces the log of an earlier time. */
export function startDaemon(daemon: Daemon): void {
    if (isRunning(daemon.name)) {
        return;
    }
    const log = fs.openSync(logFile(daemon.name), "w");
    const { net, mount } = daemon.namespaces ?? {};
    const enter = [
        ...(mount === undefined ? [] : [`--mount=${mount}`]),
        ...(net === undefined ? [] : [`--net=${net}`]),
    ];
    const command = [...(enter.length === 0 ? [] : ["nsenter", ...enter, "--"]), daemon.program, ...daemon.args];
    // It joins the cgroup before it becomes the program: no child can be started outside. exec keeps the process id.
    const join = 'echo $$ >"$0" && exec "$@"';
    const child = spawn("sh", ["-c", join, daemonProcesses(), ...command], {
        cwd: daemon.workingDirectory ?? "/",
        detached: true,
        env: { ...process.env, ...daemon.env },
        stdio: ["ignore", log, log],
    });
    fs.closeSync(log);
    child.unref();
    if (child.pid === undefined) {
        throw new SandboxError(`${daemon.name} can't be started`);
    }
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, daemon.name), processIdentity(child.pid) ?? "");
}

/** Whether a daemon of that name runs: the same process that was started, not another with its number. */
export function isRunning(name: string): boolean {
    try {
        return isAlive(fs.readFileSync(path.join(folder, name), "utf8"));
    } catch {
        return false;
    }
}

/** Fails with the last lines of its log when the daemon has ended. */
export function assertRunning(name: string): void {
    if (!isRunning(name)) {
        const log = logFile(name);
        throw new SandboxError(`${name} ended\n${lastLines(fs.readFileSync(log, "utf8"))}\nLog: ${log}`);
    }
}

/** A process's id and start time in one text, which no other process has until the machine restarts. */
export function processIdentity(id: number): string | undefined {
    const stat = processStat(id);
    return stat === undefined ? undefined : `${id} ${stat.start}`;
}

/** Whether the process of that identity is still there, and not a zombie. */
export function isAlive(identity: string): boolean {
    const id = Number(identity.split(" ")[0]);
    const stat = processStat(id);
    return stat !== undefined && stat.state !== "Z" && `${id} ${stat.start}` === identity;
}

/** State and start time from a line of /proc/<pid>/stat. The program's name in it may have spaces and parentheses. */
export function parseStat(line: string): { state: string; start: string } {
    const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", start: fields[19] ?? "" };
}

function processStat(id: number): { state: string; start: string } | undefined {
    try {
        return parseStat(fs.readFileSync(`/proc/${id}/stat`, "utf8"));
    } catch {
        return undefined;
    }
}
