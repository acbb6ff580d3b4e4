/** Objects for the guardrails: one that keeps every rule, in each kind, and ways to break one rule of it. */
import { GuardrailRule } from "../../../components/cluster/guardrail-rules";

export type Fields = Record<string, unknown>;

/** A Kubernetes object. */
export interface KubernetesObject {
    apiVersion: string;
    kind: string;
    metadata: { name: string; namespace?: string; labels?: Record<string, string> };
    [field: string]: unknown;
}

/** An object that breaks exactly one rule. */
export interface BadObject {
    rule: GuardrailRule;
    what: string;
    object: KubernetesObject;
}

export const REGISTRIES = ["registry.bulwark.local", "ghcr.io/example"];
export const SERVICE_ACCOUNT = "guarded";
const IMAGE = "registry.bulwark.local/app:1.0.0";
const DIGEST = `sha256:${"0".repeat(64)}`;
const SOUND = {
    runAsNonRoot: true,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
};

/** A container that keeps every rule, but for what is given. */
export function container(changes: Fields = {}, security: Fields = {}): Fields {
    return { name: "c", image: IMAGE, securityContext: { ...SOUND, ...security }, ...changes };
}

/** A pod's spec. */
export function podSpec(changes: Fields = {}): Fields {
    return { serviceAccountName: SERVICE_ACCOUNT, containers: [container()], ...changes };
}

const labels = { app: "guarded" };
const selector = { matchLabels: labels };

/** A pod of a spec, and every kind of object that makes pods of it. */
export const KINDS: Record<string, (spec: Fields) => KubernetesObject> = {
    Pod: (spec) => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "o", labels }, spec }),
    ReplicationController: (spec) => owner("v1", "ReplicationController", { selector: labels, ...template(spec) }),
    Deployment: (spec) => owner("apps/v1", "Deployment", { selector, ...template(spec) }),
    ReplicaSet: (spec) => owner("apps/v1", "ReplicaSet", { selector, ...template(spec) }),
    StatefulSet: (spec) => owner("apps/v1", "StatefulSet", { serviceName: "o", selector, ...template(spec) }),
    DaemonSet: (spec) => owner("apps/v1", "DaemonSet", { selector, ...template(spec) }),
    Job: (spec) => owner("batch/v1", "Job", template({ ...spec, restartPolicy: "Never" })),
    CronJob: (spec) =>
        owner("batch/v1", "CronJob", {
            schedule: "0 0 * * *",
            jobTemplate: { spec: template({ ...spec, restartPolicy: "Never" }) },
        }),
};

function owner(apiVersion: string, kind: string, spec: Fields): KubernetesObject {
    return { apiVersion, kind, metadata: { name: "o" }, spec };
}

function template(spec: Fields): Fields {
    return { template: { metadata: { labels }, spec } };
}

export function service(spec: Fields): KubernetesObject {
    return owner("v1", "Service", { selector: labels, ports: [{ port: 80 }], ...spec });
}

/** Ways in which a container breaks a rule. */
export const BAD_CONTAINERS: { rule: GuardrailRule; what: string; bad: Fields }[] = [
    bad(GuardrailRule.ReadOnlyRootFilesystem, "a writable root", {}, { readOnlyRootFilesystem: false }),
    bad(GuardrailRule.ReadOnlyRootFilesystem, "no word on the root", {}, { readOnlyRootFilesystem: undefined }),
    bad(GuardrailRule.RunAsNonRoot, "runAsNonRoot: false", {}, { runAsNonRoot: false }),
    bad(GuardrailRule.RunAsNonRoot, "no word on the user", {}, { runAsNonRoot: undefined }),
    bad(GuardrailRule.RunAsNonRoot, "user 0", {}, { runAsUser: 0 }),
    bad(GuardrailRule.NoPrivilegeEscalation, "escalation", {}, { allowPrivilegeEscalation: true }),
    bad(GuardrailRule.NoPrivilegeEscalation, "no word on it", {}, { allowPrivilegeEscalation: undefined }),
    bad(
        GuardrailRule.NoPrivilegeEscalation,
        "privileged",
        {},
        { allowPrivilegeEscalation: undefined, privileged: true },
    ),
    bad(GuardrailRule.DropAllCapabilities, "no word on capabilities", {}, { capabilities: undefined }),
    bad(GuardrailRule.DropAllCapabilities, "some dropped", {}, { capabilities: { drop: ["NET_RAW"] } }),
    bad(GuardrailRule.DropAllCapabilities, "one added", {}, { capabilities: { drop: ["ALL"], add: ["NET_RAW"] } }),
    bad(GuardrailRule.AllowedRegistries, "Docker Hub, unsaid", { image: "example/app:1" }),
    bad(GuardrailRule.AllowedRegistries, "its official images, unsaid", { image: "nginx:1.29" }),
    bad(GuardrailRule.AllowedRegistries, "another host", { image: "quay.io/example/app:1" }),
    bad(GuardrailRule.AllowedRegistries, "a host that begins alike", { image: "registry.bulwark.local.evil.io/app:1" }),
    bad(GuardrailRule.AllowedRegistries, "another port", { image: "registry.bulwark.local:5000/app:1" }),
    bad(GuardrailRule.AllowedRegistries, "a path that begins alike", { image: "ghcr.io/example-evil/app:1" }),
    bad(GuardrailRule.AllowedRegistries, "a path above", { image: "ghcr.io/app:1" }),
    bad(GuardrailRule.ImmutableImages, "no tag", { image: "ghcr.io/example/app" }),
    bad(GuardrailRule.ImmutableImages, "latest", { image: "ghcr.io/example/app:latest" }),
];

