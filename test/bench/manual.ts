/** A full `up` of the program, against the steps of a write-up by hand, in a script. */
import "./own-names";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { DEFAULTS } from "../../components/defaults";
import { toRequirements } from "../../components/resources";
import type { Cluster } from "../../sandbox/cluster";
import { nodeOverrides } from "../../sandbox/configuration";
import { run } from "../../sandbox/shell";
import { openWithIngress } from "../e2e/probes/probed-stack";
import { kubectl } from "../e2e/support/kubectl";
import { cluster, STACK } from "../e2e/support/stack";
import { hardenedPod, SERVER } from "./hardened-pod";
import { compareInTurns, secondsOf } from "./in-turns";

const APP = `${STACK}-manual-app`;
const DATABASE = `${STACK}-manual-database`;
const INGRESS = `${STACK}-manual-ingress`;

/** Both sides' server has these, since the node has no more to give. */
const DATABASE_RESOURCES = { cpuRequest: "50m", memoryRequest: "128Mi" };

export async function manualSteps(): Promise<void> {
    const node = await cluster();
    const stack = await programStack(node);
    await stack.destroy();
    await tidyUp(node);
    await compareInTurns({
        title: "a full `up`, against the write-up's steps by hand",
        ours: async () => {
            const seconds = await secondsOf(() => stack.up());
            await stack.destroy();
            return seconds;
        },
        theirs: async () => {
            const seconds = await byHand(node);
            await tidyUp(node);
            return seconds;
        },
        repetitions: 3,
        aim: 1,
    }).finally(() => stack.destroy({ remove: true }));
}

/** The dev stack, with an ingress controller and a workload that needs no database to start. */
function programStack(node: Cluster): Promise<Stack> {
    return openWithIngress(node, { workload: { command: SERVER }, database: { resources: DATABASE_RESOURCES } });
}

interface Chart {
    chart: { chart: string };
    image: { registry: string; repository: string; tag: string };
}

/** Runs the script, and tells the seconds that it took. */
async function byHand(node: Cluster): Promise<number> {
    const { programs, kubeconfig, images } = node;
    const folder = fs.mkdtempSync(path.join(tmpdir(), "bulwark-bench-"));
    const file = (name: string, content: object) => {
        const target = path.join(folder, name);
        fs.writeFileSync(target, JSON.stringify(content));
        return target;
    };
    const overrides = nodeOverrides(images);
    const { controller } = overrides.ingress as { controller: Chart & { certgenImage: Chart["image"] } };
    const database = overrides.database as unknown as Chart;
    const env = {
        KUBECTL: programs.kubectl,
        HELM: programs.helm,
        KUBECONFIG: kubeconfig,
        APP,
        DATABASE,
        INGRESS,
        INGRESS_CHART: controller.chart.chart,
        INGRESS_VALUES: file("ingress.json", ingressValues(controller.image, controller.certgenImage)),
        DATABASE_CHART: database.chart.chart,
        DATABASE_VALUES: file("database.json", databaseValues(database.image)),
        DEPLOYMENT: file("deployment.json", deployment(images.app)),
    };
    try {
        return await secondsOf(() => run("bash", [path.join(__dirname, "manual.sh")], { env }));
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

function ingressValues(image: Chart["image"], certgenImage: Chart["image"]) {
    const named = ({ registry, repository, tag }: Chart["image"]) => ({ registry, image: repository, tag });
    return {
        controller: {
            image: named(image),
            // The one thing that the stand-in can't do otherwise.
            config: { "ssl-reject-handshake": "true" },
            ingressClass: INGRESS,
            ingressClassResource: { name: INGRESS, controllerValue: `k8s.io/${INGRESS}` },
            resources: toRequirements(DEFAULTS.ingress.controller.resources),
            service: { allocateLoadBalancerNodePorts: false },
            admissionWebhooks: { patch: { image: named(certgenImage) } },
        },
    };
}

function databaseValues(image: Chart["image"]) {
    const { resources } = DEFAULTS.database;
    return {
        global: { security: { allowInsecureImages: true } },
        image,
        auth: { existingSecret: "pgdb-admin" },
        tls: { enabled: true, certificatesSecret: "pgdb-tls", certFilename: "tls.crt", certKeyFilename: "tls.key" },
        primary: {
            resources: toRequirements({ ...resources, ...DATABASE_RESOURCES }),
            startupProbe: { enabled: true },
            persistence: { size: "1Gi" },
        },
    };
}

function deployment(image: string) {
    const labels = { app: "secure-app" };
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "secure-app" },
        spec: {
            replicas: 2,
            minReadySeconds: 5,
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: hardenedPod(image, labels) },
        },
    };
}

/** Takes away what the script made, as far as there is anything. */
async function tidyUp({ programs, kubeconfig }: Cluster): Promise<void> {
    for (const [release, namespace] of [
        [INGRESS, INGRESS],
        ["pgdb", DATABASE],
    ] as const) {
        const args = ["uninstall", release, "-n", namespace, "--ignore-not-found", "--wait"];
        await run(programs.helm, args, { env: { KUBECONFIG: kubeconfig } });
    }
    await kubectl("delete", "namespace", APP, DATABASE, INGRESS, "--ignore-not-found");
}
