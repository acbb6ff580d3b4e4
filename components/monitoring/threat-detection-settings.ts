import type * as pulumi from "@pulumi/pulumi";
import type { ChartSourceArgs, ContainerImageArgs } from "../chart";
import type { ComputeResourcesArgs } from "../resources";
import type { KubernetesAuditArgs } from "./audit-source";
import type { ContainerEngine } from "./falco-values";

/** A container engine of the nodes and where it listens. */
export interface ContainerEngineArgs {
    /** Kind of engine. */
    engine: pulumi.Input<ContainerEngine>;
    /** Paths of its sockets. Name only sockets that exist: the runtime makes a folder of any other. */
    sockets: pulumi.Input<pulumi.Input<string>[]>;
}

/** Threat detection: what can be said of it whatever it watches. */
export interface ThreatDetectionSettingsArgs {
    /** Namespace of Falco; it is made and holds nothing else, since Falco needs the node. Defaults to `falco`. */
    namespaceName?: pulumi.Input<string> | undefined;
    /** Name of the Helm release; it must contain `falco`. Defaults to `falco`. */
    releaseName?: pulumi.Input<string> | undefined;
    /** Where the Falco chart comes from. Defaults to 9.1.0 from the makers' repository. */
    chart?: ChartSourceArgs | undefined;
    /** Falco's image. */
    image?: ContainerImageArgs | undefined;
    /** Image of the container that downloads the rules. */
    falcoctlImage?: ContainerImageArgs | undefined;
    /** Image of falcosidekick, which forwards alerts. */
    sidekickImage?: ContainerImageArgs | undefined;
    /** Compute resources on each node. Defaults to 512Mi of memory requested and 1Gi at most. */
    resources?: ComputeResourcesArgs | undefined;
    /** PriorityClass of the pods, so that a full node doesn't blind Falco. Defaults to `system-node-critical`. */
    priorityClassName?: pulumi.Input<string> | undefined;
    /** Nodes that the namespace's quota leaves room for. Defaults to 100. */
    mostNodes?: pulumi.Input<number> | undefined;
    /**
     * Whether Falco runs with just the capabilities that it needs. Where a node's policy refuses that, false makes it
     * privileged. Defaults to true.
     */
    leastPrivileged?: pulumi.Input<boolean> | undefined;
    /** Container engines of the nodes. Defaults to `cri` at `/run/containerd/containerd.sock`. */
    containerEngines?: pulumi.Input<pulumi.Input<ContainerEngineArgs>[]> | undefined;
    /**
     * Whether to use the rules within Falco's image instead of downloading them, for clusters without a way out. Needs
     * chart 9.2.0 or newer: before, Falco ends at once (falcosecurity/charts#1057). Plain. Defaults to false.
     */
    bundledRules?: boolean | undefined;
    /** The rules to download: name and exact version, or a full OCI reference. Defaults to `falco-rules:5.1.0`. */
    rulesArtifact?: pulumi.Input<string> | undefined;
    /** Addresses that rules are downloaded from, on port 443. Defaults to every address. Plain by presence. */
    rulesSourceCidrs?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /**
     * Further files of rules by name. Falco loads them in the order of their names: one that changes a macro of
     * Bulwark's sorts behind `bulwark-rules.yaml`.
     */
    customRules?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
    /** Namespaces whose pods rightly talk to the API server, so that Falco doesn't report them. Defaults to none. */
    apiClientNamespaceNames?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /**
     * Ports that containers of the protected namespaces rightly connect to; any other is an alarm. Defaults to 53 and
     * 5432, DNS and PostgreSQL.
     */
    expectedPorts?: pulumi.Input<pulumi.Input<number>[]> | undefined;
    /**
     * Whether a second Falco takes audit events from the API server, which must be told so: see the output
     * `auditWebhookConfig`. Plain by presence. Defaults to none.
     */
    kubernetesAudit?: KubernetesAuditArgs | undefined;
    /**
     * Secret in the namespace of Falco with falcosidekick's settings by environment name, such as `SLACK_WEBHOOKURL`.
     * Without it alerts are in Falco's log only. Plain by presence.
     */
    alertsSecretName?: pulumi.Input<string> | undefined;
    /** Addresses that alerts are sent to. Defaults to every address. Plain by presence. */
    alertsCidrs?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** Port that alerts are sent to. Defaults to 443. */
    alertsPort?: pulumi.Input<number> | undefined;
}
