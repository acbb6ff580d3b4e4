import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { chartSource, hardenedRelease } from "../chart";
import { childOptions } from "../child-options";
import { cidrFault } from "../cidr";
import { AllowedFlow, type FlowPeerArgs } from "../cluster/allowed-flow";
import { type ApiServerArgs, checkApiServer } from "../cluster/api-server";
import { emptyListFault } from "../cluster/network-policy";
import { PodSecurityLevel } from "../cluster/pod-security";
import { type DnsArgs, type NamespaceQuotaArgs, SecureNamespace } from "../cluster/secure-namespace";
import { DEFAULTS } from "../defaults";
import { digestFault } from "../image";
import { checkLabels } from "../labels";
import { dnsLabelFault } from "../names";
import { portFault, wholeNumber } from "../numbers";
import { resourceRequirements } from "../resources";
import { validationOf } from "../structure";
import type { Validation } from "../validation";
import { auditSource, checkKubernetesAudit } from "./audit-source";
import { falcoRules, RULES_FILE, rulesFileNamesFault } from "./falco-rules";
import {
    type EngineSockets,
    enginesFault,
    falcoPodLabels,
    falcoQuota,
    falcoReleaseNameFault,
    falcoValues,
    SIDEKICK_PORT,
    sidekickPodLabels,
} from "./falco-values";
import type { ThreatDetectionSettingsArgs } from "./threat-detection-settings";

export type { ThreatDetectionSettingsArgs };

/** Arguments of ThreatDetection. */
export interface ThreatDetectionArgs extends ThreatDetectionSettingsArgs {
    /** Namespaces in which a shell, a write to the system, or a connection to the outside is an alarm. */
    protectedNamespaceNames: pulumi.Input<pulumi.Input<string>[]>;
    /** Pod Security Standards version that the namespace pins. Defaults to `v1.35`. */
    podSecurityVersion?: pulumi.Input<string> | undefined;
    /** Where DNS is found in the cluster. Defaults to `kube-dns` in `kube-system`. */
    dns?: DnsArgs | undefined;
    /** Where the API server is reached. Defaults to what the EndpointSlice `default/kubernetes` says. */
    apiServer?: ApiServerArgs | undefined;
    /** Labels for every object made here. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * Falco on every node, watching system calls by its modern eBPF probe, with rules of its own for the protected
 * namespaces: programs that don't belong there, writes to the system, stolen credentials, connections outside. With
 * `kubernetesAudit` a second Falco, which needs nothing of a node, watches what is asked of the API server.
 *
 * Falco needs the node's kernel and files, so its namespace is `privileged`: it is isolated in the network all the same.
 */
export class ThreatDetection extends pulumi.ComponentResource {
    /** Namespace of Falco. */
    public readonly namespaceName: pulumi.Output<string>;
    /** Labels that select Falco's pods. */
    public readonly podLabels: pulumi.Output<Record<string, string>>;
    /** The Helm release. */
    public readonly release: k8s.helm.v3.Release;
    /** With `kubernetesAudit`: the file for the API server's `--audit-webhook-config-file`. */
    public readonly auditWebhookConfig: pulumi.Output<string> | undefined;

