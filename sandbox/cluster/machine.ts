/** What there is once a machine: the lock, the owner's mark and the kernel's settings. */
import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryFolder, runFolder } from "../paths";
import { progress } from "../progress";
import { SandboxError, until } from "../shell";
import { sandboxProcesses } from "./cgroups";
import { isAlive, processIdentity } from "./daemons";
import { SYSCTLS } from "./settings";

const LOCK = "/run/bulwark-sandbox.lock";
const LOCK_WAIT_MS = 15 * 60_000;
const mark = path.join(runFolder, "owner.json");
const savedSysctls = path.join(runFolder, "sysctls.json");

/** The mark that a sandbox leaves while it is up. A restart of the machine clears it. */
export interface Owner {
    /** Root of the clone. */
    repository: string;
    /** What the cluster was started from. Absent until it is fully up. */
    programs?: string;
    /** What images were imported last. */
    images?: string;
}

/** The mark of the sandbox on this machine, if there is one. */
export function owner(): Owner | undefined {
    try {
        return JSON.parse(fs.readFileSync(mark, "utf8")) as Owner;
    } catch {
        return undefined;
    }
}

/** Leaves this clone's mark. */
export function setOwner(state: Omit<Owner, "repository">): void {
    fs.mkdirSync(runFolder, { recursive: true, mode: 0o700 });
    fs.writeFileSync(mark, JSON.stringify({ repository: repositoryFolder, ...state }));
}

/** Fails when the sandbox of another clone runs. What a deleted clone left behind is anybody's to clean up. */
export function assertNoOtherSandbox(): void {
    const other = owner()?.repository;
    const runs = other !== undefined && other !== repositoryFolder && sandboxProcesses().length > 0;
    if (runs && fs.existsSync(path.join(other, "sandbox"))) {
        throw new SandboxError(
            `The sandbox of another clone runs on this machine: ${other}\n` +
                `A machine can have one. Stop that one first: cd ${other} && npm run sandbox -- down`,
        );
    }
}

/** Fails unless this is a machine that can have a sandbox. */
export function assertSuitable(): void {
    if (process.platform !== "linux" || process.arch !== "x64") {
        throw new SandboxError(`The sandbox needs Linux on amd64; this is ${process.platform} on ${process.arch}`);
    }
    if (process.getuid?.() !== 0) {
        throw new SandboxError("The sandbox needs root: it makes network namespaces, mounts and cgroups");
    }
}

/** Runs `work` while no other process does the same on this machine. */
export async function locked<T>(work: () => Promise<T>): Promise<T> {
    const identity = processIdentity(process.pid) ?? "";
    if (!takeLock(identity)) {
        progress.note("Another process brings the sandbox up or down: waiting for it");
        await until("the other process", LOCK_WAIT_MS, () => takeLock(identity));
    }
    try {
        return await work();
    } finally {
        fs.rmSync(LOCK, { force: true });
    }
}

/** Remembers the kernel's settings that the kubelet is about to change. */
export function saveSysctls(): void {
    if (!fs.existsSync(savedSysctls)) {
        const values = SYSCTLS.map((name) => [name, fs.readFileSync(sysctlFile(name), "utf8").trim()]);
        fs.writeFileSync(savedSysctls, JSON.stringify(Object.fromEntries(values)));
    }
}

/** Puts them back. */
export function restoreSysctls(): void {
    if (fs.existsSync(savedSysctls)) {
        const values = JSON.parse(fs.readFileSync(savedSysctls, "utf8")) as Record<string, string>;
        for (const [name, value] of Object.entries(values)) {
            fs.writeFileSync(sysctlFile(name), value);
        }
    }
}

function sysctlFile(name: string): string {
    return `/proc/sys/${name.replaceAll(".", "/")}`;
}

/** The file appears with its content: nobody can read it half written. */
function takeLock(identity: string): boolean {
    const own = `${LOCK}.${process.pid}`;
    fs.writeFileSync(own, identity);
    try {
        if (fs.existsSync(LOCK) && !isAlive(fs.readFileSync(LOCK, "utf8"))) {
            fs.rmSync(LOCK, { force: true }); // its process was killed
        }
        fs.linkSync(own, LOCK);
        return true;
    } catch {
        return false;
    } finally {
        fs.rmSync(own);
    }
}
