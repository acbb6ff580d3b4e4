import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../child-options";
import { oneOf } from "../choices";
import { cidrFault } from "../cidr";
import { DEFAULTS } from "../defaults";
import { checkLabels, standardLabels } from "../labels";
import { dnsLabelFault } from "../names";
import { wholeNumber } from "../numbers";
import { bytesFault, quantityFault } from "../quantity";
import { validationOf } from "../structure";
import { withDefaults } from "../with-defaults";
import { type ContainerLimits, containerLimits, containerLimitsFault, quotaHard } from "./namespace-limits";
import { allowDns, defaultDeny, podLabelsFault } from "./network-policy";
import { PodSecurityLevel, podSecurityLabels, podSecurityVersionFault } from "./pod-security";

export { PodSecurityLevel };

/** Where DNS is found in the cluster. */
export interface DnsArgs {
    /** Namespace of the DNS pods. Defaults to `kube-system`. */
    namespaceName?: pulumi.Input<string> | undefined;
    /** Labels of the DNS pods. Defaults to `k8s-app: kube-dns`. */
    podLabels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
    /** Further addresses that answer DNS, such as `169.254.20.10/32` for NodeLocal DNSCache. Defaults to none. */
    cidrs?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** What the objects of a namespace may use together. */
export interface NamespaceQuotaArgs {
    /** Pods that are not finished. Defaults to 50. */
    pods?: pulumi.Input<number> | undefined;
    /** Services. Defaults to 20. */
    services?: pulumi.Input<number> | undefined;
    /** Services of type LoadBalancer. Their ports count as node ports too, unless allocation is off. Defaults to 0. */
    loadBalancers?: pulumi.Input<number> | undefined;
    /** Node ports. Defaults to 0. */
    nodePorts?: pulumi.Input<number> | undefined;
    /** CPU that pods may reserve. Defaults to `8`. */
    cpuRequests?: pulumi.Input<string> | undefined;
    /** Memory that pods may reserve. Defaults to `16Gi`. */
    memoryRequests?: pulumi.Input<string> | undefined;
    /** Sum of memory limits. Defaults to `32Gi`. */
    memoryLimits?: pulumi.Input<string> | undefined;
    /** Disk space outside volumes that pods may reserve. Defaults to `20Gi`. */
    ephemeralStorageRequests?: pulumi.Input<string> | undefined;
}

/** What a container gets that names no resources of its own. */
export interface NamespaceLimitArgs {
    /** CPU reserved. Defaults to `50m`. */
    cpuRequest?: pulumi.Input<string> | undefined;
    /** Memory reserved. Defaults to `64Mi`. */
    memoryRequest?: pulumi.Input<string> | undefined;
    /** Memory above which the container is killed. Defaults to `256Mi`. */
    memoryLimit?: pulumi.Input<string> | undefined;
    /** Disk space outside volumes reserved. Defaults to `64Mi`. */
    ephemeralStorageRequest?: pulumi.Input<string> | undefined;
    /** Disk space outside volumes above which the pod is evicted. Defaults to `1Gi`. */
    ephemeralStorageLimit?: pulumi.Input<string> | undefined;
}

/** Arguments of SecureNamespace. */
export interface SecureNamespaceArgs {
    /** Name of the namespace. Defaults to the component's name. */
    namespaceName?: pulumi.Input<string> | undefined;
    /** Level of the Pod Security Standards that the API server enforces. Defaults to `restricted`. */
    podSecurityLevel?: pulumi.Input<PodSecurityLevel>;
    /** Version of the Pod Security Standards. Defaults to `v1.35`. */
    podSecurityVersion?: pulumi.Input<string> | undefined;
    /** What the objects of the namespace may use together. */
    quota?: NamespaceQuotaArgs | undefined;
    /** What a container gets that names no resources of its own. */
    containerLimits?: NamespaceLimitArgs | undefined;
    /** Where DNS is found in the cluster. */
    dns?: DnsArgs | undefined;
    /** Whether AdmissionGuardrails rule the namespace, by its label. Plain. Defaults to true. */
    guardrails?: boolean | undefined;
    /** Labels for every object made here. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * A namespace that denies all traffic but DNS lookups, admits only pods of a Pod Security level, limits what they use,
 * and gives the default ServiceAccount no token. Traffic is opened by AllowedFlow.
 */
export class SecureNamespace extends pulumi.ComponentResource {
    /** Name of the namespace, known only once it is isolated: what is put into it never runs in an open namespace. */
    public readonly namespaceName: pulumi.Output<string>;

