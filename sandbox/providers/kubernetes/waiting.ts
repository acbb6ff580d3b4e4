/** Waiting until an object has become what it should, or is gone. */
import { setTimeout as sleep } from "node:timers/promises";
import type { OperationContext } from "../resource-type";
import type { Props } from "../wire";
import { type Cluster, get, UnreachableError } from "./cluster";
import { podReasons, Warnings, warningEvents } from "./diagnosis";
import { displayName } from "./difference";
import { annotation, field, list, text } from "./fields";
import { type Kind, objectPath } from "./kinds";
import * as readiness from "./readiness";

const DEFAULT_TIMEOUT_SECONDS = 600;
const PAUSE_MILLISECONDS = 400;
/** How often, a second apart, an API server that doesn't answer is asked again. */
const ATTEMPTS = 15;
/** A Service's endpoints must stay as they are for this long: its pods may be just about to be made. */
const SETTLE_MILLISECONDS = 1500;

/** The object exists but is not what it should be. */
export class NotReadyError extends Error {
    constructor(
        readonly live: Props,
        headline: string,
        readonly details: string[],
    ) {
        super([headline, ...details.map((detail) => `    - ${detail}`)].join("\n"));
    }
}

type Judge = (cluster: Cluster, live: Props, namespace: string) => Promise<readiness.Verdict>;

/** By kind; all others are ready as soon as they exist. */
const JUDGES: Record<string, Judge> = {
    Deployment: async (_cluster, live) => readiness.deploymentVerdict(live),
    Job: async (_cluster, live) => readiness.jobVerdict(live),
    Ingress: async (_cluster, live) => readiness.ingressVerdict(live),
    ResourceQuota: async (_cluster, live) => readiness.quotaVerdict(live),
    Service: async (cluster, live, namespace) => {
        const slices = await cluster.call("GET", `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, {
            query: { labelSelector: `kubernetes.io/service-name=${text(live, "metadata", "name")}` },
        });
        return readiness.serviceVerdict(live, list(slices, "items"));
    },
    PersistentVolumeClaim: async (cluster, live) => {
        const name = text(live, "spec", "storageClassName");
        const storageClass = name ? await get(cluster, `/apis/storage.k8s.io/v1/storageclasses/${name}`) : undefined;
        return readiness.claimVerdict(live, text(storageClass, "volumeBindingMode"));
    },
};

/** Returns the object as it is once it is ready; throws NotReadyError when it fails or the time is over. */
export async function awaitReady(
    cluster: Cluster,
    kind: Kind,
    applied: Props,
    context: OperationContext & { warn(message: string): void },
): Promise<Props> {
    const judge = JUDGES[kind.kind];
    if (!judge || kind.patch || annotation(applied, "pulumi.com/skipAwait") === "true") {
        return applied;
    }
    const namespace = text(applied, "metadata", "namespace");
    const target = objectPath(kind, namespace, text(applied, "metadata", "name"));
    const deadline = Date.now() + timeoutSeconds(applied, context) * 1000;
    const warnings = new Warnings(context, () => diagnose(cluster, kind, live, namespace));
    let live = applied;
    let readySince: number | undefined;
    for (;;) {
        const verdict = await patiently(() => judge(cluster, live, namespace));
        readySince = verdict.state === "ready" ? (readySince ?? Date.now()) : undefined;
        const settling = kind.kind === "Service" && !isSettled(readySince, live);
        if (verdict.state === "ready" && !settling) {
            return live;
        }
        const over = Date.now() > deadline;
        if (verdict.state === "failed" || over || context.signal.aborted) {
            const how = context.signal.aborted ? "was cancelled" : over ? "timed out" : "failed";
            const reasons = [...verdict.reasons, ...(await diagnose(cluster, kind, live, namespace))];
            throw new NotReadyError(live, `${kind.kind} ${displayName(live)}: waiting for it to be ready ${how}`, [
                ...new Set(reasons),
            ]);
        }
        await warnings.look();
        await sleep(PAUSE_MILLISECONDS);
        const found = await patiently(() => get(cluster, target));
        if (!found) {
            throw new NotReadyError(live, `${kind.kind} ${displayName(live)} was deleted while waiting for it`, []);
        }
        live = found;
    }
}

/** An API server may be gone for a moment, for instance when it is restarted. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
        try {
            return await ask();
        } catch (error) {
            if (!(error instanceof UnreachableError) || attempt === ATTEMPTS) {
                throw error;
            }
            await sleep(1000);
        }
    }
}

/** Services without pods of their own have nothing to settle. */
function isSettled(readySince: number | undefined, live: Props): boolean {
    const headless = text(live, "spec", "clusterIP") === "None" || text(live, "spec", "type") === "ExternalName";
    const selects = field(live, "spec", "selector") !== undefined && !headless;
    return readySince !== undefined && (!selects || Date.now() - readySince >= SETTLE_MILLISECONDS);
}

function timeoutSeconds(object: Props, context: OperationContext): number {
    return context.timeoutSeconds || Number(annotation(object, "pulumi.com/timeoutSeconds")) || DEFAULT_TIMEOUT_SECONDS;
}

async function diagnose(cluster: Cluster, kind: Kind, live: Props, namespace: string): Promise<string[]> {
    const name = text(live, "metadata", "name");
    const pods =
        kind.kind === "Deployment"
            ? await podReasons(cluster, namespace, field(live, "spec", "selector", "matchLabels"))
            : kind.kind === "Job"
              ? await podReasons(cluster, namespace, { "batch.kubernetes.io/job-name": name })
              : [];
    return [...pods, ...(await warningEvents(cluster, namespace, kind.kind, name))];
}

/** Deletes an object with everything that it owns and waits until it is gone. */
export async function deleteObject(
    cluster: Cluster,
    kind: Kind,
    live: Props,
    context: OperationContext,
): Promise<void> {
    const target = objectPath(kind, text(live, "metadata", "namespace"), text(live, "metadata", "name"));
    const uid = text(live, "metadata", "uid");
    const propagationPolicy = policyOf(annotation(live, "pulumi.com/deletionPropagationPolicy"));
    const deadline = Date.now() + timeoutSeconds(live, context) * 1000;
    await cluster.call("DELETE", target, { body: { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy } });
    for (;;) {
        const found = await patiently(() => get(cluster, target));
        // Another object of that name is a controller's new one, such as a namespace's ConfigMap for the root CA.
        if (!found || text(found, "metadata", "uid") !== uid) {
            return;
        }
        if (Date.now() > deadline || context.signal.aborted) {
            const obstacles = list(found, "status", "conditions")
                .filter((condition) => text(condition, "status") === "True")
                .map((condition) => `[${text(condition, "reason")}] ${text(condition, "message")}`);
            const finalizers = list(found, "metadata", "finalizers");
            const held = finalizers.length > 0 ? [`held by the finalizers ${finalizers.join(", ")}`] : [];
            const how = context.signal.aborted ? "was cancelled" : "timed out";
            throw new NotReadyError(found, `${kind.kind} ${displayName(live)}: waiting for its deletion ${how}`, [
                ...obstacles,
                ...held,
            ]);
        }
        await sleep(PAUSE_MILLISECONDS);
    }
}

function policyOf(wish: string): string {
    const policies: Record<string, string> = { orphan: "Orphan", background: "Background" };
    return policies[wish.toLowerCase()] ?? "Foreground";
}
