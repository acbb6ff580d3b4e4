/** Whether an object has become what it should, by what the API server says of it. Pure. */
import type { Props } from "../wire";
import { field, integer, isObject, list, map, text } from "./fields";

export interface Verdict {
    state: "ready" | "waiting" | "failed";
    /** What it still lacks, for the user. */
    reasons: string[];
}

const READY: Verdict = { state: "ready", reasons: [] };

function waiting(...reasons: string[]): Verdict {
    return { state: "waiting", reasons };
}

/** Rolled out: every pod is of the newest template and available. */
export function deploymentVerdict(live: Props): Verdict {
    if (integer(live, "status", "observedGeneration") < integer(live, "metadata", "generation")) {
        return waiting("the Deployment controller has not seen the change yet");
    }
    const conditions = conditionsOf(live);
    const replicas = field(live, "spec", "replicas") === undefined ? 1 : integer(live, "spec", "replicas");
    const updated = integer(live, "status", "updatedReplicas");
    const available = integer(live, "status", "availableReplicas");
    const settled = conditions.Progressing?.reason === "NewReplicaSetAvailable";
    if (settled && updated >= replicas && available >= replicas && integer(live, "status", "replicas") <= updated) {
        return READY;
    }
    const troubles = [
        conditions.Progressing?.status === "False" ? conditions.Progressing : undefined,
        conditions.ReplicaFailure?.status === "True" ? conditions.ReplicaFailure : undefined,
        conditions.Available?.status === "False" ? conditions.Available : undefined,
    ].flatMap((condition) => (condition ? [`[${condition.reason}] ${condition.message}`] : []));
    return {
        state: conditions.Progressing?.reason === "ProgressDeadlineExceeded" ? "failed" : "waiting",
        reasons: [`${updated} of ${replicas} pods are updated, ${available} available`, ...troubles],
    };
}

export function jobVerdict(live: Props): Verdict {
    const { Complete, Failed } = conditionsOf(live);
    if (Complete?.status === "True") {
        return READY;
    }
    if (Failed?.status === "True") {
        return { state: "failed", reasons: [`[${Failed.reason}] ${Failed.message}`] };
    }
    const [active, failed] = [integer(live, "status", "active"), integer(live, "status", "failed")];
    return waiting(`the Job is not complete: ${active} pods active, ${failed} failed`);
}

/**
 * A Service is ready when none of its endpoints is about to be, as for the real provider: a Service that selects no
 * pod at all is ready too, since its pods may come later.
 */
export function serviceVerdict(live: Props, endpointSlices: unknown[]): Verdict {
    const type = text(live, "spec", "type");
    if (type === "LoadBalancer" && list(live, "status", "loadBalancer", "ingress").length === 0) {
        return waiting("the Service was not allocated an IP address; does your cluster provide load balancers?");
    }
    const hasSelector = Object.keys(map(live, "spec", "selector")).length > 0;
    if (type === "ExternalName" || text(live, "spec", "clusterIP") === "None" || !hasSelector) {
        return READY;
    }
    if (endpointSlices.length === 0) {
        return waiting("the Service has no EndpointSlice yet");
    }
    const endpoints = endpointSlices.flatMap((slice) => list(slice, "endpoints"));
    const pending = endpoints.filter((endpoint) => {
        const terminating = field(endpoint, "conditions", "terminating") === true;
        return field(endpoint, "conditions", "ready") === false && !terminating;
    });
    return pending.length === 0
        ? READY
        : waiting("the Service does not target any ready pods; selected pods may not be ready, or none match");
}

export function ingressVerdict(live: Props): Verdict {
    return list(live, "status", "loadBalancer", "ingress").length > 0
        ? READY
        : waiting(
              "no address appeared in .status.loadBalancer: is there an ingress controller for this class? " +
                  'The annotation pulumi.com/skipAwait: "true" leaves the waiting out',
          );
}

/** A claim whose volume waits for the first pod is as ready as it can be while it is pending. */
export function claimVerdict(live: Props, bindingMode: string): Verdict {
    const phase = text(live, "status", "phase");
    const pendingIsEnough = bindingMode === "WaitForFirstConsumer" && phase === "Pending";
    return phase === "Bound" || pendingIsEnough
        ? READY
        : waiting(`the claim is ${phase || "not yet seen"}, no volume is bound to it`);
}

/** The controller confirms a quota by copying its limits. */
export function quotaVerdict(live: Props): Verdict {
    const [wanted, counted] = [map(live, "spec", "hard"), map(live, "status", "hard")];
    const confirmed = Object.entries(wanted).every(([key, value]) => counted[key] === value);
    return confirmed ? READY : waiting("the quota's limits are not in force yet");
}

interface Condition {
    status: string;
    reason: string;
    message: string;
}

function conditionsOf(live: Props): Record<string, Condition> {
    const entries = list(live, "status", "conditions")
        .filter(isObject)
        .map((condition) => {
            const [status, reason, message] = ["status", "reason", "message"].map((key) => text(condition, key));
            return [text(condition, "type"), { status, reason, message }];
        });
    return Object.fromEntries(entries);
}

export interface PodTrouble {
    message: string;
    /** The container whose last words would explain it. */
    container?: string;
    /** Whether they are in the log of the container's previous run. */
    previous?: boolean;
}

/** Reasons that are part of any start. */
const ORDINARY = ["ContainerCreating", "PodInitializing", ""];

/** What keeps a pod from running. */
export function podTroubles(pod: unknown): PodTrouble[] {
    const name = text(pod, "metadata", "name");
    const unscheduled = list(pod, "status", "conditions")
        .filter((condition) => text(condition, "type") === "PodScheduled" && text(condition, "status") === "False")
        .map((condition) => ({ message: `[Pod ${name}] ${text(condition, "message")}` }));
    const containers = [
        ...list(pod, "status", "initContainerStatuses"),
        ...list(pod, "status", "containerStatuses"),
    ].flatMap((status) => containerTrouble(name, status));
    return [...unscheduled, ...containers];
}

function containerTrouble(pod: string, status: unknown): PodTrouble[] {
    const container = text(status, "name");
    const said = (what: string) => `[Pod ${pod}] container ${container}: ${what}`;
    const ended = (state: unknown) => `${text(state, "reason")} with exit code ${integer(state, "exitCode")}`;
    const waitingFor = text(status, "state", "waiting", "reason");
    const terminated = field(status, "state", "terminated");
    const before = field(status, "lastState", "terminated");
    if (terminated !== undefined && integer(terminated, "exitCode") !== 0) {
        return [{ message: said(ended(terminated)), container }];
    }
    if (waitingFor === "CrashLoopBackOff" && before !== undefined) {
        return [{ message: said(`CrashLoopBackOff after ${ended(before)}`), container, previous: true }];
    }
    if (!ORDINARY.includes(waitingFor)) {
        return [{ message: said(`${waitingFor}: ${text(status, "state", "waiting", "message")}`) }];
    }
    if (field(status, "state", "running") !== undefined && field(status, "ready") === false) {
        const note = before === undefined ? "running but not ready" : `restarted after ${ended(before)}, not ready yet`;
        return [{ message: said(note), container }];
    }
    return [];
}
