/** The Kubernetes API by plain HTTPS: objects pass through exactly as the server and the program have them. */
import { existsSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { homedir } from "node:os";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Props } from "../wire";
import { isObject, text } from "./fields";

export interface Call {
    query?: Record<string, string>;
    body?: unknown;
    /** Defaults to `application/json`. */
    contentType?: string;
}

export interface Cluster {
    /** The namespace that the kubeconfig's context names. */
    namespace?: string;
    /** The kubeconfig as one document, for programs that want a file of their own. */
    kubeconfig: string;
    /** Calls the API; throws ApiError when the server refuses. */
    call(method: string, path: string, call?: Call): Promise<Props>;
    /** The plain text at a path, such as a container's log. */
    text(path: string, query: Record<string, string>): Promise<string>;
}

/** The server's own answer to a call that it refuses. */
export class ApiError extends Error {
    constructor(
        readonly code: number,
        /** Machine-readable reason, such as `NotFound`. */
        readonly reason: string,
        message: string,
        /** Kind of the object the answer is about, in the plural and in lower case. */
        readonly subject: string,
    ) {
        super(message);
    }
}

/** The server could not be asked. */
export class UnreachableError extends Error {}

/**
 * @param kubeconfig path or content; by default `KUBECONFIG` or the one in the home folder, as for kubectl.
 * @param context by default the kubeconfig's current one.
 */
export async function connect(kubeconfig: string | undefined, context: string | undefined): Promise<Cluster> {
    const client = await import("@kubernetes/client-node");
    const config = new client.KubeConfig();
    load(config, kubeconfig?.replace(/^~(?=\/|$)/, homedir()));
    if (context) {
        if (!config.getContextObject(context)) {
            throw new UnreachableError(`the kubeconfig has no context ${JSON.stringify(context)}`);
        }
        config.setCurrentContext(context);
    }
    const server = config.getCurrentCluster()?.server;
    if (!server) {
        throw new UnreachableError("the kubeconfig names no cluster; set its current context");
    }
    const base = server.replace(/\/$/, "");
    const namespace = config.getContextObject(config.getCurrentContext())?.namespace;
    return {
        ...(namespace && { namespace }),
        // Relative file names in it were resolved when it was loaded.
        kubeconfig: config.exportConfig(),
        async call(method, target, call = {}) {
            const answer = await send(config, base, method, target, call);
            const parsed = parse(answer.body);
            if (answer.status >= 400) {
                throw refusal(answer.status, answer.body, parsed);
            }
            return parsed ?? {};
        },
        async text(target, query) {
            const answer = await send(config, base, "GET", target, { query });
            if (answer.status >= 400) {
                throw refusal(answer.status, answer.body, parse(answer.body));
            }
            return answer.body;
        },
    };
}

function load(config: KubeConfig, source: string | undefined): void {
    const isContent = source !== undefined && /^\s*\{|:\s/.test(source);
    if (source && !isContent && !existsSync(source)) {
        throw new UnreachableError(`configured Kubernetes cluster is unreachable: there is no kubeconfig at ${source}`);
    }
    try {
        if (!source) {
            config.loadFromDefault();
        } else if (isContent) {
            config.loadFromString(source);
        } else {
            config.loadFromFile(source);
        }
    } catch {
        // The parser's own message quotes the text, which may hold a key.
        throw new UnreachableError("the kubeconfig is not a valid one; try it with `kubectl config view`");
    }
}

interface Answer {
    status: number;
    body: string;
}

async function send(config: KubeConfig, base: string, method: string, target: string, call: Call): Promise<Answer> {
    const url = new URL(`${base}${target}`);
    url.search = new URLSearchParams(call.query).toString();
    const payload = call.body === undefined ? undefined : JSON.stringify(call.body);
    // Asked for each time: tokens of credential helpers expire.
    const options: https.RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const headers = {
        ...(options.headers as http.OutgoingHttpHeaders | undefined),
        accept: "application/json, */*",
        ...(payload !== undefined && {
            "content-type": call.contentType ?? "application/json",
            "content-length": Buffer.byteLength(payload),
        }),
    };
    const transport = url.protocol === "http:" ? http : https;
    return new Promise((resolve, reject) => {
        const request = transport.request(url, { ...options, method, headers, timeout: 60_000 }, (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("error", reject);
            response.on("end", () =>
                resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
            );
        });
        request.on("timeout", () => request.destroy(new Error("no answer within 60 s")));
        request.on("error", (error: Error) => {
            const where = `${url.protocol}//${url.host}`;
            const hint = "check the kubeconfig, and that the cluster runs";
            reject(
                new UnreachableError(
                    `configured Kubernetes cluster is unreachable at ${where}: ${error.message}; ${hint}`,
                ),
            );
        });
        request.end(payload);
    });
}

function parse(body: string): Props | undefined {
    try {
        const parsed: unknown = JSON.parse(body);
        return isObject(parsed) ? parsed : undefined;
    } catch {
        return undefined;
    }
}

function refusal(status: number, body: string, parsed: Props | undefined): ApiError {
    const message = text(parsed, "message") || body.trim().slice(0, 500) || `the API server answered ${status}`;
    return new ApiError(status, text(parsed, "reason"), message, text(parsed, "details", "kind"));
}

export function isNotFound(error: unknown): error is ApiError {
    return error instanceof ApiError && error.code === 404;
}

/** Undefined when the object does not exist. */
export async function get(cluster: Cluster, target: string): Promise<Props | undefined> {
    try {
        return await cluster.call("GET", target);
    } catch (error) {
        if (isNotFound(error)) {
            return undefined;
        }
        throw error;
    }
}
