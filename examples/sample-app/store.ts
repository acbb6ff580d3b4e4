/** What the application keeps, and how it is asked for: each query has its values as parameters. */
import type { PoolClient } from "pg";
import type { Database } from "./database";

/** Somebody who can sign in. */
export interface Account {
    name: string;
    tenantId: string;
}

/** An account with what its password is checked against. */
export interface StoredAccount extends Account {
    passwordHash: string;
}

/** A note of a tenant's. */
export interface Note {
    author: string;
    body: string;
    writtenAt: Date;
}

/** A tenant's notes, newest first. */
export interface TenantNotes {
    tenantName: string;
    notes: Note[];
}

/** How the application is connected, as the server sees it. */
export interface Connection {
    role: string;
    database: string;
    tls: string;
    statementTimeout: string;
}

/** Where accounts and notes are. */
export interface Store {
    /** Whether notes can be written. */
    readonly writable: boolean;
    findAccount(name: string): Promise<StoredAccount | undefined>;
    /** The notes of a tenant that contain a text. */
    notes(tenantId: string, containing: string): Promise<TenantNotes>;
    addNote(author: Account, body: string): Promise<void>;
    connection(): Promise<Connection>;
}

/** Notes on one page. */
const PAGE_SIZE = 50;

/**
 * The store in PostgreSQL. No query filters by tenant: row-level security does, for all of them. Where it is off, nobody
 * sees anything.
 */
export class PostgresStore implements Store {
    constructor(
        private readonly reader: Database,
        private readonly writer?: Database,
    ) {}

    get writable(): boolean {
        return this.writer !== undefined;
    }

    async findAccount(name: string): Promise<StoredAccount | undefined> {
        const { rows } = await this.reader.transaction("READ ONLY", undefined, (client) =>
            client.query<StoredAccount>(
                `SELECT name, tenant AS "tenantId", password_hash AS "passwordHash" FROM find_account($1)`,
                [name],
            ),
        );
        return rows[0];
    }

    async notes(tenantId: string, containing: string): Promise<TenantNotes> {
        return this.reader.transaction("READ ONLY", tenantId, async (client) => {
            await assertIsolated(client);
            const tenant = await client.query<{ name: string }>("SELECT name FROM tenants");
            const notes = await client.query<Note>(
                `SELECT author, body, written_at AS "writtenAt" FROM notes
                 WHERE position(lower($1) in lower(body)) > 0 ORDER BY written_at DESC, id LIMIT ${PAGE_SIZE}`,
                [containing],
            );
            return { tenantName: tenant.rows[0]?.name ?? "", notes: notes.rows };
        });
    }

    async addNote(author: Account, body: string): Promise<void> {
        if (this.writer === undefined) {
            throw new Error("no credentials for writing are mounted");
        }
        await this.writer.transaction("READ WRITE", author.tenantId, async (client) => {
            await assertIsolated(client);
            await client.query("INSERT INTO notes (tenant_id, author, body) VALUES ($1, $2, $3)", [
                author.tenantId,
                author.name,
                body,
            ]);
        });
    }

    async connection(): Promise<Connection> {
        const { rows } = await this.reader.transaction("READ ONLY", undefined, async (client) => {
            // After a rotation the login is another than the role that it takes on, which may not look at its sessions.
            await client.query("SET LOCAL ROLE NONE");
            return client.query<Connection>(
                `SELECT current_user AS role, current_database() AS database, s.version AS tls,
                        current_setting('statement_timeout') AS "statementTimeout"
                 FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid()`,
            );
        });
        const [row] = rows;
        if (row === undefined) {
            throw new Error("the server doesn't tell how this application is connected");
        }
        return row;
    }
}

async function assertIsolated(client: PoolClient): Promise<void> {
    const { rows } = await client.query<{ isolated: boolean }>(
        "SELECT row_security_active('tenants') AND row_security_active('notes') AS isolated",
    );
    if (rows[0]?.isolated !== true) {
        throw new Error("row-level security is off, and tenants would see each other's notes");
    }
}
