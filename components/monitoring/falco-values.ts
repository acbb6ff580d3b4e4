/** Everything that Bulwark says to the Falco chart. Pure; no Pulumi import. */

import { digestlessImage } from "../chart-image";
import { chartLabels } from "../chart-labels";
import type { NamespaceQuota } from "../cluster/namespace-limits";
import type { ImageParts } from "../image";
import { parseQuantity } from "../quantity";
import type { ResourceRequirements } from "../resources";

/** Port on which falcosidekick takes alerts. */
export const SIDEKICK_PORT = 2801;

/** A container engine whose containers Falco can name. */
export const ContainerEngine = {
    /** Any engine with the Kubernetes Container Runtime Interface: containerd, CRI-O. */
    Cri: "cri",
    /** The interface of containerd itself, for containers that Kubernetes doesn't know. */
    Containerd: "containerd",
    /** Docker. */
    Docker: "docker",
    /** Podman. */
    Podman: "podman",
} as const;
export type ContainerEngine = (typeof ContainerEngine)[keyof typeof ContainerEngine];

/** A container engine and the sockets that it listens on. */
export interface EngineSockets {
    engine: string;
    sockets: string[];
}

/** What the values are made from, every value known. */
export interface FalcoValuesInput {
    image: ImageParts;
    falcoctlImage: ImageParts;
    sidekickImage: ImageParts;
    resources: ResourceRequirements;
    priorityClassName: string;
    leastPrivileged: boolean;
    containerEngines: EngineSockets[];
    /** Rules to download, or undefined for those within the image. */
    rulesArtifact?: string | undefined;
    /** Files of rules by name. */
    rules: Record<string, string>;
    /** Secret with the settings of falcosidekick, or undefined for none. */
    alertsSecretName?: string | undefined;
    labels: Record<string, string>;
}

/** Labels of Falco's pods: the ones that the chart's own selectors use, which never change. */
export function falcoPodLabels(releaseName: string): Record<string, string> {
    return { "app.kubernetes.io/name": "falco", "app.kubernetes.io/instance": releaseName };
}

/** Labels of falcosidekick's pods. */
export function sidekickPodLabels(releaseName: string): Record<string, string> {
    return {
        "app.kubernetes.io/name": "falcosidekick",
        "app.kubernetes.io/instance": releaseName,
        "app.kubernetes.io/component": "core",
    };
}

/**
 * What is wrong with the name of the release, or undefined. The chart sends alerts to a Service named after its own full
 * name, its subchart names that Service after the release's: they agree only for such names.
 */
export function falcoReleaseNameFault(releaseName: string): string | undefined {
    if (!releaseName.includes("falco") || releaseName.includes("falcosidekick")) {
        return `must contain "falco", but not "falcosidekick", is ${JSON.stringify(releaseName)}; write for example "falco"`;
    }
    if (releaseName.endsWith("-audit")) {
        return `must not end in "-audit", which is the release for audit events, is ${JSON.stringify(releaseName)}`;
    }
    return releaseName.length > 40
        ? `must have at most 40 characters, so that the names made from it stay legal, is ${JSON.stringify(releaseName)}`
        : undefined;
}

/** What is wrong with the container engines of the nodes, or undefined. */
export function enginesFault(engines: EngineSockets[]): string | undefined {
    const known = Object.values<string>(ContainerEngine);
    for (const [index, { engine, sockets }] of engines.entries()) {
        if (!known.includes(engine)) {
            return `must name engines out of ${known.join(", ")}, is ${JSON.stringify(engine)}`;
        }
        if (engines.findIndex((other) => other.engine === engine) !== index) {
            return `must name each engine once, has "${engine}" twice; put all its sockets into one entry`;
        }
        const wrong = sockets.find((socket) => !/^\/[A-Za-z0-9._/-]+$/.test(socket));
        if (wrong !== undefined || sockets.length === 0) {
            return `must give each engine absolute paths of sockets, is ${JSON.stringify(wrong ?? sockets)} for "${engine}"; write for example "/run/containerd/containerd.sock"`;
        }
    }
    return engines.length === 0 ? "must name at least one engine, or Falco can't tell containers apart" : undefined;
}

