/** The sandbox's cgroups, in version 1 and version 2 hierarchies. */
import * as fs from "node:fs";
import * as path from "node:path";
import { until } from "../shell";
import { CGROUPS, DAEMON_CGROUP, NODE } from "./settings";

const ROOT = "/sys/fs/cgroup";
const CONTROLLERS = ["cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids", "systemd", "unified"];

/** Mount points of the hierarchies: one in version 2; in version 1 one a controller, and two without. */
export function hierarchies(root = ROOT): string[] {
    if (fs.existsSync(path.join(root, "cgroup.controllers"))) {
        return [root];
    }
    return CONTROLLERS.map((controller) => path.join(root, controller)).filter((folder) => fs.existsSync(folder));
}

/** Makes the node's cgroup and the daemons' one. The kubelet wants its own to be there beforehand. */
export function createCgroups(): void {
    for (const hierarchy of hierarchies()) {
        for (const name of CGROUPS) {
            fs.mkdirSync(path.join(hierarchy, name), { recursive: true });
        }
    }
    for (const file of ["cpuset.cpus", "cpuset.mems"]) {
        const parent = path.join(ROOT, "cpuset", file);
        if (fs.existsSync(parent)) {
            // A new cpuset of version 1 is empty, and no process can join it then.
            for (const name of CGROUPS) {
                fs.writeFileSync(path.join(ROOT, "cpuset", name, file), fs.readFileSync(parent));
            }
        }
    }
    const unified = path.join(ROOT, "cgroup.subtree_control");
    if (fs.existsSync(unified)) {
        for (const controller of ["cpu", "cpuset", "io", "memory", "pids"]) {
            fs.writeFileSync(unified, `+${controller}`);
        }
    }
}

/** File to write a process id to, so that the process and its children can be found again whatever they become. */
export function daemonProcesses(): string {
    return path.join(daemonHierarchy(), DAEMON_CGROUP, "cgroup.procs");
}

/** Process ids of everything that runs for the sandbox: daemons, containers, and what they started. */
export function sandboxProcesses(): number[] {
    const hierarchy = daemonHierarchy();
    return [DAEMON_CGROUP, NODE.name].flatMap((name) => processesBelow(path.join(hierarchy, name)));
}

/** Kills everything in the sandbox's cgroups and removes them. */
export async function removeCgroups(): Promise<void> {
    await until("end the sandbox's processes", 20_000, () => {
        const processes = sandboxProcesses();
        for (const id of processes) {
            try {
                process.kill(id, "SIGKILL");
            } catch {} // it ended meanwhile
        }
        return processes.length === 0;
    });
    const folders = hierarchies().flatMap((hierarchy) => CGROUPS.map((name) => path.join(hierarchy, name)));
    await until("remove the sandbox's cgroups", 10_000, () => folders.every(removeTree));
}

function daemonHierarchy(): string {
    const all = hierarchies();
    return all.find((folder) => path.basename(folder) === "pids") ?? all[0] ?? ROOT;
}

function processesBelow(folder: string): number[] {
    if (!fs.existsSync(folder)) {
        return [];
    }
    const own = readIfThere(path.join(folder, "cgroup.procs")).split("\n").filter(Boolean).map(Number);
    return [...own, ...childFolders(folder).flatMap(processesBelow)];
}

/** Removes a cgroup from the leaves up. The kernel needs a moment after the last process before it agrees. */
function removeTree(folder: string): boolean {
    if (!fs.existsSync(folder)) {
        return true;
    }
    try {
        childFolders(folder).forEach(removeTree);
        fs.rmdirSync(folder);
        return true;
    } catch {
        return false;
    }
}

function childFolders(folder: string): string[] {
    const entries = fs.readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(folder, entry.name));
}

function readIfThere(file: string): string {
    try {
        return fs.readFileSync(file, "utf8");
    } catch {
        return "";
    }
}
