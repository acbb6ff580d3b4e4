/** The API server, asked plainly: a probe is about the status that comes back. */
import * as https from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";

/** An answer, also that of a refusal. */
export interface Answer {
    status: number;
    /** What came back, parsed; its reader knows which object he asked for. */
    body: unknown;
    /** The reason of a refusal. */
    message: string;
}

/** How to ask. */
export interface Asking {
    body?: unknown;
    contentType?: string;
    /** ServiceAccount in whose name to ask; it takes the right to impersonate. */
    as?: { namespace: string; account: string };
}

/** Query that lets the API server judge without doing anything. */
export const DRY_RUN = "dryRun=All";
export const STRATEGIC_MERGE = "application/strategic-merge-patch+json";
export const JSON_PATCH = "application/json-patch+json";

const TIMEOUT_MS = 20_000;

export class Api {
    private credentials: Promise<https.RequestOptions> | undefined;

    constructor(private readonly config: KubeConfig) {}

    async ask(method: string, path: string, asking: Asking = {}): Promise<Answer> {
        const { status, text } = await this.send(method, path, asking);
        const parsed = parse(text);
        const said = (parsed as { message?: string } | undefined)?.message ?? text;
        return { status, body: parsed, message: status < 400 ? "" : said.slice(0, 2_000) };
    }

    /** What isn't JSON, such as a log. */
    async text(path: string): Promise<string> {
        const { status, text } = await this.send("GET", path, {});
        if (status !== 200) {
            throw new Error(`${path} can't be read: ${text || status}`);
        }
        return text;
    }

    private async send(method: string, path: string, { body, contentType, as }: Asking) {
        this.credentials ??= this.authenticate();
        const { headers, ...credentials } = await this.credentials;
        const content = body === undefined ? undefined : JSON.stringify(body);
        const url = new URL(path.replace(/^\//, ""), `${this.server().replace(/\/$/, "")}/`);
        const options = {
            ...credentials,
            method,
            timeout: TIMEOUT_MS,
            headers: {
                ...headers,
                accept: "application/json",
                ...(content && {
                    "content-type": contentType ?? "application/json",
                    "content-length": Buffer.byteLength(content),
                }),
                ...(as && impersonation(as)),
            },
        };
        return exchange(url, options, content);
    }

    /** An object that must be there. */
    async get<T>(path: string): Promise<T> {
        const { status, body, message } = await this.ask("GET", path);
        if (status !== 200) {
            throw new Error(`${path} can't be read: ${message || status}`);
        }
        return body as T;
    }

    /** The objects of a list. */
    async list<T>(path: string): Promise<T[]> {
        return (await this.get<{ items: T[] }>(path)).items;
    }

    private server(): string {
        const server = this.config.getCurrentCluster()?.server;
        if (server === undefined) {
            throw new Error("the kubeconfig names no cluster in its current context");
        }
        return server;
    }

    private async authenticate(): Promise<https.RequestOptions> {
        const options: https.RequestOptions = {};
        await this.config.applyToHTTPSOptions(options);
        return options;
    }
}

function impersonation({
    namespace,
    account,
}: {
    namespace: string;
    account: string;
}): Record<string, string | string[]> {
    return {
        "impersonate-user": `system:serviceaccount:${namespace}:${account}`,
        "impersonate-group": ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
    };
}

function exchange(
    url: URL,
    options: https.RequestOptions,
    content: string | undefined,
): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
        const request = https.request(url, options, (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("error", reject);
            response.on("end", () =>
                resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
            );
        });
        request.on("timeout", () => request.destroy(new Error("the API server doesn't answer")));
        request.on("error", reject);
        request.end(content);
    });
}

function parse(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
