/** What Prometheus may ask for. */
import type { FastifyInstance } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { PoolCounts } from "./database";

/** How an attempt to sign in ended. */
export type SignInOutcome = "accepted" | "refused" | "limited";

/** The metrics of one application. */
export interface Metrics {
    registry: Registry;
    signIns: Counter<"outcome">;
}

/** Makes the metrics; `pools` tells the connections by what they are for. */
export function createMetrics(pools: () => Record<string, PoolCounts>): Metrics {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    new Gauge({
        name: "database_connections",
        help: "Connections to the database, and requests that wait for one",
        labelNames: ["pool", "state"],
        registers: [registry],
        collect() {
            for (const [pool, { total, idle, waiting }] of Object.entries(pools())) {
                this.set({ pool, state: "busy" }, total - idle);
                this.set({ pool, state: "idle" }, idle);
                this.set({ pool, state: "waiting" }, waiting);
            }
        },
    });
    const signIns = new Counter({
        name: "sign_ins_total",
        help: "Attempts to sign in, by how they ended",
        labelNames: ["outcome"] as const,
        registers: [registry],
    });
    for (const outcome of ["accepted", "refused", "limited"] satisfies SignInOutcome[]) {
        signIns.inc({ outcome }, 0); // a rate needs a first value
    }
    return { registry, signIns };
}

/** Counts and times every request of an application. By route, since anybody can make up paths. */
export function measureRequests(app: FastifyInstance, { registry }: Metrics): void {
    const labelNames = ["method", "route", "status"] as const;
    const requests = new Counter({
        name: "http_requests_total",
        help: "Requests by method, route and status",
        labelNames,
        registers: [registry],
    });
    const seconds = new Histogram({
        name: "http_request_duration_seconds",
        help: "Time until a request was answered",
        labelNames: ["method", "route"] as const,
        buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        registers: [registry],
    });
    app.addHook("onResponse", async (request, reply) => {
        const where = { method: request.method, route: request.routeOptions.url ?? "none" };
        requests.inc({ ...where, status: reply.statusCode });
        seconds.observe(where, reply.elapsedTime / 1000);
    });
}
