/** Where the sandbox keeps things. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";

/** The root of this clone. */
export const repositoryFolder = path.resolve(__dirname, "..");

/** The kubelet's sockets lie below the state folder, and the kernel takes 107 characters for a socket's path. */
const LONGEST_REPOSITORY_PATH = 56;

/**
 * Everything of a running sandbox that is on disk: keys, etcd's data, kubeconfig, volumes, logs. It lies in the clone,
 * where git ignores it; for a clone whose own path is too long, under a short name in /var/tmp.
 */
export function stateFolderOf(repository: string): string {
    const name = createHash("sha256").update(repository).digest("hex").slice(0, 12);
    return repository.length > LONGEST_REPOSITORY_PATH
        ? `/var/tmp/bulwark-sandbox-${name}`
        : path.join(repository, ".sandbox");
}

/** The state folder of this clone. */
export const stateFolder = stateFolderOf(repositoryFolder);

/** The logs stay when the rest of the state goes: they tell what went wrong. */
export const logsFolder = path.join(stateFolder, "logs");

/** Sockets and markers, which a restart of the machine should clear. One name a machine, whatever the clone. */
export const runFolder = "/run/bulwark-sandbox";

/** Path of a log file. The folder is made when it isn't there. */
export function logFile(name: string): string {
    fs.mkdirSync(logsFolder, { recursive: true });
    return path.join(logsFolder, `${name}.log`);
}

/** The user's cache folder, where built programs and images live: a second clone finds them there. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
    const base = environment.XDG_CACHE_HOME;
    // The base directory specification: a relative path is to be ignored.
    const root = base !== undefined && path.isAbsolute(base) ? base : path.join(homedir(), ".cache");
    return path.join(root, "bulwark");
}
