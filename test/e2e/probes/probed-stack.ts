/** The stack that is attacked: the whole program, with the sample application, its tenants and an ingress controller. */
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Cluster } from "../../../sandbox/cluster";
import { nodeOverrides, SAMPLE_APP } from "../../../sandbox/configuration";
import { openStack, plainOutputs } from "../../../sandbox/engine";
import { type DemoAccounts, seedPlace, seedSampleApp } from "../../../sandbox/seed";
import { parseOutputs, type StackOutputs } from "../../../verify/outputs";
import { configuration, NAMES, STACK } from "../support/stack";
import { unguarded } from "../support/unguarded";

import program = require("../../../index");

const CONTROLLER = `${NAMES.app}-ingress`;

/** Opens the stack without running it. */
export function probedStack(node: Cluster): Promise<Stack> {
    const { kubeconfig, programs } = node;
    const config = configuration(node, NAMES, {
        ...SAMPLE_APP,
        workload: { ...SAMPLE_APP.workload, image: node.imagesByDigest.app },
        cluster: { guardrails: { allowedRegistries: ["registry.bulwark.local"] }, requireImmutableImages: true },
        ingress: {
            awaitAddress: true,
            controller: { ...(nodeOverrides(node.images).ingress?.controller as object), install: true },
        },
    });
    const withUnguardedController = async () => {
        pulumi.runtime.registerResourceTransform(unguarded(CONTROLLER));
        return program();
    };
    return openStack(STACK, config, withUnguardedController, { kubeconfig, ...programs }, true);
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
