/** The API server, as the controller's ServiceAccount sees it. */
import * as fs from "node:fs";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { Metadata } from "./objects";

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
/** The API server ends a watch after this time; a silence that lasts longer is a dead connection. */
const WATCH_SECONDS = 240;

/** An answer other than success. */
export class ApiError extends Error {
    constructor(
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}

/** Sends a request and returns the answer's JSON. */
export async function api<T>(method: string, path: string, body?: object): Promise<T> {
    let text = "";
    for await (const chunk of await send(method, path, body)) {
        text += chunk;
    }
    return JSON.parse(text) as T;
}

/** The same, with undefined for what isn't there. */
export async function apiGet<T>(path: string): Promise<T | undefined> {
    return api<T>("GET", path).catch((error: Error) => {
        if (error instanceof ApiError && error.status === 404) {
            return undefined;
        }
        throw error;
    });
}

/** Keeps a copy of all objects of a kind. */
export class Watched<T extends { metadata: Metadata }> {
    private readonly items = new Map<string, T>();

    constructor(private readonly path: string) {}

    list(): T[] {
        return [...this.items.values()];
    }

    /** Lists and watches for ever, and calls `changed` after each change. Resolves once the first list is there. */
    async follow(changed: () => void): Promise<void> {
        const version = await this.relist();
        void this.watchForever(version, changed);
    }

    private async watchForever(version: string, changed: () => void): Promise<void> {
        for (let from = version; ; ) {
            try {
                await this.watch(from, changed);
            } catch (error) {
                console.error(`watch of ${this.path}: ${(error as Error).message}`);
                await sleep(1000);
            }
            const listed = await this.relist().catch((error: Error) => console.error(`list: ${error.message}`));
            from = listed ?? from;
            changed();
        }
    }

    private async relist(): Promise<string> {
        const list = await api<{ metadata: { resourceVersion: string }; items: T[] }>("GET", this.path);
        this.items.clear();
        for (const item of list.items) {
            this.items.set(item.metadata.uid, item);
        }
        return list.metadata.resourceVersion;
    }

    private async watch(version: string, changed: () => void): Promise<void> {
        const query = `watch=1&resourceVersion=${version}&timeoutSeconds=${WATCH_SECONDS}`;
        let rest = "";
        for await (const chunk of await send("GET", `${this.path}?${query}`)) {
            const lines = (rest + chunk).split("\n");
            rest = lines.pop() ?? "";
            for (const line of lines) {
                const { type, object } = JSON.parse(line) as { type: string; object: T };
                if (type === "ERROR") {
                    return; // the version is too old: a new list has everything
                }
                if (type === "DELETED") {
                    this.items.delete(object.metadata.uid);
                } else {
                    this.items.set(object.metadata.uid, object);
                }
                changed();
            }
        }
    }
}

async function send(method: string, path: string, body?: object): Promise<NodeJS.ReadableStream> {
    const response = await new Promise<import("node:http").IncomingMessage>((resolve, reject) => {
        const request = https.request(
            {
                method,
                path,
                host: process.env.KUBERNETES_SERVICE_HOST,
                port: process.env.KUBERNETES_SERVICE_PORT,
                ca: fs.readFileSync(`${ACCOUNT}/ca.crt`),
                headers: {
                    // The kubelet renews the token, so it is read each time.
                    authorization: `Bearer ${fs.readFileSync(`${ACCOUNT}/token`, "utf8")}`,
                    "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
                },
                timeout: (WATCH_SECONDS + 30) * 1000,
            },
            resolve,
        );
        request.on("timeout", () => request.destroy(new Error("the API server is silent")));
        request.on("error", reject);
        request.end(body === undefined ? undefined : JSON.stringify(body));
    });
    response.setEncoding("utf8");
    const status = response.statusCode ?? 0;
    if (status >= 300) {
        let text = "";
        for await (const chunk of response) {
            text += chunk;
        }
        throw new ApiError(status, `${method} ${path}: ${status} ${text}`);
    }
    return response;
}
