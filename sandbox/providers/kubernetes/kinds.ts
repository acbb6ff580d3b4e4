/** The Kubernetes object types that the program uses, and what has to be known about each. Pure. */

export interface Kind {
    /** Type token of the Pulumi resource. */
    token: string;
    apiVersion: string;
    kind: string;
    /** Name of the collection in the API's paths. */
    plural: string;
    namespaced: boolean;
    /** Applies some fields to an object that others own. */
    patch: boolean;
    /** Can only be read (`.get`). */
    readOnly: boolean;
    /** Fields that can't be changed on the existing object. */
    replaceOn: string[];
}

interface Traits {
    plural?: string;
    clusterWide?: boolean;
    patch?: boolean;
    readOnly?: boolean;
    replaceOn?: string[];
}

const CLAIM_FIELDS = ["accessModes", "selector", "storageClassName", "volumeName"].map((name) => `spec.${name}`);
const JOB_FIELDS = ["completions", "parallelism", "selector", "template"].map((name) => `spec.${name}`);

/** By group and version, as in the type token. What replaces an object is what the real provider replaces it for. */
const TYPES: Record<string, Record<string, Traits>> = {
    "core/v1": {
        Namespace: { clusterWide: true },
        ResourceQuota: { replaceOn: ["spec.scopes"] },
        LimitRange: {},
        ServiceAccount: {},
        ServiceAccountPatch: { plural: "serviceaccounts", patch: true },
        Service: { replaceOn: ["spec.clusterIP"] },
        Secret: { replaceOn: ["type"] },
        ConfigMap: {},
        PersistentVolumeClaim: { replaceOn: CLAIM_FIELDS },
    },
    "apps/v1": { Deployment: { replaceOn: ["spec.selector"] } },
    "batch/v1": { Job: { replaceOn: JOB_FIELDS }, CronJob: {} },
    "policy/v1": { PodDisruptionBudget: {} },
    "networking.k8s.io/v1": {
        NetworkPolicy: { plural: "networkpolicies" },
        Ingress: { plural: "ingresses" },
    },
    "rbac.authorization.k8s.io/v1": {
        Role: {},
        RoleBinding: { replaceOn: ["roleRef"] },
        ClusterRole: { clusterWide: true },
        ClusterRoleBinding: { clusterWide: true, replaceOn: ["roleRef"] },
    },
    "admissionregistration.k8s.io/v1": {
        ValidatingAdmissionPolicy: { plural: "validatingadmissionpolicies", clusterWide: true },
        ValidatingAdmissionPolicyBinding: { clusterWide: true },
    },
    "monitoring.coreos.com/v1": { PodMonitor: {}, PrometheusRule: {} },
    "discovery.k8s.io/v1": { EndpointSlice: { readOnly: true } },
};

export const KINDS: readonly Kind[] = Object.entries(TYPES).flatMap(([groupVersion, types]) =>
    Object.entries(types).map(([name, traits]) => ({
        token: `kubernetes:${groupVersion}:${name}`,
        apiVersion: groupVersion.replace(/^core\//, ""),
        kind: name.replace(/Patch$/, ""),
        plural: traits.plural ?? `${name.toLowerCase()}s`,
        namespaced: !traits.clusterWide,
        patch: traits.patch ?? false,
        readOnly: traits.readOnly ?? false,
        replaceOn: traits.replaceOn ?? [],
    })),
);

/** Where the API server keeps an object, or with no name a collection. */
export function objectPath(
    kind: Pick<Kind, "apiVersion" | "plural" | "namespaced">,
    namespace: string,
    name?: string,
): string {
    const root = kind.apiVersion.includes("/") ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
    const scope = kind.namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : "";
    return `${root}${scope}/${kind.plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
}

/** The identifier of a resource in Pulumi's state: `namespace/name`, or the name alone. */
export function objectId(kind: Kind, namespace: string, name: string): string {
    return kind.namespaced ? `${namespace}/${name}` : name;
}

export function parseId(kind: Kind, id: string, defaultNamespace: string): { namespace: string; name: string } {
    const slash = id.indexOf("/");
    const namespace = slash < 0 ? defaultNamespace : id.slice(0, slash);
    return { namespace: kind.namespaced ? namespace : "", name: id.slice(slash + 1) };
}
