/**
 * A sample application: notes of tenants, who never see each other's. See README.md beside it.
 *
 * Its credentials come from mounted Service Bindings, and it needs nothing but a read-only file system.
 */
import { setTimeout } from "node:timers/promises";
import { buildApp } from "./app";
import { databaseBinding, isBound, READ_BINDING, sessionSecret, WRITE_BINDING } from "./bindings";
import { readConfig } from "./config";
import { Database } from "./database";
import { createLogger } from "./logging";
import { createMetrics } from "./metrics";
import { SessionKeys } from "./session-keys";
import { PostgresStore } from "./store";

/** For so long answers tell clients that keep a connection to take another one, before those that lie idle are closed. */
const DRAIN_MS = 2_000;

/** Less than what is left of the 30 seconds that a pod has, after the 5 in which it is taken out of its Service. */
const STOP_MS = 20_000;

async function main(): Promise<void> {
    const config = readConfig(process.env);
    const log = createLogger(config.logLevel);
    databaseBinding(config.bindingRoot, READ_BINDING); // without it there is no point in starting
    const open = (name: string) => new Database(() => databaseBinding(config.bindingRoot, name), log);
    const reader = open(READ_BINDING);
    const writer = isBound(config.bindingRoot, WRITE_BINDING) ? open(WRITE_BINDING) : undefined;
    const lifecycle = { stopping: false };
    const app = await buildApp({
        config,
        log,
        store: new PostgresStore(reader, writer),
        keys: new SessionKeys(() => sessionSecret(config.bindingRoot)),
        metrics: createMetrics(() => ({ read: reader.counts(), ...(writer && { write: writer.counts() }) })),
        lifecycle,
    });

    // Kubernetes sends SIGTERM when the pod is out of its Service: what has begun is finished, and nothing else.
    process.once("SIGTERM", async () => {
        log.info("stopping");
        lifecycle.stopping = true;
        void setTimeout(STOP_MS, undefined, { ref: false }).then(() => process.exit(1));
        await setTimeout(DRAIN_MS);
        await app.close();
        await Promise.all([reader.close(), writer?.close()]);
        log.info("stopped");
    });
    await app.listen({ host: config.host, port: config.port });
}

main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
});
