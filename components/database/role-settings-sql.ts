/** SQL for what a role begins its sessions with, beyond what the postgresql provider can set. Pure; no Pulumi import. */
import { sqlIdentifier } from "./sql-text";

/** Which statements of a role's sessions are written into the server's log. */
export const StatementLogging = {
    /** None, beyond those that fail. */
    None: "none",
    /** Those that change the structure of the database. */
    Ddl: "ddl",
    /** Those that change structure or data. */
    Mod: "mod",
    /** All. The log then holds the values in them. */
    All: "all",
} as const;
export type StatementLogging = (typeof StatementLogging)[keyof typeof StatementLogging];

/** The settings of one role; what is left out goes back to the server's. Times are milliseconds. */
export interface SessionSettings {
    roleName: string;
    lockTimeout?: number;
    idleSessionTimeout?: number;
    defaultTransactionReadOnly?: boolean;
    logStatement?: string;
    logMinDuration?: number;
}

/** The SQL, for the superuser, to be run any number of times. */
export function roleSettingsSql(roles: SessionSettings[]): string {
    return roles
        .flatMap(roleSql)
        .map((statement) => `${statement}\n`)
        .join("");
}

function roleSql(settings: SessionSettings): string[] {
    const { lockTimeout, idleSessionTimeout, defaultTransactionReadOnly, logStatement, logMinDuration } = settings;
    const values = {
        lock_timeout: lockTimeout,
        idle_session_timeout: idleSessionTimeout,
        default_transaction_read_only: defaultTransactionReadOnly,
        log_statement: logStatement,
        log_min_duration_statement: logMinDuration,
    };
    // Each is said, so that one that was taken out of the program doesn't stay in the database.
    return Object.entries(values).map(([name, value]) => {
        const change = value === undefined ? `RESET ${name}` : `SET ${name} = ${value}`;
        return `ALTER ROLE ${sqlIdentifier(settings.roleName)} ${change};`;
    });
}
