/** The parts of Kubernetes' objects that are looked at here. Pure. */

export type Labels = Record<string, string>;

export interface Metadata {
    name: string;
    namespace: string;
    labels?: Labels;
    annotations?: Labels;
    ownerReferences?: { kind: string; name: string }[];
    deletionTimestamp?: string;
}

export interface Container {
    name: string;
    image: string;
    command?: string[];
    env?: { name: string; value?: string }[];
    envFrom?: unknown[];
    ports?: { name?: string; containerPort: number; hostPort?: number; protocol?: string }[];
    resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
    securityContext?: Record<string, unknown>;
    volumeMounts?: { name: string; mountPath: string }[];
    readinessProbe?: unknown;
}

export interface PodSpec {
    containers: Container[];
    initContainers?: Container[];
    hostNetwork?: boolean;
    securityContext?: Record<string, unknown>;
    volumes?: { name: string; emptyDir?: { medium?: string; sizeLimit?: string }; [source: string]: unknown }[];
    [field: string]: unknown;
}

export interface Pod {
    metadata: Metadata;
    spec: PodSpec;
    status: {
        phase: string;
        podIP?: string;
        conditions?: { type: string; status: string }[];
        containerStatuses?: {
            name: string;
            restartCount: number;
            state?: { waiting?: { reason?: string; message?: string }; running?: object };
            lastState?: { terminated?: { reason?: string; exitCode?: number } };
        }[];
    };
}

export interface Deployment {
    metadata: Metadata;
    spec: {
        replicas: number;
        selector: { matchLabels: Labels };
        template: { metadata: { labels: Labels }; spec: PodSpec };
    };
    status: { readyReplicas?: number };
}

export interface Service {
    metadata: Metadata;
    spec: {
        type: string;
        clusterIP?: string;
        externalIPs?: string[];
        selector?: Labels;
        ports?: { port: number; targetPort?: number | string; nodePort?: number }[];
    };
}

export interface Namespace {
    metadata: Metadata;
}

/** A selector by labels, as a query. */
export function labelQuery(labels: Labels): string {
    const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    return `labelSelector=${encodeURIComponent(selector.join(","))}`;
}

/** Whether a pod runs and isn't on its way out. */
export function isRunning({ metadata, status }: Pod): boolean {
    return status.phase === "Running" && status.podIP !== undefined && metadata.deletionTimestamp === undefined;
}

/** Whether its readiness probe, which the node makes, succeeded. */
export function isReady({ status }: Pod): boolean {
    return status.conditions?.some(({ type, status: word }) => type === "Ready" && word === "True") ?? false;
}
