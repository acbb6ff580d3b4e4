/** The PostgreSQL server: a connection for each operation, as the real provider has it, and messages without secrets. */
import { Client, type QueryResultRow } from "pg";
import type { Settings } from "./settings";

export interface Session {
    query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
}

export class Server {
    private free: number;
    private readonly waiting: (() => void)[] = [];

    constructor(readonly settings: Settings) {
        // 0 stands for no limit.
        this.free = settings.maxConnections || Number.POSITIVE_INFINITY;
    }

    /** Runs work on a connection of its own; to the provider's database unless told otherwise. */
    async session<T>(database: string | undefined, work: (session: Session) => Promise<T>): Promise<T> {
        await this.acquire();
        try {
            const client = await this.connect(database ?? this.settings.database);
            try {
                return await work({
                    query: async <Row extends QueryResultRow>(text: string, values?: unknown[]) =>
                        (await client.query<Row>(text, values)).rows,
                });
            } finally {
                await client.end().catch(() => undefined);
            }
        } finally {
            this.release();
        }
    }

    /** All or nothing: what fails is rolled back with the end of its connection. */
    async transaction<T>(database: string | undefined, work: (session: Session) => Promise<T>): Promise<T> {
        return this.session(database, async (session) => {
            await session.query("BEGIN");
            const result = await work(session);
            await session.query("COMMIT");
            return result;
        });
    }

    private async connect(database: string): Promise<Client> {
        const { host, port, username, password, ssl, connectTimeoutSeconds } = this.settings;
        const client = new Client({
            host,
            port,
            user: username,
            password,
            database,
            ssl,
            connectionTimeoutMillis: connectTimeoutSeconds * 1000,
            application_name: "pulumi-postgresql",
            keepAlive: true,
        });
        // A connection that breaks while idle has nobody else to tell; the next query reports it.
        client.on("error", () => undefined);
        await step(`error connecting to PostgreSQL server ${host} (port ${port}, database ${database})`, () =>
            client.connect(),
        );
        return client;
    }

    private async acquire(): Promise<void> {
        if (this.free > 0) {
            this.free--;
            return;
        }
        await new Promise<void>((resolve) => this.waiting.push(resolve));
    }

    /** Hands the place to the next in the queue. */
    private release(): void {
        const next = this.waiting.shift();
        if (next) {
            next();
        } else {
            this.free++;
        }
    }
}

/** Runs a step; its error says what failed. */
export async function step<T>(failure: string, work: () => Promise<T>): Promise<T> {
    try {
        return await work();
    } catch (error) {
        throw new Error(`${failure}: ${reason(error)}`);
    }
}

/** The message alone: neither the statement, nor the details, which may quote values. */
function reason(error: unknown): string {
    if (error instanceof AggregateError) {
        return error.errors.map(reason).join("; ");
    }
    if (!(error instanceof Error)) {
        return String(error);
    }
    return "code" in error && error.code === "ECONNREFUSED" ? `${error.message}: connection refused` : error.message;
}
