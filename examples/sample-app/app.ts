/** The application, put together. */
import cookie from "@fastify/cookie";
import csrf from "@fastify/csrf-protection";
import formbody from "@fastify/formbody";
import rateLimit from "@fastify/rate-limit";
import fastify, { type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { serveAssets } from "./assets";
import type { Config } from "./config";
import { faults } from "./faults";
import { type Metrics, measureRequests } from "./metrics";
import { notesRoutes } from "./notes";
import { type Lifecycle, operations } from "./operations";
import type { Assets } from "./pages";
import { refuseForeignWrites, trustOf, useSecurityHeaders } from "./security";
import { useSessions } from "./session";
import type { SessionKeys } from "./session-keys";
import { signInRoutes } from "./sign-in";
import type { Store } from "./store";

/** What the application works with. */
export interface AppParts {
    config: Config;
    log: FastifyBaseLogger;
    store: Store;
    keys: SessionKeys;
    metrics: Metrics;
    lifecycle: Lifecycle;
}

/** The application, ready to listen. */
export async function buildApp(parts: AppParts): Promise<FastifyInstance> {
    const { config, log, store, metrics, lifecycle } = parts;
    const app = fastify({
        loggerInstance: log,
        trustProxy: trustOf(config.trustedProxies),
        bodyLimit: 32 * 1024,
        // Who sends slowly holds nothing up for long.
        connectionTimeout: 30_000,
        requestTimeout: 15_000,
        // Longer than the 60 seconds of ingress-nginx, which would else reuse a connection that this end is closing.
        keepAliveTimeout: 75_000,
        // What comes while stopping is served too.
        return503OnClosing: false,
    });
    await useSecurityHeaders(app);
    measureRequests(app, metrics);
    app.addHook("onSend", async (_request, reply) => {
        if (lifecycle.stopping) {
            reply.header("Connection", "close");
        }
        if (!reply.hasHeader("Cache-Control")) {
            reply.header("Cache-Control", "no-store");
        }
    });
    const assets = serveAssets(app);
    faults(app, assets);
    await app.register(async (scope) => operations(scope, lifecycle, store, metrics));
    await app.register(async (scope) => site(scope, assets, parts));
    return app;
}

/** What visitors see. */
async function site(scope: FastifyInstance, assets: Assets, { store, keys, metrics }: AppParts): Promise<void> {
    // Forms only: a site elsewhere can send JSON as text without asking first.
    scope.removeAllContentTypeParsers();
    await scope.register(formbody);
    await scope.register(cookie);
    useSessions(scope, keys);
    refuseForeignWrites(scope);
    // The session is ours; the plugin only needs an object to keep its secret in.
    await scope.register(csrf, { sessionPlugin: "@fastify/session", getToken: formToken });
    await scope.register(rateLimit, { global: false });
    signInRoutes(scope, assets, store, metrics);
    notesRoutes(scope, assets, store);
}

function formToken({ body }: { body: unknown }): string {
    return String((body as { _csrf?: unknown } | undefined)?._csrf ?? "");
}
