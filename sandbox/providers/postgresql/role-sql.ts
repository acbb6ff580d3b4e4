/** The statements behind a Role. Pure. */
import { escapeIdentifier as identifier, escapeLiteral as literal } from "pg";

export interface Role {
    name: string;
    login: boolean;
    password?: string;
    superuser: boolean;
    createDatabase: boolean;
    createRole: boolean;
    inherit: boolean;
    replication: boolean;
    bypassRowLevelSecurity: boolean;
    connectionLimit: number;
    validUntil: string;
    roles: string[];
    searchPaths: string[];
    /** Milliseconds. */
    statementTimeout?: number;
    /** Milliseconds. */
    idleInTransactionSessionTimeout?: number;
    assumeRole?: string;
    skipDropRole: boolean;
    skipReassignOwned: boolean;
}

type Power =
    | "superuser"
    | "createDatabase"
    | "createRole"
    | "inherit"
    | "login"
    | "bypassRowLevelSecurity"
    | "replication";

const POWERS: [Power, string][] = [
    ["superuser", "SUPERUSER"],
    ["createDatabase", "CREATEDB"],
    ["createRole", "CREATEROLE"],
    ["inherit", "INHERIT"],
    ["login", "LOGIN"],
    ["bypassRowLevelSecurity", "BYPASSRLS"],
    ["replication", "REPLICATION"],
];

const TIMEOUTS = [
    ["statementTimeout", "statement_timeout"],
    ["idleInTransactionSessionTimeout", "idle_in_transaction_session_timeout"],
] as const;

/** The statements that make a role, its memberships and its settings. */
export function createRole(role: Role): string[] {
    const options = [
        ...(role.password ? [password(role.password)] : []),
        `VALID UNTIL ${literal(role.validUntil)}`,
        `CONNECTION LIMIT ${role.connectionLimit}`,
        ...POWERS.map(([property, keyword]) => (role[property] ? keyword : `NO${keyword}`)),
    ];
    return [
        `CREATE ROLE ${identifier(role.name)} WITH ${options.join(" ")}`,
        ...grantRoles(role),
        searchPath(role),
        ...TIMEOUTS.flatMap(([property, setting]) => (role[property] ? [timeout(role, setting, role[property])] : [])),
        ...(role.assumeRole ? [assumeRole(role)] : []),
    ];
}

/** The statements that turn a role into another; memberships are made anew, from those that it has. */
export function alterRole(old: Role, role: Role, memberships: string[]): string[] {
    const name = identifier(role.name);
    const statements: string[] = [];
    if (old.name !== role.name) {
        statements.push(`ALTER ROLE ${identifier(old.name)} RENAME TO ${name}`);
    }
    // A password hashed with md5 holds the role's name.
    if (role.password && (old.password !== role.password || old.name !== role.name)) {
        statements.push(`ALTER ROLE ${name} ${password(role.password)}`);
    }
    if (old.connectionLimit !== role.connectionLimit) {
        statements.push(`ALTER ROLE ${name} CONNECTION LIMIT ${role.connectionLimit}`);
    }
    for (const [property, keyword] of POWERS) {
        if (old[property] !== role[property]) {
            statements.push(`ALTER ROLE ${name} WITH ${role[property] ? keyword : `NO${keyword}`}`);
        }
    }
    if (old.validUntil !== role.validUntil) {
        statements.push(`ALTER ROLE ${name} VALID UNTIL ${literal(role.validUntil)}`);
    }
    statements.push(...memberships.map((membership) => `REVOKE ${identifier(membership)} FROM ${name}`));
    statements.push(...grantRoles(role), searchPath(role));
    for (const [property, setting] of TIMEOUTS) {
        if ((old[property] ?? 0) !== (role[property] ?? 0)) {
            statements.push(timeout(role, setting, role[property] ?? 0));
        }
    }
    if ((old.assumeRole ?? "") !== (role.assumeRole ?? "")) {
        statements.push(assumeRole(role));
    }
    return statements;
}

/** Reads a role's settings from `pg_roles.rolconfig`. */
export function parseRoleSettings(config: string[]): Partial<Role> {
    const value = (setting: string) =>
        config.find((entry) => entry.startsWith(`${setting}=`))?.slice(setting.length + 1);
    const milliseconds = (setting: string) => {
        const text = value(setting) ?? "0";
        if (!/^-?\d+$/.test(text)) {
            throw new Error(`error reading ${setting}: ${JSON.stringify(text)} is no whole number of milliseconds`);
        }
        return Number(text);
    };
    return {
        searchPaths: (value("search_path") ?? "").split(", ").map(unquoted).filter(Boolean),
        statementTimeout: milliseconds("statement_timeout"),
        idleInTransactionSessionTimeout: milliseconds("idle_in_transaction_session_timeout"),
        assumeRole: value("role") ?? "",
    };
}

function password(text: string): string {
    return text.toUpperCase() === "NULL" ? "PASSWORD NULL" : `ENCRYPTED PASSWORD ${literal(text)}`;
}

function grantRoles(role: Role): string[] {
    return role.roles.map((granted) => `GRANT ${identifier(granted)} TO ${identifier(role.name)}`);
}

function searchPath(role: Role): string {
    const path = role.searchPaths.map(identifier).join(", ") || "DEFAULT";
    return `ALTER ROLE ${identifier(role.name)} SET search_path TO ${path}`;
}

function timeout(role: Role, setting: string, milliseconds: number): string {
    const change = milliseconds === 0 ? `RESET ${setting}` : `SET ${setting} TO ${milliseconds}`;
    return `ALTER ROLE ${identifier(role.name)} ${change}`;
}

function assumeRole(role: Role): string {
    const change = role.assumeRole ? `SET ROLE TO ${identifier(role.assumeRole)}` : "RESET ROLE";
    return `ALTER ROLE ${identifier(role.name)} ${change}`;
}

function unquoted(text: string): string {
    return text.replace(/^"|"$/g, "");
}
