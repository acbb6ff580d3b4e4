/** Settings of the cluster layer. Pure; no Pulumi import. */
import { GuardrailRule } from "../components/cluster/guardrail-rules";
import { DEFAULTS } from "../components/defaults";
import { orderedFaults } from "./common";
import {
    field,
    group,
    groupList,
    list,
    map,
    optional,
    optionalGroup,
    optionalList,
    optionalMap,
    required,
    requiredList,
} from "./field";
import * as kinds from "./kinds";
import { at, type Rule } from "./reader";
import { code } from "./show";

const defaults = DEFAULTS.cluster;

export const labels = map(kinds.userLabelKey, kinds.labelValue, "Labels for every object", {});

export const cluster = group({
    podSecurityVersion: field(
        kinds.podSecurityVersion,
        "Version of the Pod Security Standards that every namespace pins",
        defaults.podSecurityVersion,
    ),
    requireImmutableImages: field(
        kinds.flag,
        "Refuse images that may change behind their name: without a tag, or with the tag `latest`",
        false,
    ),
    dns: group({
        namespaceName: field(kinds.dnsLabel, "Namespace of the cluster's DNS", defaults.dns.namespaceName),
        podLabels: map(kinds.labelKey, kinds.labelValue, "Labels of the DNS pods", defaults.dns.podLabels),
        cidrs: list(
            kinds.cidr,
            "Further addresses that answer DNS, such as `169.254.20.10/32` for NodeLocal DNSCache",
            defaults.dns.cidrs,
        ),
    }),
    apiServer: group({
        cidrs: optionalList(
            kinds.cidr,
            "Addresses of the API server",
            "read from the EndpointSlice `default/kubernetes`",
        ),
        port: optional(
            kinds.port,
            "Port of the API server at these addresses",
            "read from the EndpointSlice `default/kubernetes`",
        ),
    }),
    guardrails: group({
        install: field(
            kinds.flag,
            "Install the guardrails, once for each cluster: what the API server refuses from everybody",
            true,
        ),
        action: field(
            kinds.oneOf("enforce", "warn", "audit"),
            "What happens to an object that breaks a rule",
            DEFAULTS.guardrails.action as "enforce" | "warn" | "audit",
        ),
        namePrefix: field(
            kinds.dnsLabel,
            "Begin of the policies' names; another stack on the same cluster needs another",
            DEFAULTS.guardrails.namePrefix,
        ),
        allowedRegistries: optionalList(
            kinds.imageSource,
            "Registries, or paths in them, that images of ruled namespaces may come from",
            "all",
        ),
        exemptions: groupList({
            namespaceName: required(kinds.dnsLabel, "Namespace of pods that can't keep some rules"),
            ruleNames: requiredList(kinds.oneOf(...Object.values(GuardrailRule)), "Rules that don't hold for them"),
            podLabels: optionalMap(
                kinds.labelKey,
                kinds.labelValue,
                "Labels of these pods",
                "everything in the namespace",
            ),
            reason: required(kinds.exemptionReason, "Why they can't, in a sentence; it stands in the policy"),
        }),
    }),
    operators: group({
        install: field(kinds.flag, "Make a read-only identity for operators", true),
        namespaceName: field(kinds.dnsLabel, "Namespace of that identity", DEFAULTS.operators.namespaceName),
        accountName: field(kinds.dnsLabel, "ServiceAccount of that identity", DEFAULTS.operators.accountName),
        furtherResources: groupList({
            apiGroup: required(
                kinds.apiGroup,
                "API group of resources that operators read too, such as `cert-manager.io`",
            ),
            resources: requiredList(kinds.readableResource, "These resources by their plural, such as `certificates`"),
        }),
        apiServerUrl: optional(
            kinds.serverUrl,
            "Address of the API server in the operators' kubeconfig",
            "the first that the cluster tells",
        ),
        token: optionalGroup({
            lifetime: optional(
                kinds.tokenLifetime,
                "How long a token in that kubeconfig is good; each update asks for a new one",
                code(DEFAULTS.operators.tokenLifetime),
            ),
            kubeconfig: optional(
                kinds.filePath,
                "Path of the kubeconfig with which it is asked for",
                "`KUBECONFIG`, or the one in the home folder",
            ),
            context: optional(kinds.someText, "Context within that kubeconfig", "its current one"),
        }),
        bastion: optionalGroup({
            image: required(kinds.immutableImage, "Image of a pod to work from instead of SSH"),
            userGroups: optionalList(
                kinds.someText,
                "Groups of users who may open a shell in that pod",
                "none but cluster administrators",
            ),
            allowDatabase: field(kinds.flag, "Let that pod reach the database, as the role that can only read", false),
        }),
    }),
    quota: group({
        pods: field(kinds.count(1, 10_000), "Pods in the application's namespace", defaults.quota.pods),
        services: field(kinds.count(1, 10_000), "Services in the application's namespace", defaults.quota.services),
        cpuRequests: field(kinds.quantity, "CPU that its pods may reserve together", defaults.quota.cpuRequests),
        memoryRequests: field(kinds.bytes, "Memory that its pods may reserve together", defaults.quota.memoryRequests),
        memoryLimits: field(kinds.bytes, "Sum of its pods' memory limits", defaults.quota.memoryLimits),
        ephemeralStorageRequests: field(
            kinds.bytes,
            "Disk space outside volumes that its pods may reserve together",
            defaults.quota.ephemeralStorageRequests,
        ),
    }),
    containerLimits: group({
        cpuRequest: field(
            kinds.quantity,
            "CPU reserved for a container that asks for none",
            defaults.containerLimits.cpuRequest,
        ),
        memoryRequest: field(
            kinds.bytes,
            "Memory reserved for a container that asks for none",
            defaults.containerLimits.memoryRequest,
        ),
        memoryLimit: field(
            kinds.bytes,
            "Memory limit of a container that has none",
            defaults.containerLimits.memoryLimit,
        ),
        ephemeralStorageRequest: field(
            kinds.bytes,
            "Disk space reserved for a container that asks for none",
            defaults.containerLimits.ephemeralStorageRequest,
        ),
        ephemeralStorageLimit: field(
            kinds.bytes,
            "Disk space limit of a container that has none",
            defaults.containerLimits.ephemeralStorageLimit,
        ),
    }),
});

export const clusterRules: Rule = function* (read) {
    if (read.isEmpty("cluster.dns.podLabels")) {
        yield at(
            "cluster.dns.podLabels",
            "must hold at least one label, is {}; none would select every pod of the namespace",
        );
    }
    yield* orderedFaults(read, "cluster.quota.memoryRequests", "cluster.quota.memoryLimits");
    yield* orderedFaults(read, "cluster.containerLimits.memoryRequest", "cluster.containerLimits.memoryLimit");
    yield* orderedFaults(
        read,
        "cluster.containerLimits.ephemeralStorageRequest",
        "cluster.containerLimits.ephemeralStorageLimit",
    );
};
