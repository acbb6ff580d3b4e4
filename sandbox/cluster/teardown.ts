/** Takes the sandbox away, whatever state it is in: running, half started, crashed, or after a restart. */
import * as fs from "node:fs";
import * as path from "node:path";
import { logsFolder, runFolder, stateFolder, stateFolderOf } from "../paths";
import { run, SandboxError } from "../shell";
import { hierarchies, removeCgroups, sandboxProcesses } from "./cgroups";
import { owner, restoreSysctls } from "./machine";
import { networkNamespace, removeNetwork } from "./network";
import { removeMountNamespace } from "./node";
import { BRIDGE, CGROUPS, NETWORK_NAMESPACES } from "./settings";

/** Ends the sandbox's processes and removes all it put on this machine. Only the logs stay. */
export async function teardown(): Promise<void> {
    await removeCgroups();
    await removeMountNamespace();
    await removeNetwork();
    restoreSysctls();
    for (const folder of stateFolders()) {
        await removeState(folder);
    }
    fs.rmSync(runFolder, { recursive: true, force: true });
    const left = leftovers();
    if (left.length > 0) {
        throw new SandboxError(`The sandbox is down, but this is left:\n${left.join("\n")}`);
    }
}

/** What of a sandbox is on this machine, a line each: processes, mounts, interfaces, namespaces, cgroups, files. */
export function leftovers(): string[] {
    const files = [
        ...NETWORK_NAMESPACES.map(networkNamespace),
        `/sys/class/net/${BRIDGE}`,
        ...hierarchies().flatMap((hierarchy) => CGROUPS.map((name) => path.join(hierarchy, name))),
        runFolder,
    ];
    return [
        ...sandboxProcesses().map((id) => `process ${id}`),
        ...mountsBelow([stateFolder, runFolder], fs.readFileSync("/proc/self/mounts", "utf8")).map((m) => `mount ${m}`),
        ...files.filter((file) => fs.existsSync(file)),
    ];
}

/** Mount points at or below the given folders, from the lines of /proc/self/mounts. */
export function mountsBelow(folders: string[], mounts: string): string[] {
    const points = mounts.split("\n").map((line) => line.split(" ")[1] ?? "");
    return points.filter((point) => folders.some((folder) => point === folder || point.startsWith(`${folder}/`)));
}

/** This clone's, and that of a clone whose sandbox was left running (the caller has made sure that it may go). */
function stateFolders(): string[] {
    const other = owner()?.repository;
    const folders = [stateFolder, ...(other === undefined ? [] : [stateFolderOf(other)])];
    return [...new Set(folders)].filter((folder) => fs.existsSync(folder));
}

async function removeState(folder: string): Promise<void> {
    const entries = fs.readdirSync(folder).filter((name) => path.join(folder, name) !== logsFolder);
    if (entries.length > 0) {
        // Should something still be mounted there, its content isn't the sandbox's to delete.
        await run("rm", ["-rf", "--one-file-system", "--", ...entries.map((name) => path.join(folder, name))]);
    }
}
