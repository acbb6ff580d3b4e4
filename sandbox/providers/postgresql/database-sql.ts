/** The statements behind a Database. Pure. */
import { escapeIdentifier as identifier, escapeLiteral as literal } from "pg";

export interface Database {
    name: string;
    owner?: string;
    template: string;
    encoding: string;
    lcCollate?: string;
    lcCtype?: string;
    connectionLimit: number;
    allowConnections: boolean;
    isTemplate: boolean;
}

export function createDatabase(database: Database, login: string): string {
    const locale = (setting: string, value: string | undefined) =>
        value === undefined ? [] : [`${setting} ${orDefault(value, literal)}`];
    return [
        `CREATE DATABASE ${identifier(database.name)}`,
        `OWNER ${identifier(database.owner ?? login)}`,
        `TEMPLATE ${orDefault(database.template, identifier)}`,
        `ENCODING ${orDefault(database.encoding, literal)}`,
        // Left out, both are the template's.
        ...locale("LC_COLLATE", database.lcCollate),
        ...locale("LC_CTYPE", database.lcCtype),
        `ALLOW_CONNECTIONS ${database.allowConnections}`,
        `CONNECTION LIMIT ${database.connectionLimit}`,
        `IS_TEMPLATE ${database.isTemplate}`,
    ].join(" ");
}

/** The statements that turn a database into another; each runs by itself, databases know no transactions. */
export function alterDatabase(old: Database, database: Database): string[] {
    const name = identifier(database.name);
    const statements: string[] = [];
    if (old.name !== database.name) {
        statements.push(`ALTER DATABASE ${identifier(old.name)} RENAME TO ${name}`);
    }
    if (database.owner && old.owner !== database.owner) {
        statements.push(`ALTER DATABASE ${name} OWNER TO ${identifier(database.owner)}`);
    }
    if (old.connectionLimit !== database.connectionLimit) {
        statements.push(`ALTER DATABASE ${name} CONNECTION LIMIT = ${database.connectionLimit}`);
    }
    if (old.allowConnections !== database.allowConnections) {
        statements.push(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${database.allowConnections}`);
    }
    if (old.isTemplate !== database.isTemplate) {
        statements.push(`ALTER DATABASE ${name} IS_TEMPLATE ${database.isTemplate}`);
    }
    return statements;
}

/** The statements that end a database together with its connections. */
export function dropDatabase(database: Database): string[] {
    const name = identifier(database.name);
    return [
        ...(database.isTemplate ? [`ALTER DATABASE ${name} IS_TEMPLATE false`] : []),
        `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = ${literal(database.name)} AND pid <> pg_backend_pid()`,
        `DROP DATABASE ${name} WITH (FORCE)`,
    ];
}

function orDefault(value: string, quote: (text: string) => string): string {
    return value.toUpperCase() === "DEFAULT" ? "DEFAULT" : quote(value);
}
