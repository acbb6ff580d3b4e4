/** The stack that is attacked: the whole program, with the sample application, its tenants and an ingress controller. */
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Cluster } from "../../../sandbox/cluster";
import { nodeOverrides, type Overrides, SAMPLE_APP } from "../../../sandbox/configuration";
import { openStack, plainOutputs } from "../../../sandbox/engine";
import { type DemoAccounts, seedPlace, seedSampleApp } from "../../../sandbox/seed";
import { DEFAULT_OPTIONS } from "../../../verify/attack";
import { parseOutputs, type StackOutputs } from "../../../verify/outputs";
import { configuration, NAMES, STACK } from "../support/stack";
import { unguarded } from "../support/unguarded";

import program = require("../../../index");

const CONTROLLER = `${NAMES.app}-ingress`;

/** Opens the stack without running it. */
export function probedStack(node: Cluster): Promise<Stack> {
    return openWithIngress(node, {
        ...SAMPLE_APP,
        workload: { ...SAMPLE_APP.workload, image: node.imagesByDigest.app },
        cluster: { guardrails: { allowedRegistries: ["registry.bulwark.local"] }, requireImmutableImages: true },
    });
}

/** Opens a stack of the whole program, with an ingress controller of its own. */
export function openWithIngress(node: Cluster, changes: Overrides): Promise<Stack> {
    const { kubeconfig, programs, images } = node;
    const controller = { ...(nodeOverrides(images).ingress?.controller as object), install: true };
    const config = configuration(node, NAMES, { ...changes, ingress: { awaitAddress: true, controller } });
    const withUnguardedController = async () => {
        pulumi.runtime.registerResourceTransform(unguarded(CONTROLLER));
        return program();
    };
    return openStack(STACK, config, withUnguardedController, { kubeconfig, ...programs }, true);
}

/** How the attack suite goes about the stack; `accounts` is the file with its visitors' passwords. */
export function attackOptions(node: Cluster, accounts: string) {
    const { server, metadata, client } = node.hosts;
    return {
        ...DEFAULT_OPTIONS,
        kubeconfig: node.kubeconfig,
        probeImage: node.imagesByDigest.app,
        egressTarget: { host: server.address, port: 80 },
        metadataTarget: { host: metadata.address, port: 80 },
        outside: ["nsenter", `--net=${client.networkNamespace}`, "--"],
        accounts,
        auditLog: node.auditLog,
    };
}

/** Brings it up from nothing, with two visitors who can sign in; returns what the attack suite must know. */
export async function bringUpProbed(
    node: Cluster,
    stack: Stack,
    accounts: DemoAccounts,
): Promise<Required<StackOutputs>> {
    // What an earlier run that was cut short has left may be soft.
    await stack.destroy();
    const { outputs } = await stack.up();
    await seedSampleApp(seedPlace({ kubectl: node.programs.kubectl, kubeconfig: node.kubeconfig }, outputs), accounts);
    return parseOutputs(plainOutputs(outputs), "The outputs of the stack") as Required<StackOutputs>;
}
