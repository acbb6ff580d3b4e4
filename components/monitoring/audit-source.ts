import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type ChartSourceArgs, chartSource, hardenedRelease } from "../chart";
import { cidrFault } from "../cidr";
import { AllowedFlow, type FlowPeerArgs } from "../cluster/allowed-flow";
import { type ApiServerArgs, apiServerEndpoint } from "../cluster/api-server";
import { emptyListFault } from "../cluster/network-policy";
import { serverCertificate } from "../database/certificates";
import { DEFAULTS } from "../defaults";
import { fingerprint } from "../fingerprint";
import { type Labels, standardLabels } from "../labels";
import type { Validation } from "../validation";
import { addressFault, auditWebhookConfig } from "./audit-webhook";
import { type AuditRulesInput, ruleUserFault } from "./falco-audit-rules";
import {
    AUDIT_CERTIFICATE_FILE,
    AUDIT_PORT,
    type AuditValuesInput,
    auditReleaseName,
    falcoAuditValues,
} from "./falco-audit-values";
import { rulesFileNamesFault } from "./falco-rules";
import { falcoPodLabels, SIDEKICK_PORT, sidekickPodLabels } from "./falco-values";

/** A Falco that takes audit events from the API server, beside the one that watches system calls. */
export interface KubernetesAuditArgs {
    /**
     * Users who may run commands in protected pods, read Secrets and change the defences: whoever runs `pulumi up`.
     * Defaults to none, so that an update is reported, too.
     */
    trustedUserNames?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** Users who rightly read Secrets of the protected namespaces, such as the ingress controller. Defaults to none. */
    secretReaderNames?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /**
     * Address of the receiving Service, within the cluster's range for Services. A fixed one outlives the Service: what
     * the API server is told stays right. Defaults to one that the cluster chooses.
     */
    serviceAddress?: pulumi.Input<string> | undefined;
    /** Addresses that events come from, as pods see them. Defaults to those of the API server. Plain by presence. */
    sourceCidrs?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** The plugin to download: name and exact version, or a full OCI reference. Defaults to `k8saudit:0.16.0`. */
    pluginArtifact?: pulumi.Input<string> | undefined;
    /**
     * Further files of rules for audit events by name. One that changes a macro of Bulwark's sorts behind
     * `bulwark-audit-rules.yaml`.
     */
    customRules?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/** Checked arguments. */
export type CheckedAudit = ReturnType<typeof checkKubernetesAudit>;

/** Checks the arguments for a component that takes them as `kubernetesAudit`. */
export function checkKubernetesAudit(validation: Validation, args: KubernetesAuditArgs) {
    const path = "kubernetesAudit";
    const users = (member: "trustedUserNames" | "secretReaderNames") =>
        validation.list(`${path}.${member}`, args[member] ?? [], ruleUserFault);
    if (args.sourceCidrs !== undefined) {
        validation.value(`${path}.sourceCidrs`, args.sourceCidrs, emptyListFault);
    }
    return {
        trustedUserNames: users("trustedUserNames"),
        secretReaderNames: users("secretReaderNames"),
        serviceAddress: validation.optional(`${path}.serviceAddress`, args.serviceAddress, addressFault),
        sourceCidrs: args.sourceCidrs && validation.list(`${path}.sourceCidrs`, args.sourceCidrs, cidrFault),
        pluginArtifact: args.pluginArtifact ?? DEFAULTS.threatDetection.auditPluginArtifact,
        customRules: validation.value(
            `${path}.customRules`,
            (args.customRules ?? {}) as pulumi.Input<Record<string, string>>,
            rulesFileNamesFault,
        ),
    };
}

/** What the audit source shares with the Falco beside it. */
export interface AuditSourceParts {
    checked: CheckedAudit;
    namespaceName: pulumi.Output<string>;
    /** Name of the other release. */
    releaseName: pulumi.Output<string>;
    chart: ChartSourceArgs | undefined;
    apiServer: ApiServerArgs | undefined;
    /** Where plugins are downloaded from. */
    artifactSource: FlowPeerArgs;
    /** Whether there is a falcosidekick to take alerts. */
    hasSidekick: boolean;
    values: pulumi.Input<Pick<AuditValuesInput, "image" | "falcoctlImage" | "resources" | "labels">>;
    protectedNamespaceNames: pulumi.Output<AuditRulesInput["protectedNamespaceNames"]>;
    labels: Labels | undefined;
    /** What must be there before. */
    dependsOn: pulumi.Resource[];
}

/**
 * Makes the release, its Service, its certificate and its flows.
 *
 * @returns what the API server is told about it
 */
export function auditSource(
    name: string,
    parts: AuditSourceParts,
    opts: pulumi.ComponentResourceOptions,
): pulumi.Output<string> {
    const { checked, namespaceName } = parts;
    const releaseName = parts.releaseName.apply(auditReleaseName);
    const podLabels = releaseName.apply(falcoPodLabels);
    const serviceName = pulumi.interpolate`${releaseName}-webhook`;
    const serverName = pulumi.interpolate`${serviceName}.${namespaceName}.svc`;
    const labels = standardLabels({ name: "falco", instance: releaseName, component: "monitoring" }, parts.labels);

    const service = new k8s.core.v1.Service(
        `${name}-webhook`,
        {
            metadata: { name: serviceName, namespace: namespaceName, labels },
            spec: {
                type: "ClusterIP",
                clusterIP: checked.serviceAddress as pulumi.Output<string>,
                selector: podLabels,
                ports: [{ name: "https", port: AUDIT_PORT, targetPort: AUDIT_PORT }],
            },
        },
        // Pulumi waits for the pods behind it, so nothing that makes them may wait for the Service.
        opts,
    );
    const certificate = serverCertificate(
        name,
        { commonName: serviceName, dnsNames: pulumi.all([serverName]), ipAddresses: [] },
        opts,
    );
    const secret = new k8s.core.v1.Secret(
        `${name}-certificate`,
        {
            metadata: { name: pulumi.interpolate`${releaseName}-certificate`, namespace: namespaceName, labels },
            stringData: {
                [AUDIT_CERTIFICATE_FILE]: pulumi.interpolate`${certificate.privateKey}${certificate.certificate}`,
            },
        },
        opts,
    );
    hardenedRelease(
        `${name}-release`,
        {
            releaseName,
            namespace: namespaceName,
            source: chartSource(parts.chart, DEFAULTS.threatDetection.chart),
            values: pulumi
                .output({
                    ...checked,
                    protectedNamespaceNames: parts.protectedNamespaceNames,
                    certificateSecretName: secret.metadata.name,
                    certificateFingerprint: certificate.certificate.apply((pem) => fingerprint(pem, 16)),
                    sidekickReleaseName: parts.hasSidekick ? parts.releaseName : undefined,
                    shared: parts.values,
                })
                .apply(({ shared, ...own }) => falcoAuditValues({ ...own, ...shared })),
        },
        { ...opts, dependsOn: [...parts.dependsOn, ...flows(name, parts, { namespaceName, podLabels }, opts)] },
    );
    return pulumi
        .all([service.spec.clusterIP, serverName, certificate.caCertificate])
        .apply(([address, server, caCertificate]) =>
            auditWebhookConfig({ address, serverName: server, caCertificate }),
        );
}

/** Events come in from the API server alone; the plugin is downloaded, alerts go to the one falcosidekick. */
function flows(
    name: string,
    parts: AuditSourceParts,
    falco: FlowPeerArgs,
    opts: pulumi.ComponentResourceOptions,
): AllowedFlow[] {
    const { namespaceName, checked, labels } = parts;
    const flow = (suffix: string, from: FlowPeerArgs, to: FlowPeerArgs, port: number) =>
        new AllowedFlow(`${name}-${suffix}`, { from, to, ports: [{ port }], labels }, opts);
    const cidrs = checked.sourceCidrs ?? apiServerEndpoint(`${name}-api-server`, parts.apiServer, opts).cidrs;
    const sidekick = { namespaceName, podLabels: parts.releaseName.apply(sidekickPodLabels) };
    return [
        flow("events", { cidrs }, falco, AUDIT_PORT),
        flow("plugin", falco, parts.artifactSource, 443),
        ...(parts.hasSidekick ? [flow("to-sidekick", falco, sidekick, SIDEKICK_PORT)] : []),
    ];
}
