/** Names and texts within SQL. Pure; no Pulumi import. */
import { fingerprint } from "../fingerprint";

/** A name in quotes, so that it may be a word of SQL too. */
export function sqlIdentifier(name: string): string {
    return `"${name.replaceAll('"', '""')}"`;
}

/** A text as a literal, whatever `standard_conforming_strings` says. */
export function sqlLiteral(text: string): string {
    const quoted = `'${text.replaceAll("'", "''")}'`;
    return text.includes("\\") ? `E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}

/** Makes a role that isn't there yet. */
export function createRole(roleName: string): string {
    return `DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${sqlLiteral(roleName)}) THEN
        CREATE ROLE ${sqlIdentifier(roleName)};
    END IF;
END $$;`;
}

/** A short text that changes whenever the SQL does, fit for the name of an object. */
export function sqlFingerprint(sql: string): string {
    return fingerprint(sql, 10);
}

/** A ConfigMap holds 1 MiB, its own fields included. */
const MOST_BYTES = 1_000_000;

/** What is wrong with a piece of SQL, or undefined. */
export function sqlFault(sql: string): string | undefined {
    if (typeof sql !== "string" || sql.trim() === "") {
        return 'must hold at least one statement, is empty; write for example "SELECT 1"';
    }
    const bytes = Buffer.byteLength(sql);
    return bytes > MOST_BYTES
        ? `must have at most ${MOST_BYTES} bytes, so that it fits into a ConfigMap, has ${bytes}; use several jobs`
        : undefined;
}
