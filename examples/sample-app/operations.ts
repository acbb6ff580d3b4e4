/** What the cluster asks: whether this lives, whether it can serve, and how it fares. */
import type { FastifyInstance } from "fastify";
import type { Metrics } from "./metrics";
import type { Store } from "./store";

/** Where the application is in its life. */
export interface Lifecycle {
    /** Whether it has been told to stop. */
    stopping: boolean;
}

/** Probes come every few seconds: their success is no news. */
const QUIET = { logLevel: "warn" } as const;

/**
 * The routes for the kubelet and for Prometheus. They have the port of the site; the ingress controller says of each
 * request whom it is for (`X-Forwarded-For`, which no client can take away), and such a request finds nothing here.
 */
export function operations(scope: FastifyInstance, lifecycle: Lifecycle, store: Store, metrics: Metrics): void {
    scope.addHook("onRequest", async (request, reply) => {
        if (request.headers["x-forwarded-for"] !== undefined || request.headers.forwarded !== undefined) {
            reply.callNotFound();
            return reply;
        }
    });

    scope.get("/healthz", QUIET, async (_request, reply) => reply.type("text/plain").send("ok\n"));

    scope.get("/readyz", QUIET, async (request, reply) => {
        reply.type("text/plain");
        if (lifecycle.stopping) {
            return reply.code(503).send("stopping\n");
        }
        try {
            await store.connection();
            return reply.send("ready\n");
        } catch (error) {
            request.log.warn(error, "not ready");
            return reply.code(503).send("the database can't be reached\n");
        }
    });

    scope.get("/metrics", QUIET, async (_request, reply) =>
        reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
    );
}