/** Room for Falco on each node and for a few pods beside: an ordinary quota would leave the nodes of the last pods unwatched. */
export function falcoQuota(
    nodes: number,
    { requests, limits }: ResourceRequirements,
): Omit<NamespaceQuota, "services" | "loadBalancers" | "nodePorts"> {
    const pods = nodes + 5;
    const { cpu = "0", memory, "ephemeral-storage": ephemeralStorage } = requests;
    const { memory: memoryLimit } = limits;
    const mebibytes = (quantity = "0") => `${Math.ceil((pods * parseQuantity(quantity)) / 2 ** 20)}Mi`;
    return {
        pods,
        cpuRequests: `${Math.ceil(pods * parseQuantity(cpu) * 1_000)}m`,
        memoryRequests: mebibytes(memory),
        memoryLimits: mebibytes(memoryLimit),
        ephemeralStorageRequests: mebibytes(ephemeralStorage),
    };
}

/**
 * The chart's values: documented keys only (values.yaml of chart 9.1.0), and only those that differ from its defaults.
 */
export function falcoValues(input: FalcoValuesInput): Record<string, unknown> {
    return {
        image: falcoImage(input.image),
        podLabels: chartLabels(input.labels),
        podPriorityClassName: input.priorityClassName,
        resources: input.resources,
        // A node that is left out for a taint would be a node that nobody watches.
        tolerations: [{ operator: "Exists" }],
        // Without a terminal the runtime hands on alerts in blocks, minutes late.
        tty: true,
        driver: { kind: "modern_ebpf", modernEbpf: { leastPrivileged: input.leastPrivileged } },
        collectors: { containerEngine: { engines: engineValues(input.containerEngines) } },
        customRules: input.rules,
        metrics: { enabled: true, interval: "1m" },
        falco: {
            json_output: true,
            priority: "notice",
            // With the default, `first`, a rule of Falco's own hides ours for the same event.
            rule_matching: "all",
        },
        falcoctl: falcoctlValues(input.rulesArtifact, input.falcoctlImage),
        ...(input.alertsSecretName === undefined
            ? {}
            : { falcosidekick: sidekickValues(input.alertsSecretName, input.sidekickImage, input.labels) }),
    };
}

/** Falco's image in the shape that the chart wants. */
export function falcoImage(image: ImageParts): Record<string, string> {
    return digestlessImage(image, "falcosecurity/falco");
}

const ENGINES = ["docker", "podman", "containerd", "cri", "lxc", "libvirt_lxc", "bpm"];

/** Every engine is stated: the chart has them all on, and the runtime makes a folder of each socket that is missing. */
function engineValues(given: EngineSockets[]): Record<string, unknown> {
    return Object.fromEntries(
        ENGINES.map((engine) => {
            const wanted = given.find((each) => each.engine === engine);
            return [engine, wanted ? { enabled: true, sockets: wanted.sockets } : { enabled: false }];
        }),
    );
}

/** What a container gets that needs nothing of the node. */
export const UNPRIVILEGED = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
};

/**
 * Rules and plugins are fetched when a pod starts and don't change under it: whoever owns their source must not own the
 * alarm.
 *
 * @param install further values of the container that fetches them
 */
export function falcoctlValues(
    artifact: string | undefined,
    image: ImageParts,
    install: Record<string, unknown> = {},
): Record<string, unknown> {
    const follow = { enabled: false };
    if (artifact === undefined) {
        return { artifact: { install: { enabled: false }, follow } };
    }
    const resources: ResourceRequirements = {
        requests: { cpu: "20m", memory: "64Mi", "ephemeral-storage": "64Mi" },
        limits: { cpu: "500m", memory: "256Mi", "ephemeral-storage": "512Mi" },
    };
    return {
        image: digestlessImage(image, "falcosecurity/falcoctl"),
        artifact: { install: { resources, securityContext: UNPRIVILEGED, ...install }, follow },
        config: { artifact: { install: { refs: [artifact] }, follow: { refs: [artifact] } } },
    };
}

function sidekickValues(
    secretName: string,
    image: ImageParts,
    labels: Record<string, string>,
): Record<string, unknown> {
    return {
        enabled: true,
        image: digestlessImage(image, "falcosecurity/falcosidekick"),
        customLabels: chartLabels(labels),
        podLabels: chartLabels(labels),
        config: { existingSecret: secretName },
        podSecurityContext: { runAsUser: 1234, runAsNonRoot: true, fsGroup: 1234 },
        securityContext: { ...UNPRIVILEGED, readOnlyRootFilesystem: true },
        resources: {
            requests: { cpu: "20m", memory: "64Mi", "ephemeral-storage": "16Mi" },
            limits: { cpu: "500m", memory: "128Mi", "ephemeral-storage": "64Mi" },
        },
    };
}
