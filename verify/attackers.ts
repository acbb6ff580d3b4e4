/** The attackers' pods. Pure. */
import type { Labels, Pod, PodSpec } from "./cluster/objects";
import type { AttackerName } from "./probe";
import type { Target } from "./target";
import { LISTEN } from "./toolbox";

/** On everything that an attack makes; the value names the attacked namespace, so that leftovers are found. */
export const OWNER_LABEL = "bulwark.dev/verify-of";

/** Whether a pod was made by an attack. */
export function isAttacker({ metadata }: Pick<Pod, "metadata">): boolean {
    return metadata.labels?.[OWNER_LABEL] !== undefined;
}

/** A killed run's pods end by themselves after this. */
const LIFETIME_SECONDS = 900;

/** Enough for a listener. */
const SMALL = { cpu: "10m", memory: "32Mi" };

/** Keeps the twin out of every Service: nobody ever sets this condition. */
const NEVER_READY = "bulwark.dev/verify-never-ready";

export interface PodManifest {
    apiVersion: "v1";
    kind: "Pod";
    metadata: { name: string; namespace: string; labels: Labels };
    spec: PodSpec;
}

/** Where the attackers of one run are. */
export interface Camp {
    target: Target;
    /** Namespace outside the product, where nothing is forbidden. */
    strangersNamespace: string;
    image: string;
    /** Tells this run's pods from another's. */
    run: string;
}

/** What a namespace under Pod Security `restricted` and the guardrails admits. */
export function soundPodSpec(image: string): PodSpec {
    return {
        ...life(),
        securityContext: {
            runAsNonRoot: true,
            runAsUser: 1001,
            runAsGroup: 1001,
            seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [
            {
                name: "attacker",
                image,
                command: ["sh", "-c", LISTEN],
                resources: { requests: SMALL },
                securityContext: {
                    allowPrivilegeEscalation: false,
                    readOnlyRootFilesystem: true,
                    capabilities: { drop: ["ALL"] },
                },
            },
        ],
    };
}

/** The pod of an attacker. */
export function attackerPod(name: AttackerName, { target, strangersNamespace, image, run }: Camp): PodManifest {
    const { application, database } = target;
    const manifest = (namespace: string, spec: PodSpec, labels: Labels = {}): PodManifest => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name: `verify-${name}-${run}`,
            namespace,
            labels: { ...labels, [OWNER_LABEL]: application.namespace },
        },
        spec,
    });
    switch (name) {
        case "insider":
            return manifest(application.namespace, soundPodSpec(image));
        case "neighbour":
            return manifest(database.namespace, soundPodSpec(image));
        case "stranger":
            return manifest(strangersNamespace, ordinaryPodSpec(image));
        case "twin":
            return manifest(application.namespace, twinSpec(target, image), application.podLabels);
        case "victim":
            return manifest(application.namespace, twinSpec(target, image));
    }
}

/** A pod as most people write it: the control for what the hardening stops. */
function ordinaryPodSpec(image: string): PodSpec {
    return {
        ...life(),
        containers: [
            {
                name: "attacker",
                image,
                command: ["sh", "-c", LISTEN],
                resources: { requests: SMALL, limits: { memory: "1Gi" } },
                securityContext: { runAsUser: 0, runAsGroup: 0 },
            },
        ],
    };
}

/** The application's pod with a listener in place of its program; without its probes, which would miss the program. */
function twinSpec({ application }: Target, image: string): PodSpec {
    const { spec } = application.deployment.spec.template;
    const [container] = spec.containers;
    if (container === undefined) {
        throw new Error("the application's Deployment has no container");
    }
    const { name, env, envFrom, resources, securityContext, volumeMounts } = container;
    const { topologySpreadConstraints: _, initContainers: __, ...rest } = spec;
    return {
        ...rest,
        ...life(),
        readinessGates: [{ conditionType: NEVER_READY }],
        containers: [
            {
                name,
                image,
                command: ["sh", "-c", LISTEN],
                ...(env && { env }),
                ...(envFrom && { envFrom }),
                // Its limits are what is attacked; what it reserves would only be missing elsewhere.
                resources: { ...(resources?.limits && { limits: resources.limits }), requests: SMALL },
                ...(securityContext && { securityContext }),
                ...(volumeMounts && { volumeMounts }),
            },
        ],
    };
}

function life() {
    return { terminationGracePeriodSeconds: 0, activeDeadlineSeconds: LIFETIME_SECONDS, restartPolicy: "Always" };
}
