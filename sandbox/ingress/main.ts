/** Entry of both images: `controller`, and `certgen create|patch`. */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createCertificate, patchWebhook } from "./certgen";
import { Controller } from "./controller";
import { startHealth, startWebhook } from "./webhook";

/** Load balancers hear of a stopping pod a little later than the pod itself. */
const DRAIN_MILLISECONDS = 2_000;

/** Reads options that must all be given; any other is refused by name. */
function options<Name extends string>(args: string[], ...names: Name[]): Record<Name, string> {
    const known = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
    const { values } = parseArgs({ args, options: known, strict: true });
    const missing = names.find((name) => values[name] === undefined);
    if (missing !== undefined) {
        throw new Error(`the option --${missing} is missing`);
    }
    return values as Record<Name, string>;
}

async function controller(args: string[]): Promise<void> {
    const given = options(
        args,
        ...(["ingress-class", "configmap", "publish-service", "status-update-interval", "health-port"] as const),
        ...(["validating-webhook-port", "validating-webhook-certificate", "validating-webhook-key"] as const),
    );
    const running = new Controller({
        ingressClass: given["ingress-class"],
        configMap: given.configmap,
        publishService: given["publish-service"],
        statusUpdateSeconds: Number(given["status-update-interval"]),
    });
    process.once("SIGTERM", async () => {
        running.healthy = false;
        await sleep(DRAIN_MILLISECONDS);
        await running.stop();
        process.exit(0);
    });
    startHealth(running, Number(given["health-port"]));
    await running.start();
    const [certificate, key] = [given["validating-webhook-certificate"], given["validating-webhook-key"]];
    startWebhook(running, Number(given["validating-webhook-port"]), certificate, key);
}

async function certgen([command, ...args]: string[]): Promise<void> {
    if (command === "create") {
        const given = options(args, "host", "namespace", "secret-name");
        return createCertificate(given.namespace, given["secret-name"], given.host.split(","));
    }
    if (command === "patch") {
        const given = options(args, "webhook-name", "namespace", "secret-name");
        return patchWebhook(given.namespace, given["secret-name"], given["webhook-name"]);
    }
    throw new Error(`there is no command ${JSON.stringify(command)}`);
}

async function main([program, ...args]: string[]): Promise<void> {
    await (program === "controller" ? controller(args) : certgen(args));
}

main(process.argv.slice(2)).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
});
