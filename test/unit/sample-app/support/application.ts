/** The sample application with a store in memory: what it does with requests is the same. */
import { randomBytes, scryptSync } from "node:crypto";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { buildApp } from "../../../../examples/sample-app/app";
import { readConfig } from "../../../../examples/sample-app/config";
import { createLogger } from "../../../../examples/sample-app/logging";
import { createMetrics, type Metrics } from "../../../../examples/sample-app/metrics";
import type { Lifecycle } from "../../../../examples/sample-app/operations";
import { SESSION_COOKIE } from "../../../../examples/sample-app/session";
import { SessionKeys } from "../../../../examples/sample-app/session-keys";
import type {
    Account,
    Connection,
    Note,
    Store,
    StoredAccount,
    TenantNotes,
} from "../../../../examples/sample-app/store";

export const PASSWORD = "a long password of Alice's";

/** Its hash, which takes no time to check. */
export const PASSWORD_HASH = cheapHash(PASSWORD);

function cheapHash(password: string): string {
    const [salt, cost] = [randomBytes(16), { N: 16, r: 1, p: 1 }];
    const [saltText, hash] = [salt, scryptSync(password, salt, 32, cost)].map((bytes) =>
        bytes.toString("base64").replaceAll("=", ""),
    );
    return `$scrypt$ln=4,r=1,p=1$${saltText}$${hash}`;
}

/** Keeps notes in memory; `down` plays a database that can't be reached. */
export class MemoryStore implements Store {
    writable = true;
    down = false;
    readonly kept = new Map<string, Note[]>();

    constructor(private readonly accounts: StoredAccount[]) {}

    async findAccount(name: string): Promise<StoredAccount | undefined> {
        return this.accounts.find((account) => account.name === name);
    }

    async notes(tenantId: string, containing: string): Promise<TenantNotes> {
        const notes = this.kept.get(tenantId) ?? [];
        return { tenantName: `Tenant ${tenantId}`, notes: notes.filter(({ body }) => body.includes(containing)) };
    }

    async addNote({ name, tenantId }: Account, body: string): Promise<void> {
        const note = { author: name, body, writtenAt: new Date(0) };
        this.kept.set(tenantId, [note, ...(this.kept.get(tenantId) ?? [])]);
    }

    async connection(): Promise<Connection> {
        if (this.down) {
            throw new Error("connection refused: secret-of-the-inside");
        }
        return { role: "readonly", database: "mydb", tls: "TLSv1.3", statementTimeout: "10min" };
    }
}

/** The application and what a test may look at or change. */
export interface Started {
    app: FastifyInstance;
    store: MemoryStore;
    lifecycle: Lifecycle;
    metrics: Metrics;
    /** Lines of the log. */
    logged: string[];
}

/** Builds the application; two of them with one secret are two pods. */
export async function start(secret = "a secret", environment: NodeJS.ProcessEnv = {}): Promise<Started> {
    const logged: string[] = [];
    const store = new MemoryStore([
        { name: "alice", tenantId: "a", passwordHash: PASSWORD_HASH },
        { name: "bruno", tenantId: "b", passwordHash: PASSWORD_HASH },
    ]);
    const lifecycle = { stopping: false };
    const metrics = createMetrics(() => ({ read: { total: 3, idle: 1, waiting: 0 } }));
    const app = await buildApp({
        config: readConfig(environment),
        log: createLogger("info", { write: (line) => logged.push(line) }),
        store,
        keys: new SessionKeys(() => secret),
        metrics,
        lifecycle,
    });
    return { app, store, lifecycle, metrics, logged };
}

/** A browser, as far as cookies and forms go. */
export class Visitor {
    cookie: string | undefined;

    constructor(
        public app: FastifyInstance,
        private readonly headers: Record<string, string> = {},
    ) {}

    async get(url: string): Promise<LightMyRequestResponse> {
        return this.keepCookie(await this.app.inject({ url, headers: this.allHeaders() }));
    }

    async post(url: string, form: Record<string, string>, headers = {}): Promise<LightMyRequestResponse> {
        const payload = new URLSearchParams(form).toString();
        const type = { "content-type": "application/x-www-form-urlencoded" };
        const all = { ...this.allHeaders(), ...type, ...headers };
        return this.keepCookie(await this.app.inject({ method: "POST", url, payload, headers: all }));
    }

    /** The token of the form on a page. */
    async token(url: string): Promise<string> {
        return tokenIn((await this.get(url)).body);
    }

    async signIn(name = "alice", password = PASSWORD): Promise<LightMyRequestResponse> {
        return this.post("/sign-in", { name, password, _csrf: await this.token("/sign-in") });
    }

    private allHeaders(): Record<string, string> {
        return { ...this.headers, ...(this.cookie !== undefined && { cookie: `${SESSION_COOKIE}=${this.cookie}` }) };
    }

    private keepCookie(response: LightMyRequestResponse): LightMyRequestResponse {
        const set = response.cookies.find(({ name }) => name === SESSION_COOKIE);
        if (set !== undefined) {
            this.cookie = set.value === "" ? undefined : set.value;
        }
        return response;
    }
}

/** The token of the first form in a page. */
export function tokenIn(page: string): string {
    return /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
}
