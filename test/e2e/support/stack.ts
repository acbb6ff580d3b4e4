import type { OutputMap, PulumiFn, Stack, UpResult } from "@pulumi/pulumi/automation";
import { type Cluster, clusterUp } from "../../../sandbox/cluster";
import {
    devConfiguration,
    NO_INGRESS_CONTROLLER,
    nodeOverrides,
    type Overrides,
    withOverrides,
} from "../../../sandbox/configuration";
import { openStack } from "../../../sandbox/engine";

import program = require("../../../index");

/** The cluster, a stack on it, and everything that the engine has said so far. */
export interface Running {
    cluster: Cluster;
    stack: Stack;
    outputs: OutputMap;
    firstUp: UpResult;
    said: string[];
}

/** The stack of this process's tests; another process beside it has its own. */
export const STACK = process.env.E2E_STACK ?? "e2e";

/** Namespaces and ports of the tests' own: a sandbox that somebody tries things on stays as it is. */
export const NAMES = {
    app: `${STACK}-app`,
    database: `${STACK}-database`,
    localPort: Number(process.env.E2E_LOCAL_PORT ?? 15_532),
};

let node: Promise<Cluster> | undefined;
let shared: Promise<Running> | undefined;

/** The cluster, for tests that bring up a stack of their own on it. */
export function cluster(): Promise<Cluster> {
    node ??= clusterUp();
    return node;
}

/** The stack that the tests share, brought up by whoever asks first. */
export function running(): Promise<Running> {
    shared ??= bringUp(STACK, NAMES);
    return shared;
}

/** Settings of a test's stack: the sandbox's own, under other names. */
export function configuration(cluster: Cluster, names: typeof NAMES, changes: Overrides = {}) {
    const own: Overrides = {
        workload: { namespaceName: names.app },
        // These have names that a cluster holds once.
        cluster: {
            guardrails: {
                namePrefix: names.app,
                // They rule every namespace with the label, and the sandbox's own stack may be there.
                exemptions: [
                    {
                        namespaceName: "ingress-nginx",
                        ruleNames: ["read-only-root-filesystem", "no-exposed-services"],
                        reason: "The sandbox's own ingress controller belongs to another stack.",
                    },
                ],
            },
            operators: { namespaceName: `${names.app}-operators` },
        },
        ingress: {
            controller: {
                namespaceName: `${names.app}-ingress`,
                releaseName: names.app,
                ingressClassName: names.app,
            },
        },
        database: { namespaceName: names.database, tunnel: { localPort: names.localPort } },
    };
    const layers = [nodeOverrides(cluster.images), NO_INGRESS_CONTROLLER, own, changes];
    return layers.reduce(withOverrides, devConfiguration());
}

/** Opens a stack with its settings, without running it. */
export async function open(
    cluster: Cluster,
    stackName: string,
    names: typeof NAMES,
    changes?: Overrides,
): Promise<Stack> {
    const { kubeconfig, programs } = cluster;
    const environment = { kubeconfig, ...programs };
    return openStack(stackName, configuration(cluster, names, changes), program, environment, true);
}

/** Opens a stack with a program of a test's own, without running it. */
export async function openOwn(
    stackName: string,
    program: (node: Cluster) => ReturnType<PulumiFn> | Awaited<ReturnType<PulumiFn>>,
): Promise<Stack> {
    const node = await cluster();
    const { kubeconfig, programs } = node;
    // The project demands the settings of its own program, which this one doesn't read.
    return openStack(stackName, devConfiguration(), async () => program(node), { kubeconfig, ...programs }, true);
}

async function bringUp(stackName: string, names: typeof NAMES): Promise<Running> {
    const onNode = await cluster();
    const stack = await open(onNode, stackName, names);
    // What an earlier run that was cut short has left would not be "from nothing".
    await stack.destroy();
    const said: string[] = [];
    const firstUp = await stack.up({ onOutput: (text) => said.push(text), onError: (text) => said.push(text) });
    return { cluster: onNode, stack, outputs: firstUp.outputs, firstUp, said };
}

/** Brings a stack up and tells what was done to which resource, by name. What stayed the same or was only read is left out. */
export async function changesOfUp(stack: Stack): Promise<string[]> {
    const changes: string[] = [];
    await stack.up({
        onEvent: ({ resourcePreEvent }) => {
            const { op, urn } = resourcePreEvent?.metadata ?? {};
            if (op !== undefined && urn !== undefined && op !== "same" && op !== "read") {
                changes.push(`${op} ${urn.split("::").at(-1)}`);
            }
        },
    });
    return changes.sort();
}
