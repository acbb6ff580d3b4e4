/** PostgreSQL's own settings, as a file of its configuration. Pure; no Pulumi import. */
import { type ServerMemory, serverMemory } from "./server-memory";

/** Oldest version of TLS that the server speaks. */
export const TlsVersion = {
    /** TLS 1.2, with forward secrecy and authenticated encryption only. For clients that know nothing newer. */
    Tls12: "TLSv1.2",
    /** TLS 1.3. */
    Tls13: "TLSv1.3",
} as const;
export type TlsVersion = (typeof TlsVersion)[keyof typeof TlsVersion];

/** Classes of statements that the server's audit log tells apart. */
export const AuditClass = {
    /** SELECT, and COPY from a table. */
    Read: "read",
    /** INSERT, UPDATE, DELETE, TRUNCATE, and COPY into a table. */
    Write: "write",
    /** Calls of functions, and DO blocks. */
    Function: "function",
    /** Roles and privileges: GRANT, REVOKE, CREATE, ALTER and DROP ROLE. Passwords are left out. */
    Role: "role",
    /** All other definitions of objects. */
    Ddl: "ddl",
    /** Such as DISCARD, FETCH, CHECKPOINT and VACUUM. */
    Misc: "misc",
    /** SET of any kind. */
    MiscSet: "misc_set",
    /** Everything. */
    All: "all",
} as const;
export type AuditClass = (typeof AuditClass)[keyof typeof AuditClass];

/** What the configuration is made from. */
export interface ServerConfigurationInput {
    minimumTlsVersion: string;
    /** Memory that is reserved for the server, in bytes. */
    memoryRequest: number;
    /** Size of the data volume, in bytes. */
    storageSize: number;
    maxConnections?: number | undefined;
    /** Whether the audit log holds the statements themselves. */
    auditStatements: boolean;
}

/** PostgreSQL keeps its sizes in a signed 32-bit number. */
const MOST_KB = 2_147_483_647;

/** Connections that only a superuser gets: Pulumi's four, a few jobs and a person. */
const RESERVED_CONNECTIONS = 8;

/** The file: what a server with these resources runs with, and what of it is about security. */
export function serverConfiguration(input: ServerConfigurationInput): string {
    const memory = serverMemory(input.memoryRequest, input.maxConnections);
    const settings = {
        ...encryption(input.minimumTlsVersion),
        ...timeouts,
        ...logging(input),
        ...limits(memory, input),
    };
    return Object.entries(settings)
        .map(([name, value]) => `${name} = ${typeof value === "number" ? value : `'${value}'`}\n`)
        .join("");
}

function encryption(minimumTlsVersion: string) {
    return {
        password_encryption: "scram-sha-256",
        ssl_min_protocol_version: minimumTlsVersion,
        // For TLS 1.2 alone: 1.3 has no weak ones.
        ssl_ciphers: "ECDHE+AESGCM:ECDHE+CHACHA20",
    };
}

const timeouts = {
    authentication_timeout: "30s",
    lock_timeout: "30s",
    idle_in_transaction_session_timeout: "15min",
    idle_session_timeout: "1h",
    // A client that has gone holds neither a slot nor its locks for long.
    client_connection_check_interval: "10s",
    tcp_keepalives_idle: "60s",
    tcp_keepalives_interval: "10s",
    tcp_keepalives_count: 6,
};

/**
 * The statements of `CREATE ROLE` and `ALTER ROLE` hold passwords, those of everybody hold rows. So none is logged by the
 * server itself: not as such, not when it fails, not as the context of an error. The audit log leaves passwords out.
 */
function logging({ auditStatements }: ServerConfigurationInput) {
    return {
        log_statement: "none",
        log_min_duration_statement: -1,
        log_min_error_statement: "panic",
        log_error_verbosity: "terse",
        log_lock_waits: "on",
        timezone: "UTC",
        "pgaudit.log_statement": auditStatements ? "on" : "off",
        // Values that a statement takes as parameters are rows too.
        "pgaudit.log_parameter": "off",
    };
}

function limits(memory: ServerMemory, { storageSize }: ServerConfigurationInput) {
    return {
        max_connections: memory.maxConnections,
        superuser_reserved_connections: RESERVED_CONNECTIONS,
        shared_buffers: `${memory.sharedBuffersKb}kB`,
        effective_cache_size: `${memory.effectiveCacheSizeKb}kB`,
        maintenance_work_mem: `${memory.maintenanceWorkMemKb}kB`,
        work_mem: `${memory.workMemKb}kB`,
        // For each session. A role that only reads can fill the volume too: with a sort that never ends.
        temp_file_limit: `${Math.min(Math.floor(storageSize / 8 / 1024), MOST_KB)}kB`,
    };
}

/** What is wrong with a library's name, or undefined: libraries are given to the server in one text. */
export function libraryFault(name: string): string | undefined {
    return /^[\w$][\w$./-]*$/.test(name)
        ? undefined
        : `must be the name of a library, is ${JSON.stringify(name)}; write for example "pg_stat_statements"`;
}