    constructor(name: string, args: SecureNamespaceArgs = {}, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:SecureNamespace", name, {}, opts);
        const checked = checkSecureNamespace(name, args);
        const child = childOptions(this, opts);
        const labels = standardLabels(
            { name: "secure-namespace", instance: checked.namespaceName, component: "cluster" },
            args.labels,
        );

        const namespace = new k8s.core.v1.Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: checked.namespaceName,
                    labels: pulumi
                        .all([labels, checked.podSecurityLevel, checked.podSecurityVersion])
                        // Last, so that no label of the user's can lower the level.
                        .apply(([own, level, version]) => ({
                            ...own,
                            ...(args.guardrails === false ? {} : DEFAULTS.guardrails.namespaceLabels),
                            ...podSecurityLabels(level, version),
                        })),
                },
            },
            child,
        );
        const metadata = (objectName: string) => ({ name: objectName, namespace: namespace.metadata.name, labels });
        const isolation = [
            new k8s.networking.v1.NetworkPolicy(
                `${name}-default-deny`,
                { metadata: metadata("default-deny"), spec: defaultDeny() },
                child,
            ),
            new k8s.networking.v1.NetworkPolicy(
                `${name}-allow-dns`,
                {
                    metadata: metadata("allow-dns"),
                    spec: pulumi
                        .output(checked.dns)
                        .apply(({ cidrs, ...pods }) => allowDns(cidrs.length > 0 ? [pods, { cidrs }] : [pods])),
                },
                child,
            ),
            new k8s.core.v1.ResourceQuota(
                `${name}-quota`,
                {
                    metadata: metadata("namespace-quota"),
                    spec: { hard: pulumi.output(checked.quota).apply(quotaHard) },
                },
                child,
            ),
            new k8s.core.v1.LimitRange(
                `${name}-limits`,
                {
                    metadata: metadata("container-limits"),
                    spec: { limits: pulumi.output(checked.containerLimits).apply(containerLimits) },
                },
                child,
            ),
            new k8s.core.v1.ServiceAccountPatch(
                `${name}-default-account`,
                { metadata: metadata("default"), automountServiceAccountToken: false },
                // Kubernetes makes this account and would make it again; it goes when its namespace does.
                { ...child, deletedWith: namespace },
            ),
        ];

        // Whoever uses the name depends on the isolation: it is there before them, and goes after them.
        this.namespaceName = pulumi
            .all([checked.namespaceName, pulumi.all(isolation.map((object) => object.metadata.name))])
            .apply(([namespaceName]) => namespaceName);
        this.registerOutputs({ namespaceName: this.namespaceName });
    }
}

/** Checks all arguments; with a validation that is a part of another one, that one reports. */
export function checkSecureNamespace(
    name: string,
    args: SecureNamespaceArgs,
    validation = validationOf("SecureNamespace", name, args),
) {
    const defaults = DEFAULTS.cluster;
    const quota = withDefaults(defaults.quota, args.quota);
    const limits = withDefaults(defaults.containerLimits, args.containerLimits);
    const dns = withDefaults(defaults.dns, args.dns);
    const count = wholeNumber(0, 10_000);
    const checked = {
        namespaceName: validation.value("namespaceName", args.namespaceName ?? name, dnsLabelFault),
        podSecurityLevel: validation.value(
            "podSecurityLevel",
            args.podSecurityLevel ?? PodSecurityLevel.Restricted,
            oneOf(PodSecurityLevel),
        ),
        podSecurityVersion: validation.value(
            "podSecurityVersion",
            args.podSecurityVersion ?? defaults.podSecurityVersion,
            podSecurityVersionFault,
        ),
        quota: {
            pods: validation.value("quota.pods", quota.pods, wholeNumber(1, 10_000)),
            services: validation.value("quota.services", quota.services, count),
            loadBalancers: validation.value("quota.loadBalancers", quota.loadBalancers, count),
            nodePorts: validation.value("quota.nodePorts", quota.nodePorts, count),
            cpuRequests: validation.value("quota.cpuRequests", quota.cpuRequests, quantityFault),
            memoryRequests: validation.value("quota.memoryRequests", quota.memoryRequests, bytesFault),
            memoryLimits: validation.value("quota.memoryLimits", quota.memoryLimits, bytesFault),
            ephemeralStorageRequests: validation.value(
                "quota.ephemeralStorageRequests",
                quota.ephemeralStorageRequests,
                bytesFault,
            ),
        },
        containerLimits: {
            cpuRequest: validation.value("containerLimits.cpuRequest", limits.cpuRequest, quantityFault),
            memoryRequest: validation.value("containerLimits.memoryRequest", limits.memoryRequest, bytesFault),
            memoryLimit: validation.value("containerLimits.memoryLimit", limits.memoryLimit, bytesFault),
            ephemeralStorageRequest: validation.value(
                "containerLimits.ephemeralStorageRequest",
                limits.ephemeralStorageRequest,
                bytesFault,
            ),
            ephemeralStorageLimit: validation.value(
                "containerLimits.ephemeralStorageLimit",
                limits.ephemeralStorageLimit,
                bytesFault,
            ),
        },
        dns: {
            namespaceName: validation.value("dns.namespaceName", dns.namespaceName, dnsLabelFault),
            podLabels: validation.value(
                "dns.podLabels",
                dns.podLabels as pulumi.Input<Record<string, string>>,
                podLabelsFault,
            ),
            cidrs: validation.list("dns.cidrs", dns.cidrs, cidrFault),
        },
    };
    validation.value("containerLimits", limits as pulumi.Input<ContainerLimits>, containerLimitsFault);
    checkLabels(validation, args.labels);
    validation.done();
    return checked;
}
