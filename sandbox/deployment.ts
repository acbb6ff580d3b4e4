/** Brings the program up: on the sandbox's own node, or on the cluster of a given kubeconfig. */
import * as os from "node:os";
import * as path from "node:path";
import { CommandError, type OutputMap, type Stack, type UpResult } from "@pulumi/pulumi/automation";
import { rememberForAttack } from "./attack";
import { type Cluster, clusterUp, installPrograms } from "./cluster";
import { devConfiguration, leftOut, nodeOverrides, SAMPLE_APP, withOverrides } from "./configuration";
import { type EngineEnvironment, openStack, pluginHostReachable, type StackConfig } from "./engine";
import { progress } from "./progress";
import { demoAccounts, demoAccountsFile, seedPlace, seedSampleApp } from "./seed";
import { run, SandboxError } from "./shell";
import { chooseSources, programWith, type StandIns, SWITCH, standInsAsked } from "./sources";
import { PARTS } from "./sources/planned";

import program = require("../index");

const STACK = "sandbox";

/** Where the program is brought up. */
interface Place {
    environment: EngineEnvironment;
    config: StackConfig;
    /** The own node, unless a cluster was given. */
    node?: Cluster;
    /** The parts that have a stand-in there, and why. */
    replaced: StandIns;
}

/** Brings everything up and tells what runs, how to reach it, and what was left out. */
export async function deploy(): Promise<void> {
    const place = process.env.KUBECONFIG ? await givenCluster(process.env.KUBECONFIG) : await ownNode();
    const plugins = () => pluginHostReachable(place.environment);
    const standIns = standInsAsked() || !(await progress.step("Look for the Pulumi plugin host", plugins));
    const { environment, config } = place;
    const stack = await progress.step("Open the stack", () => openStack(STACK, config, program, environment, standIns));
    const { outputs, summary } = await progress.step("Bring the program up", () => bringUp(stack, place));
    if (place.node) {
        await progress.step("Fill the sample application's tables", () =>
            seedSampleApp(seedPlace(environment, outputs), demoAccounts()),
        );
    }
    rememberForAttack(outputs, environment.kubeconfig, place.node);
    const visit = place.node ? await howToVisit(environment, outputs) : [];
    process.stdout.write(report(place, standIns, outputs, visit, summary.resourceChanges?.same));
}

/** The machine has a route to the load balancer's address, and nobody has to know the host's name. */
async function howToVisit({ kubectl, kubeconfig }: EngineEnvironment, outputs: OutputMap): Promise<string[]> {
    const address = "jsonpath={.items[0].status.loadBalancer.ingress[0].ip}";
    const args = ["get", "ingress", "-n", String(outputs.namespace?.value), "-o", address];
    const ip = await run(kubectl, args, { env: { KUBECONFIG: kubeconfig } });
    const url = String(outputs.url?.value);
    return [`curl --insecure --resolve ${new URL(url).hostname}:443:${ip} ${url}`];
}

/** The engine tells its errors itself, as it goes along; what the Automation API makes of them would say it all again. */
async function bringUp(stack: Stack, { node, replaced }: Place): Promise<UpResult> {
    const color = process.stdout.isTTY ? "always" : "never";
    return stack.up({ onOutput: (text) => process.stdout.write(text), color }).catch((error: Error) => {
        throw error instanceof CommandError
            ? new SandboxError(
                  [
                      "The program was not brought up: the engine's errors are above. Run the command again once their cause is gone.",
                      ...(node && PARTS.some((part) => replaced[part] === undefined) ? [WITHOUT_REAL_CHARTS] : []),
                  ].join("\n"),
              )
            : error;
    });
}

const WITHOUT_REAL_CHARTS = `If it is a real chart that doesn't run on this node: \`npm run sandbox -- down\`, then up again with ${SWITCH}=true.`;

async function ownNode(): Promise<Place> {
    if (os.platform() !== "linux" || process.getuid?.() !== 0) {
        throw new SandboxError(
            "The sandbox's own node needs root on Linux. Run it there, or give KUBECONFIG a cluster to use instead.",
        );
    }
    const node = await clusterUp();
    const real = withOverrides(devConfiguration(), SAMPLE_APP);
    const replaced = await progress.step("Look for the real charts and images", () =>
        chooseSources(node.programs.helm, () => programWith(real)),
    );
    const standIns = PARTS.filter((part) => replaced[part] !== undefined);
    const config = withOverrides(real, nodeOverrides(node.images, standIns));
    return { environment: { kubeconfig: node.kubeconfig, ...node.programs }, config, node, replaced };
}

async function givenCluster(kubeconfig: string): Promise<Place> {
    progress.note(`KUBECONFIG is set: using the cluster of ${kubeconfig}, with the real charts and images.`);
    const programs = await installPrograms();
    return {
        environment: { kubeconfig: path.resolve(kubeconfig), ...programs },
        config: devConfiguration(),
        replaced: {},
    };
}

function pluginsReason(): string {
    return standInsAsked() ? `${SWITCH} is set` : "no way to the plugin host from here";
}

function report(place: Place, standIns: boolean, outputs: OutputMap, visit: string[], unchanged = 0): string {
    const value = (name: string) => String(outputs[name]?.value);
    const lines = [
        "",
        unchanged > 0 ? "Bulwark runs, as before where nothing changed." : "Bulwark runs.",
        "",
        `  application   Deployment ${value("deployment")} in namespace ${value("namespace")}, at ${value("url")}`,
        `  database      ${value("databaseHost")}, database ${value("database")}`,
        `  credentials   Secret ${value("credentialsSecret")} in namespace ${value("namespace")}`,
        ...(place.node ? [`  visitors      alice and bruno, with their passwords in ${demoAccountsFile}`] : []),
        "",
        "Look around:",
        "",
        ...visit.map((command) => `  ${command}`),
        `  export KUBECONFIG=${place.environment.kubeconfig}`,
        `  ${place.environment.kubectl} get pods -A`,
        `  ${place.environment.kubectl} -n ${value("namespace")} exec -it deploy/${value("deployment")} -- sh`,
        "",
        "Attack it, and see what holds:",
        "",
        "  npm run sandbox -- attack",
        "",
    ];
    const left = [
        ...(place.node ? leftOut(place.replaced) : []),
        ...(standIns ? [`Pulumi's provider plugins: stand-ins in sandbox/providers; ${pluginsReason()}`] : []),
    ];
    if (left.length > 0) {
        lines.push("Left out, or replaced by a stand-in:", "", ...left.map((line) => `  ${line}`), "");
    }
    if (place.node) {
        lines.push("`npm run sandbox -- down` removes it all.", "");
    }
    return lines.join("\n");
}