    constructor(name: string, args: ThreatDetectionArgs, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:ThreatDetection", name, {}, opts);
        const checked = checkThreatDetection(name, args);
        const child = childOptions(this, opts);

        const namespace = new SecureNamespace(
            `${name}-namespace`,
            {
                namespaceName: checked.namespaceName,
                podSecurityLevel: PodSecurityLevel.Privileged,
                podSecurityVersion: args.podSecurityVersion,
                quota: quota(checked),
                dns: args.dns,
                labels: args.labels,
            },
            child,
        );
        this.namespaceName = namespace.namespaceName;
        this.podLabels = checked.releaseName.apply(falcoPodLabels);
        this.release = hardenedRelease(
            `${name}-release`,
            {
                releaseName: checked.releaseName,
                namespace: namespace.namespaceName,
                source: chartSource(args.chart, DEFAULTS.threatDetection.chart),
                values: values(args, checked),
            },
            // Without its flows no rules arrive, and Helm waits in vain.
            { ...child, dependsOn: [namespace, ...flows(name, args, checked, namespace.namespaceName, child)] },
        );
        this.auditWebhookConfig =
            checked.audit &&
            auditSource(
                `${name}-audit`,
                {
                    checked: checked.audit,
                    namespaceName: namespace.namespaceName,
                    releaseName: checked.releaseName,
                    chart: args.chart,
                    apiServer: args.apiServer,
                    artifactSource: outside(checked.rulesSourceCidrs),
                    hasSidekick: args.alertsSecretName !== undefined,
                    values: pulumi.output(imagesAndResources(args, checked)),
                    protectedNamespaceNames: checked.protectedNamespaceNames,
                    labels: args.labels,
                    dependsOn: [namespace],
                },
                child,
            );
        this.registerOutputs({
            namespaceName: this.namespaceName,
            podLabels: this.podLabels,
            release: this.release,
            auditWebhookConfig: this.auditWebhookConfig,
        });
    }
}

type Checked = ReturnType<typeof checkThreatDetection>;

/** Checks all arguments; with a validation that is a part of another one, that one reports. */
export function checkThreatDetection(
    name: string,
    args: ThreatDetectionArgs,
    validation = validationOf("ThreatDetection", name, args),
) {
    const defaults = DEFAULTS.threatDetection;
    const checked = {
        namespaceName: validation.value("namespaceName", args.namespaceName ?? defaults.namespaceName, dnsLabelFault),
        releaseName: validation.value(
            "releaseName",
            args.releaseName ?? defaults.releaseName,
            dnsLabelFault,
            falcoReleaseNameFault,
        ),
        protectedNamespaceNames: validation.list(
            "protectedNamespaceNames",
            args.protectedNamespaceNames,
            dnsLabelFault,
        ),
        apiClientNamespaceNames: validation.list(
            "apiClientNamespaceNames",
            args.apiClientNamespaceNames ?? [],
            dnsLabelFault,
        ),
        expectedPorts: validation.list("expectedPorts", args.expectedPorts ?? defaults.expectedPorts, portFault),
        audit: args.kubernetesAudit && checkKubernetesAudit(validation, args.kubernetesAudit),
        containerEngines: validation.value(
            "containerEngines",
            (args.containerEngines ?? defaults.containerEngines) as pulumi.Input<EngineSockets[]>,
            enginesFault,
        ),
        customRules: validation.value(
            "customRules",
            (args.customRules ?? {}) as pulumi.Input<Record<string, string>>,
            rulesFileNamesFault,
        ),
        resources: resourceRequirements(validation, "resources", args.resources, defaults.resources),
        mostNodes: validation.value("mostNodes", args.mostNodes ?? defaults.mostNodes, wholeNumber(1, 5_000)),
        alertsPort: validation.value("alertsPort", args.alertsPort ?? defaults.alertsPort, portFault),
        alertsSecretName: validation.optional("alertsSecretName", args.alertsSecretName, dnsLabelFault),
        rulesSourceCidrs: optionalCidrs(validation, "rulesSourceCidrs", args.rulesSourceCidrs),
        alertsCidrs: optionalCidrs(validation, "alertsCidrs", args.alertsCidrs),
    };
    validation.value("protectedNamespaceNames", args.protectedNamespaceNames, noNamespaceFault);
    checkApiServer(validation, args.apiServer);
    for (const image of ["image", "falcoctlImage", "sidekickImage"] as const) {
        validation.optional(`${image}.digest`, args[image]?.digest, digestFault);
    }
    validation.optional("chart.timeoutSeconds", args.chart?.timeoutSeconds, wholeNumber(30, 7200));
    if (args.bundledRules && args.chart?.chart === undefined && args.chart?.version === undefined) {
        validation.fault(
            "bundledRules",
            `must not be true with chart ${defaults.chart.version}, in which Falco ends at once; give chart.version "9.2.0" or newer`,
        );
    }
    checkLabels(validation, args.labels);
    validation.done();
    return checked;
}

function noNamespaceFault(names: unknown[]): string | undefined {
    return names.length === 0 ? 'must name at least one namespace, is []; write for example ["secure-app"]' : undefined;
}

function optionalCidrs(validation: Validation, path: string, cidrs: ThreatDetectionArgs["alertsCidrs"]) {
    if (cidrs === undefined) {
        return undefined;
    }
    validation.value(path, cidrs, emptyListFault);
    return validation.list(path, cidrs, cidrFault);
}

function quota(checked: Checked): NamespaceQuotaArgs {
    const sized = pulumi.all([checked.mostNodes, checked.resources]).apply(([nodes, each]) => falcoQuota(nodes, each));
    return {
        pods: sized.pods,
        cpuRequests: sized.cpuRequests,
        memoryRequests: sized.memoryRequests,
        memoryLimits: sized.memoryLimits,
        ephemeralStorageRequests: sized.ephemeralStorageRequests,
    };
}

/** What both releases say. */
function imagesAndResources(args: ThreatDetectionArgs, { resources }: Pick<Checked, "resources">) {
    const { image = {}, falcoctlImage = {}, labels = {} } = args;
    return { image, falcoctlImage, resources, labels };
}

function values(args: ThreatDetectionArgs, { audit: _, ...checked }: Checked): pulumi.Output<Record<string, unknown>> {
    const defaults = DEFAULTS.threatDetection;
    return pulumi
        .output({
            ...checked,
            ...imagesAndResources(args, checked),
            sidekickImage: args.sidekickImage ?? {},
            priorityClassName: args.priorityClassName ?? defaults.priorityClassName,
            leastPrivileged: args.leastPrivileged ?? true,
            rulesArtifact: args.bundledRules ? undefined : (args.rulesArtifact ?? defaults.rulesArtifact),
        })
        .apply((known) => falcoValues({ ...known, rules: { [RULES_FILE]: falcoRules(known), ...known.customRules } }));
}

function outside(cidrs: pulumi.Output<string[]> | undefined): FlowPeerArgs {
    return cidrs === undefined ? { allowAnyone: true } : { cidrs };
}

/** Rules come in, alerts go out; everything else that Falco learns it learns from the node. */
function flows(
    name: string,
    args: ThreatDetectionArgs,
    checked: Checked,
    namespaceName: pulumi.Output<string>,
    opts: pulumi.ComponentResourceOptions,
): AllowedFlow[] {
    const falco: FlowPeerArgs = { namespaceName, podLabels: checked.releaseName.apply(falcoPodLabels) };
    const sidekick: FlowPeerArgs = { namespaceName, podLabels: checked.releaseName.apply(sidekickPodLabels) };
    const flow = (suffix: string, from: FlowPeerArgs, to: FlowPeerArgs, port: pulumi.Input<number>) =>
        new AllowedFlow(`${name}-${suffix}`, { from, to, ports: [{ port }], labels: args.labels }, opts);
    return [
        ...(args.bundledRules ? [] : [flow("rules", falco, outside(checked.rulesSourceCidrs), 443)]),
        ...(args.alertsSecretName === undefined
            ? []
            : [
                  flow("to-sidekick", falco, sidekick, SIDEKICK_PORT),
                  flow("alerts", sidekick, outside(checked.alertsCidrs), checked.alertsPort),
              ]),
    ];
}
