/** The rules that guardrails enforce, as one table. Pure; no Pulumi import. */

/** Name of a rule. */
export const GuardrailRule = {
    /** Containers can't write to their image's file system. */
    ReadOnlyRootFilesystem: "read-only-root-filesystem",
    /** Containers run as an ordinary user. */
    RunAsNonRoot: "run-as-non-root",
    /** Processes never gain privileges that their parent hasn't. */
    NoPrivilegeEscalation: "no-privilege-escalation",
    /** Containers give up every capability. */
    DropAllCapabilities: "drop-all-capabilities",
    /** Pods keep out of the node's network, processes and IPC. */
    NoHostNamespaces: "no-host-namespaces",
    /** Pods mount nothing of the node's file system. */
    NoHostPaths: "no-host-paths",
    /** Containers take no port of the node. */
    NoHostPorts: "no-host-ports",
    /** Services are reached from inside the cluster only, but for those of the ingress controller. */
    NoExposedServices: "no-exposed-services",
    /** Images come from registries on a list. */
    AllowedRegistries: "allowed-registries",
    /** Images have a digest or a version. */
    ImmutableImages: "immutable-images",
} as const;
export type GuardrailRule = (typeof GuardrailRule)[keyof typeof GuardrailRule];

/** What a rule looks at; in its expression the thing is called `it`. */
export type GuardrailSubject = "container" | "image" | "volume" | "pod" | "service";

/** A rule. */
export interface GuardrailRuleText {
    title: string;
    /** What an attacker gains where the rule is broken. */
    gain: string;
    subject: GuardrailSubject;
    /** CEL that is true for what is sound. `variables.pod` is the pod's spec; the parameters are variables as well. */
    safe: string;
    /** What is asked for, after the name of what breaks the rule: the field, and how to do without. */
    must: string;
}

/** A port of another registry on the same host is another registry: a host allows only what lies below it. */
const ALLOWED_IMAGE = [
    `(!it.contains("/") ? "docker.io/library/" + it`,
    `: it.split("/")[0].matches("[.:]|^localhost$") ? it`,
    `: "docker.io/" + it)`,
].join(" ");

/** Every rule. Their names and words are shown to users, in refusals and in the documentation. */
export const GUARDRAILS: Record<GuardrailRule, GuardrailRuleText> = {
    "read-only-root-filesystem": {
        title: "Read-only root file system",
        gain: "writes tools into the container, or replaces the program that runs there",
        subject: "container",
        safe: "it.?securityContext.?readOnlyRootFilesystem.orValue(false)",
        must: "must set securityContext.readOnlyRootFilesystem: true; mount an emptyDir where the program writes",
    },
    "run-as-non-root": {
        title: "No root user",
        gain: "is root, one kernel flaw away from the node",
        subject: "container",
        safe: [
            "it.?securityContext.?runAsNonRoot.or(variables.pod.?securityContext.?runAsNonRoot).orValue(false)",
            "it.?securityContext.?runAsUser.or(variables.pod.?securityContext.?runAsUser).orValue(1) != 0",
        ].join(" && "),
        must: "must set securityContext.runAsNonRoot: true and no runAsUser: 0, on the container or the pod; write for example runAsUser: 1001",
    },
    "no-privilege-escalation": {
        title: "No privilege escalation",
        gain: "becomes root through a setuid program, or owns the node from a privileged container",
        subject: "container",
        safe: [
            "!it.?securityContext.?allowPrivilegeEscalation.orValue(true)",
            "!it.?securityContext.?privileged.orValue(false)",
        ].join(" && "),
        must: "must set securityContext.allowPrivilegeEscalation: false and not privileged: true",
    },
    "drop-all-capabilities": {
        title: "No capabilities",
        gain: "keeps pieces of root, such as raw sockets that forge packets",
        subject: "container",
        safe: [
            `it.?securityContext.?capabilities.?drop.orValue([]).exists(name, name == "ALL")`,
            `it.?securityContext.?capabilities.?add.orValue([]).all(name, name == "NET_BIND_SERVICE")`,
        ].join(" && "),
        must: 'must set securityContext.capabilities.drop: ["ALL"] and add none but NET_BIND_SERVICE; listen on a port from 1024 to do without',
    },
    "no-host-namespaces": {
        title: "No namespaces of the node",
        gain: "reads the node's traffic past every NetworkPolicy, or reaches into its processes",
        subject: "pod",
        safe: ["hostNetwork", "hostPID", "hostIPC"].map((field) => `!it.?${field}.orValue(false)`).join(" && "),
        must: "must leave hostNetwork, hostPID and hostIPC out, or false; reach it through a Service",
    },
    "no-host-paths": {
        title: "No files of the node",
        gain: "reads the node's keys and the Secrets of its other pods, or writes a program that the node runs",
        subject: "volume",
        safe: "!has(it.hostPath)",
        must: "must not be a hostPath; use an emptyDir, a persistentVolumeClaim, a configMap or a secret",
    },
    "no-host-ports": {
        title: "No ports of the node",
        gain: "is reached at the node's address, past Services and ingress controller",
        subject: "container",
        safe: "it.?ports.orValue([]).all(port, port.?hostPort.orValue(0) == 0)",
        must: "must leave ports[].hostPort out; reach it through a Service",
    },
    "no-exposed-services": {
        title: "No Services outside the cluster",
        gain: "opens a way in past the ingress controller, its TLS and its limits, or takes over an address with externalIPs",
        subject: "service",
        safe: [
            `(!(it.?type.orValue("ClusterIP") in ["NodePort", "LoadBalancer"]) || request.namespace in variables.allowed)`,
            "it.?externalIPs.orValue([]).size() == 0",
        ].join(" && "),
        must: "must have spec.type: ClusterIP and no spec.externalIPs; put an Ingress before it",
    },
    "allowed-registries": {
        title: "Images of known registries",
        gain: "runs an image of his own",
        subject: "image",
        safe: `variables.allowed.exists(prefix, (${ALLOWED_IMAGE} + ":").startsWith(prefix))`,
        must: "must come from an allowed registry; push it there and change the image field",
    },
    "immutable-images": {
        title: "Images that stay what they are",
        gain: "replaces the image behind a tag, and the next pod runs it",
        subject: "image",
        safe: [
            `it.matches("@sha256:[0-9a-f]{64}$")`,
            `(it.matches(":[A-Za-z0-9_][A-Za-z0-9._-]*$") && !it.endsWith(":latest"))`,
        ].join(" || "),
        must: "must name a version or a digest, not latest; write for example :1.4.2@sha256:… behind the image's name",
    },
};
