/** What operators may read, and for how long. Pure; no Pulumi import. */
import { durationFault, parseDuration } from "../duration";

/** A rule of a ClusterRole. */
export interface PolicyRule {
    apiGroups: string[];
    resources: string[];
    verbs: string[];
}

/** Resources of one API group. */
export interface ReadableResources {
    apiGroup: string;
    resources: string[];
}

const VERBS = ["get", "list", "watch"];

/**
 * Stated one by one instead of aggregated from `view`: whatever is installed later adds its rules to `view` by a label, and
 * this role would grow without anybody's decision. No Secrets, and no subresource but the logs: `exec`, `attach`,
 * `portforward`, `proxy`, `ephemeralcontainers` and `token` are all ways to act, some of them by `get` alone.
 */
const READABLE: ReadableResources[] = [
    {
        apiGroup: "",
        resources: [
            "configmaps",
            "endpoints",
            "events",
            "limitranges",
            "namespaces",
            "nodes",
            "persistentvolumeclaims",
            "persistentvolumes",
            "pods",
            "pods/log",
            "replicationcontrollers",
            "resourcequotas",
            "serviceaccounts",
            "services",
        ],
    },
    {
        apiGroup: "admissionregistration.k8s.io",
        resources: [
            "mutatingwebhookconfigurations",
            "validatingadmissionpolicies",
            "validatingadmissionpolicybindings",
            "validatingwebhookconfigurations",
        ],
    },
    { apiGroup: "apiextensions.k8s.io", resources: ["customresourcedefinitions"] },
    { apiGroup: "apiregistration.k8s.io", resources: ["apiservices"] },
    {
        apiGroup: "apps",
        resources: ["controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"],
    },
    { apiGroup: "autoscaling", resources: ["horizontalpodautoscalers"] },
    { apiGroup: "batch", resources: ["cronjobs", "jobs"] },
    { apiGroup: "coordination.k8s.io", resources: ["leases"] },
    { apiGroup: "discovery.k8s.io", resources: ["endpointslices"] },
    { apiGroup: "events.k8s.io", resources: ["events"] },
    { apiGroup: "metrics.k8s.io", resources: ["nodes", "pods"] },
    { apiGroup: "networking.k8s.io", resources: ["ingressclasses", "ingresses", "networkpolicies"] },
    { apiGroup: "policy", resources: ["poddisruptionbudgets"] },
    {
        apiGroup: "rbac.authorization.k8s.io",
        resources: ["clusterrolebindings", "clusterroles", "rolebindings", "roles"],
    },
    { apiGroup: "scheduling.k8s.io", resources: ["priorityclasses"] },
    { apiGroup: "storage.k8s.io", resources: ["csidrivers", "csinodes", "storageclasses", "volumeattachments"] },
];

/** The rules of the operators' ClusterRole. */
export function operatorRules(further: ReadableResources[]): PolicyRule[] {
    return [...READABLE, ...further].map(({ apiGroup, resources }) => ({
        apiGroups: [apiGroup],
        resources,
        verbs: VERBS,
    }));
}

/** The rules for a session in the bastion, within its namespace: see its pod and run a command there. */
export function sessionRules(): PolicyRule[] {
    return [
        { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
        // Depending on its version and transport, kubectl asks for either.
        { apiGroups: [""], resources: ["pods/exec"], verbs: ["create", "get"] },
    ];
}

/** What is wrong with a further resource, or undefined. */
export function readableFault(resource: string): string | undefined {
    if (typeof resource !== "string" || !/^[a-z0-9]+$/.test(resource)) {
        return `must be the plural of a resource in lower case, without subresource or "*", is ${JSON.stringify(resource)}; write for example "certificates"`;
    }
    return resource === "secrets" ? 'must not be "secrets": operators read none' : undefined;
}

/** What is wrong with an API group of further resources, or undefined. */
export function apiGroupFault(group: string): string | undefined {
    return typeof group === "string" && /^([a-z0-9-]+(\.[a-z0-9-]+)*)?$/.test(group)
        ? undefined
        : `must be the name of an API group, is ${JSON.stringify(group)}; write for example "cert-manager.io"`;
}

/** What is wrong with the lifetime of a token, or undefined. */
export function lifetimeFault(text: string): string | undefined {
    const fault = durationFault(text);
    if (fault) {
        return fault;
    }
    const minutes = parseDuration(text) / 60_000;
    return minutes < 10 || minutes > 24 * 60
        ? `must be from 10min, the API server's least, to 24h, is ${JSON.stringify(text)}; write for example "1h"`
        : undefined;
}
