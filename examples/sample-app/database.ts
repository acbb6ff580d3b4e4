/** Connections to PostgreSQL, whose credentials may change while this runs. */
import type { FastifyBaseLogger } from "fastify";
import { Pool, type PoolClient } from "pg";
import type { DatabaseBinding } from "./bindings";

/** For how long the mounted files are taken to be the same, unless a connection fails. */
const TRUSTED_MS = 5_000;

/** Two pods and one more while rolling out stay below the role's limit of 20 connections. */
const CONNECTIONS = 5;

/** The database can't be reached, or lets nobody in. */
export class UnavailableError extends Error {
    override name = "UnavailableError";
    readonly statusCode = 503;
}

/** What a transaction may do. */
export type Access = "READ ONLY" | "READ WRITE";

/** How many connections there are. */
export interface PoolCounts {
    total: number;
    idle: number;
    waiting: number;
}

/** A pool that follows the mounted credentials: new ones get a new pool, and the old one ends with its last query. */
export class Database {
    private pool: Pool | undefined;
    private version = "";
    private readAt = 0;

    constructor(
        private readonly readBinding: () => DatabaseBinding,
        private readonly log: FastifyBaseLogger,
    ) {}

    /**
     * Runs queries in a transaction, for one tenant or for none. The tenant is set for the transaction alone: the next
     * one on the same connection is another visitor's.
     */
    async transaction<T>(access: Access, tenantId: string | undefined, work: (client: PoolClient) => Promise<T>) {
        const client = await this.connect();
        let broken: Error | undefined;
        try {
            await client.query(`BEGIN ${access}`);
            if (tenantId !== undefined) {
                await client.query("SELECT set_config('app.tenant_id', $1, true)", [tenantId]);
            }
            const result = await work(client);
            await client.query("COMMIT");
            return result;
        } catch (error) {
            broken = await client.query("ROLLBACK").then(
                () => undefined,
                (failed: Error) => failed,
            );
            throw error;
        } finally {
            client.release(broken);
        }
    }

    /** The connections at the moment. */
    counts(): PoolCounts {
        const { totalCount: total = 0, idleCount: idle = 0, waitingCount: waiting = 0 } = this.pool ?? {};
        return { total, idle, waiting };
    }

    /** Waits for what runs, and closes all connections. */
    async close(): Promise<void> {
        await this.pool?.end();
    }

    private async connect(): Promise<PoolClient> {
        try {
            const pool = this.pool !== undefined && Date.now() - this.readAt < TRUSTED_MS ? this.pool : this.reload();
            return await pool.connect().catch((error: Error) => this.connectAnew(pool, error));
        } catch (cause) {
            throw new UnavailableError("the database can't be reached", { cause });
        }
    }

    /** A connection may fail because the credentials have just changed. */
    private async connectAnew(failed: Pool, error: Error): Promise<PoolClient> {
        const pool = this.reload();
        if (pool === failed) {
            throw error;
        }
        return pool.connect();
    }

    private reload(): Pool {
        const binding = this.tryRead();
        const version = binding === undefined ? this.version : JSON.stringify(binding);
        if (this.pool !== undefined && version === this.version) {
            return this.pool;
        }
        if (this.pool !== undefined) {
            this.log.info("the database credentials have changed: connecting anew");
            this.pool.end().catch((error: Error) => this.log.warn(error, "closing old connections"));
        }
        this.pool = this.openPool(binding ?? this.readBinding());
        this.version = version;
        return this.pool;
    }

    /** Once there is a pool, it goes on while the files can't be read. */
    private tryRead(): DatabaseBinding | undefined {
        try {
            const binding = this.readBinding();
            this.readAt = Date.now();
            return binding;
        } catch (error) {
            if (this.pool === undefined) {
                throw error;
            }
            this.log.warn(error, "the database credentials can't be read");
            return undefined;
        }
    }

    private openPool(binding: DatabaseBinding): Pool {
        const pool = new Pool({
            host: binding.host,
            port: binding.port,
            database: binding.database,
            user: binding.username,
            password: binding.password,
            // The certificate must be signed by this very authority and hold the host's name.
            ssl: { ca: binding.authority, rejectUnauthorized: true, minVersion: "TLSv1.2" },
            application_name: "sample-app",
            max: CONNECTIONS,
            connectionTimeoutMillis: 5_000,
            statement_timeout: 5_000,
            idleTimeoutMillis: 30_000,
            maxLifetimeSeconds: 600,
        });
        // The server may end a connection that lies idle; the next request gets another.
        pool.on("error", (error) => this.log.warn(error, "an idle connection was lost"));
        // One that is lost while in use fails its query, which says it; unheard, the event would end the process.
        pool.on("connect", (client) => client.on("error", () => {}));
        return pool;
    }
}