function bad(rule: GuardrailRule, what: string, changes: Fields, security: Fields = {}) {
    return { rule, what, bad: container(changes, security) };
}

/** Ways in which a pod breaks a rule by itself. */
const BAD_PODS: { rule: GuardrailRule; what: string; changes: Fields }[] = [
    { rule: GuardrailRule.NoHostNamespaces, what: "hostNetwork", changes: { hostNetwork: true } },
    { rule: GuardrailRule.NoHostNamespaces, what: "hostPID", changes: { hostPID: true } },
    { rule: GuardrailRule.NoHostNamespaces, what: "hostIPC", changes: { hostIPC: true } },
    {
        rule: GuardrailRule.NoHostPaths,
        what: "a hostPath beside a sound volume",
        changes: {
            volumes: [
                { name: "tmp", emptyDir: {} },
                { name: "node", hostPath: { path: "/etc" } },
            ],
        },
    },
    {
        rule: GuardrailRule.NoHostPorts,
        what: "a hostPort",
        changes: { containers: [container({ ports: [{ containerPort: 8000 }, { containerPort: 80, hostPort: 80 }] })] },
    },
    {
        rule: GuardrailRule.RunAsNonRoot,
        what: "a pod for user 0",
        changes: { securityContext: { runAsUser: 0 } },
    },
    {
        rule: GuardrailRule.RunAsNonRoot,
        what: "a container that takes back what its pod says",
        changes: {
            securityContext: { runAsNonRoot: true },
            containers: [container({}, { runAsNonRoot: false })],
        },
    },
    {
        rule: GuardrailRule.AllowedRegistries,
        what: "an image as a volume",
        changes: { volumes: [{ name: "tools", image: { reference: "quay.io/evil/tools:1" } }] },
    },
];

const BAD_SERVICES = [
    { what: "a NodePort", spec: { type: "NodePort" } },
    { what: "a LoadBalancer", spec: { type: "LoadBalancer" } },
    { what: "external addresses", spec: { externalIPs: ["192.0.2.1"] } },
];

/** Every bad object: each fault as a Pod, and one of each rule in every kind and as an init container. */
export function badObjects(): BadObject[] {
    const specs = [
        ...BAD_CONTAINERS.map(({ rule, what, bad: broken }) => ({
            rule,
            what,
            spec: podSpec({ containers: [container({ name: "sound" }), broken] }),
        })),
        ...BAD_CONTAINERS.filter(isFirst).map(({ rule, what, bad: broken }) => ({
            rule,
            what: `${what}, in an init container`,
            spec: podSpec({ initContainers: [{ ...broken, name: "init" }] }),
        })),
        ...BAD_PODS.map(({ rule, what, changes }) => ({ rule, what, spec: podSpec(changes) })),
    ];
    return [
        ...specs.map(({ rule, what, spec }) => ({ rule, what: `a Pod with ${what}`, object: pod(spec) })),
        ...specs.filter(isFirst).flatMap(({ rule, what, spec }) =>
            Object.entries(KINDS)
                .filter(([kind]) => kind !== "Pod")
                .map(([kind, make]) => ({ rule, what: `a ${kind} with ${what}`, object: make(spec) })),
        ),
        ...BAD_SERVICES.map(({ what, spec }) => ({
            rule: GuardrailRule.NoExposedServices,
            what: `a Service with ${what}`,
            object: service(spec),
        })),
    ];
}

/** Sound objects, some of them close to a fault. */
export function goodObjects(): { what: string; object: KubernetesObject }[] {
    const good = (what: string, changes: Fields) => ({ what: `a Pod with ${what}`, object: pod(podSpec(changes)) });
    return [
        ...Object.entries(KINDS).map(([kind, make]) => ({ what: `a sound ${kind}`, object: make(podSpec()) })),
        good("runAsNonRoot said by the pod alone", {
            securityContext: { runAsNonRoot: true },
            containers: [container({}, { runAsNonRoot: undefined })],
        }),
        good("a container that gives up its pod's root", {
            securityContext: { runAsUser: 0 },
            containers: [container({}, { runAsUser: 1001 })],
        }),
        good("NET_BIND_SERVICE", {
            containers: [container({}, { capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } })],
        }),
        good("a port of its own", { containers: [container({ ports: [{ containerPort: 8000 }] })] }),
        good("a digest", { containers: [container({ image: `ghcr.io/example/app@${DIGEST}` })] }),
        good("latest and a digest", { containers: [container({ image: `ghcr.io/example/app:latest@${DIGEST}` })] }),
        good("an allowed image as a volume", {
            volumes: [{ name: "tools", image: { reference: "ghcr.io/example/tools:1" } }],
        }),
        good("volumes that aren't the node's", {
            volumes: [
                { name: "a", emptyDir: {} },
                { name: "b", secret: { secretName: "s" } },
                { name: "c", configMap: { name: "m" } },
            ],
        }),
        { what: "a Service inside the cluster", object: service({}) },
        { what: "a headless Service", object: service({ clusterIP: "None" }) },
    ];
}

/** The pod of Falco's chart, in short. */
export function falcoLike(podLabels: Record<string, string>): KubernetesObject {
    const spec = podSpec({
        containers: [{ name: "falco", image: "ghcr.io/example/falco:1", securityContext: { privileged: true } }],
        volumes: [{ name: "proc", hostPath: { path: "/proc" } }],
    });
    return { ...pod(spec), metadata: { name: "falco", labels: podLabels } };
}

function pod(spec: Fields): KubernetesObject {
    return { apiVersion: "v1", kind: "Pod", metadata: { name: "o", labels }, spec };
}

function isFirst<T extends { rule: string }>(each: T, index: number, all: T[]): boolean {
    return all.findIndex(({ rule }) => rule === each.rule) === index;
}
