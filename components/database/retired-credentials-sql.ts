/** SQL that closes credentials which nobody is to use any longer. Pure; no Pulumi import. */
import { sqlIdentifier, sqlLiteral } from "./sql-text";

/** What the SQL is made from, every value known. */
export interface RetiredCredentialsInput {
    /** Logins to close. */
    loginNames: string[];
    /** Which rotation retired them: the same logins are closed again two rotations later, by a job of its own. */
    rotation: number;
    /** Seconds that pods on their way out may still take. */
    graceSeconds: number;
}

/**
 * The SQL, for the superuser, to be run any number of times. A login that has no password lets nobody in; the roles stay,
 * since privileges hang on them and the next rotation gives them a password again.
 */
export function retiredCredentialsSql({ loginNames, rotation, graceSeconds }: RetiredCredentialsInput): string {
    return [
        `-- rotation ${rotation}`,
        `SELECT pg_sleep(${graceSeconds});`,
        ...loginNames.map((name) => `ALTER ROLE ${sqlIdentifier(name)} PASSWORD NULL;`),
        endSessions(`usename IN (${loginNames.map(sqlLiteral).join(", ")})`),
        "",
    ].join("\n");
}

/** Ends clients' sessions, since a session outlives its password. */
export function endSessions(condition: string): string {
    return `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND ${condition};`;
}
