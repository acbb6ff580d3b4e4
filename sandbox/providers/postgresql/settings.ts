/** The provider's configuration: how the server is reached and how it is verified. */
import { readFileSync } from "node:fs";
import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import { checkProperties, type Properties } from "../properties";
import type { CheckFailure } from "../resource-type";
import type { Props } from "../wire";

export interface Settings {
    host: string;
    port: number;
    username: string;
    password: string | undefined;
    /** Database of the operations that belong to no database of their own. */
    database: string;
    /** Name inside the database, when a user map renames the login. */
    databaseUsername: string;
    ssl: ConnectionOptions | false;
    connectTimeoutSeconds: number;
    maxConnections: number;
    /** Whether the login is a superuser, and password hashes may be read. */
    superuser: boolean;
}

/** The engine hands over every value of a provider's configuration as text. */
const TEXT = { kind: "string" } as const;

const PROPERTIES: Properties = {
    host: TEXT,
    port: TEXT,
    username: TEXT,
    password: TEXT,
    database: TEXT,
    databaseUsername: TEXT,
    sslmode: { kind: "string", values: ["disable", "require", "verify-ca", "verify-full"] },
    sslrootcert: TEXT,
    connectTimeout: TEXT,
    maxConnections: TEXT,
    superuser: { kind: "string", values: ["true", "false"] },
    version: TEXT,
};

export async function checkSettings(news: Props): Promise<CheckFailure[]> {
    return checkProperties(PROPERTIES, news).failures;
}

export function parseSettings(config: Record<string, string>, environment: NodeJS.ProcessEnv): Settings {
    const host = config.host ?? environment.PGHOST;
    if (!host) {
        throw new Error("host: the address of the PostgreSQL server is required");
    }
    const username = config.username ?? environment.PGUSER ?? "postgres";
    return {
        host,
        port: Number(config.port ?? environment.PGPORT ?? 5432),
        username,
        password: config.password ?? environment.PGPASSWORD,
        database: config.database ?? environment.PGDATABASE ?? "postgres",
        databaseUsername: config.databaseUsername ?? username,
        ssl: tlsOptions(host, config.sslmode ?? environment.PGSSLMODE ?? "require", config.sslrootcert),
        connectTimeoutSeconds: Number(config.connectTimeout ?? 180),
        maxConnections: Number(config.maxConnections ?? 20),
        superuser: config.superuser !== "false",
    };
}

/** As the real provider's library does it: `require` verifies nothing, but with a root certificate it is `verify-ca`. */
export function tlsOptions(host: string, mode: string, rootCertificateFile?: string): ConnectionOptions | false {
    if (mode === "disable") {
        return false;
    }
    const verified = mode === "verify-full" || mode === "verify-ca" || Boolean(rootCertificateFile);
    return {
        rejectUnauthorized: verified,
        ...(rootCertificateFile && { ca: rootCertificate(rootCertificateFile) }),
        // The host is not always in what TLS was given: an address is no server name.
        checkServerIdentity: (_name, certificate) =>
            mode === "verify-full" ? checkServerIdentity(host, certificate) : undefined,
    };
}

function rootCertificate(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        throw new Error(`sslrootcert: cannot read ${file}: ${error instanceof Error ? error.message : error}`);
    }
}
