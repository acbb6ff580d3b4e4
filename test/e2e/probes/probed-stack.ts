/** The stack that is attacked: the whole program, with the sample application, its tenants and an ingress controller. */
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { DEFAULTS } from "../../../components/defaults";
import type { Cluster } from "../../../sandbox/cluster";
import { nodeOverrides, SAMPLE_APP } from "../../../sandbox/configuration";
import { openStack } from "../../../sandbox/engine";
import { type DemoAccounts, seedSampleApp } from "../../../sandbox/seed";
import type { StackOutputs } from "../../../verify/outputs";
import { configuration, NAMES, STACK } from "../support/stack";

import program = require("../../../index");

const OPERATORS = `${NAMES.app}-operators`;
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
    const unguarded = async () => {
        pulumi.runtime.registerResourceTransform(unguardedController);
        return program();
    };
    return openStack(STACK, config, unguarded, { kubeconfig, ...programs }, true);
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
    const value = (name: string) => String(outputs[name]?.value);
    await seedSampleApp(
        {
            kubectl: node.programs.kubectl,
            kubeconfig: node.kubeconfig,
            namespace: value("namespace"),
            deployment: value("deployment"),
            databaseNamespace: value("databaseNamespace"),
            databaseHost: value("databaseHost"),
            database: value("database"),
            ownerSecret: value("ownerSecret"),
        },
        accounts,
    );
    return {
        namespace: value("namespace"),
        deployment: value("deployment"),
        service: value("service"),
        url: value("url"),
        databaseNamespace: value("databaseNamespace"),
        databaseHost: value("databaseHost"),
        database: value("database"),
        credentialsSecret: value("credentialsSecret"),
        ownerSecret: value("ownerSecret"),
        tenantColumn: DEFAULTS.database.rowLevelSecurity.tenantColumn,
        tenantSetting: DEFAULTS.database.rowLevelSecurity.tenantSetting,
        namespaces: [NAMES.app, NAMES.database, OPERATORS, CONTROLLER],
        operatorNamespace: OPERATORS,
        operatorAccount: "operator",
        ingressNamespace: CONTROLLER,
        guardrailPolicies: ["allowed-registries", "immutable-images"].map((rule) => `${NAMES.app}-${rule}`),
    };
}

/**
 * The guardrails of other stacks on the cluster rule every namespace with the label, and exempt no other controllers than
 * their own.
 */
const unguardedController: pulumi.ResourceTransform = ({ type, props, opts }) => {
    if (type !== "kubernetes:core/v1:Namespace") {
        return undefined;
    }
    const metadata = pulumi.output(props.metadata as Metadata).apply(({ labels, ...rest }) => {
        const kept = Object.entries(labels).filter(([key]) => !(key in DEFAULTS.guardrails.namespaceLabels));
        return rest.name === CONTROLLER ? { ...rest, labels: Object.fromEntries(kept) } : { ...rest, labels };
    });
    return { props: { ...props, metadata }, opts };
};

interface Metadata {
    name: string;
    labels: Record<string, string>;
}
