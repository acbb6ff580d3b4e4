/** Credentials from mounted Secrets, in the layout of the Service Binding specification for Kubernetes. */
import * as fs from "node:fs";
import * as path from "node:path";

/** Names of the bindings. */
export const READ_BINDING = "database";
export const WRITE_BINDING = "database-write";
export const SESSION_BINDING = "session";

/** The way to a database. */
export interface DatabaseBinding {
    host: string;
    port: number;
    database: string;
    username: string;
    password: string;
    /** Certificate of the authority that has signed the server's. */
    authority: string;
}

/** Whether a binding is mounted. */
export function isBound(root: string, name: string): boolean {
    return fs.existsSync(path.join(root, name));
}

/** Reads the credentials for a database as they are now. */
export function databaseBinding(root: string, name: string): DatabaseBinding {
    const entries = readEntries(root, name, ["type", "host", "port", "database", "username", "password", "ca.crt"]);
    if (entries.type !== "postgresql") {
        throw new Error(`binding ${name}: its type must be "postgresql"`);
    }
    return {
        host: entries.host,
        port: Number(entries.port),
        database: entries.database,
        username: entries.username,
        password: entries.password,
        authority: entries["ca.crt"],
    };
}

/** What the key of the sessions is made from: a binding of its own, else the most powerful password that is mounted. */
export function sessionSecret(root: string): string {
    if (isBound(root, SESSION_BINDING)) {
        return readEntries(root, SESSION_BINDING, ["key"]).key;
    }
    return readEntries(root, isBound(root, WRITE_BINDING) ? WRITE_BINDING : READ_BINDING, ["password"]).password;
}

/**
 * All entries from one version of the Secret. The kubelet puts each version into a folder of its own and then moves the
 * link `..data`; who reads by way of the link may get the old host with the new password.
 */
function readEntries<K extends string>(root: string, name: string, keys: K[], again = true): Record<K, string> {
    const folder = path.join(root, name);
    const link = path.join(folder, "..data");
    try {
        const version = fs.existsSync(link) ? fs.realpathSync(link) : folder;
        const read = (key: K) => [key, fs.readFileSync(path.join(version, key), "utf8")];
        return Object.fromEntries(keys.map(read)) as Record<K, string>;
    } catch (error) {
        if (again) {
            return readEntries(root, name, keys, false); // the version may have gone while it was read
        }
        throw new Error(`binding ${name}: ${(error as Error).message}`);
    }
}
