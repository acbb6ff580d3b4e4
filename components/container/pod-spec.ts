/** The hardened pod. Pure; no Pulumi import. */
import { hardenedContexts } from "./security-contexts";

/** Folder of the service bindings (https://servicebinding.io/spec/core/1.1.0/#workload-projection). */
export const BINDING_ROOT = "/bindings";

/** Environment variable that tells the application where its bindings are. */
export const BINDING_ROOT_VARIABLE = "SERVICE_BINDING_ROOT";

/** Name of the pod's port; the Service and the probes use it, so the number stands in one place. */
export const PORT_NAME = "http";

/** Seconds that a stopping pod keeps answering, while the news that it goes reaches all who send it requests. */
const DRAIN_SECONDS = 5;

/**
 * What the pod is made of. Each value is only put in its place, never looked at: it may be plain, or an output that is
 * known later, and then only its own place is unknown in a preview.
 */
export interface PodParts {
    serviceAccountName: unknown;
    imagePullSecrets: unknown;
    image: unknown;
    imagePullPolicy: unknown;
    command: unknown;
    arguments: unknown;
    environment: unknown;
    environmentSources: unknown;
    port: unknown;
    userId: unknown;
    groupId: unknown;
    resources: unknown;
    temporaryStorage: unknown;
    startupPath: unknown;
    livenessPath: unknown;
    readinessPath: unknown;
    gracePeriodSeconds: unknown;
    podLabels: unknown;
    bindings: readonly BoundSecret[];
}

/** A Secret that becomes a folder of files. */
export interface BoundSecret {
    volumeName: unknown;
    secretName: unknown;
    mountPath: unknown;
}

/** The pod's `spec`, as the Pod Security level `restricted` demands and beyond. */
export function hardenedPodSpec<P extends PodParts>(parts: P) {
    const contexts = hardenedContexts(parts.userId as P["userId"], parts.groupId as P["groupId"]);
    return {
        serviceAccountName: parts.serviceAccountName as P["serviceAccountName"],
        automountServiceAccountToken: false,
        // Addresses of every Service of the namespace would be environment variables otherwise.
        enableServiceLinks: false,
        imagePullSecrets: parts.imagePullSecrets as P["imagePullSecrets"],
        securityContext: contexts.pod,
        terminationGracePeriodSeconds: parts.gracePeriodSeconds as P["gracePeriodSeconds"],
        topologySpreadConstraints: ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) => ({
            maxSkew: 1,
            topologyKey,
            // A small cluster runs all replicas on its one node rather than none.
            whenUnsatisfiable: "ScheduleAnyway",
            labelSelector: { matchLabels: parts.podLabels as P["podLabels"] },
        })),
        containers: [
            {
                name: "app",
                image: parts.image as P["image"],
                imagePullPolicy: parts.imagePullPolicy as P["imagePullPolicy"],
                command: parts.command as P["command"],
                args: parts.arguments as P["arguments"],
                env: parts.environment as P["environment"],
                envFrom: parts.environmentSources as P["environmentSources"],
                ports: [{ name: PORT_NAME, containerPort: parts.port as P["port"], protocol: "TCP" }],
                resources: parts.resources as P["resources"],
                securityContext: contexts.container,
                // A minute to start; until then the other probes rest.
                startupProbe: {
                    ...probe(parts.startupPath as P["startupPath"]),
                    periodSeconds: 2,
                    failureThreshold: 30,
                },
                livenessProbe: {
                    ...probe(parts.livenessPath as P["livenessPath"]),
                    periodSeconds: 10,
                    failureThreshold: 3,
                },
                // Out of service sooner than restarted: often it only has to recover.
                readinessProbe: {
                    ...probe(parts.readinessPath as P["readinessPath"]),
                    periodSeconds: 5,
                    failureThreshold: 2,
                },
                // By the kubelet: the image needs no shell.
                lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } },
                volumeMounts: [
                    { name: "tmp", mountPath: "/tmp" },
                    ...parts.bindings.map((each) => ({
                        name: each.volumeName as P["bindings"][number]["volumeName"],
                        mountPath: each.mountPath as P["bindings"][number]["mountPath"],
                        readOnly: true,
                    })),
                ],
            },
        ],
        volumes: [
            {
                name: "tmp",
                emptyDir: { medium: "Memory", sizeLimit: parts.temporaryStorage as P["temporaryStorage"] },
            },
            ...parts.bindings.map((each) => ({
                name: each.volumeName as P["bindings"][number]["volumeName"],
                secret: { secretName: each.secretName as P["bindings"][number]["secretName"], defaultMode: 0o440 },
            })),
        ],
    };
}

function probe<Path>(path: Path) {
    return { httpGet: { path, port: PORT_NAME }, timeoutSeconds: 2 };
}
