/** Puts the attackers' pods up, and takes everything away again. */
import { randomBytes } from "node:crypto";
import { attackerPod, type Camp, OWNER_LABEL } from "./attackers";
import type { Api } from "./cluster/api";
import type { Pod } from "./cluster/objects";
import type { Place } from "./cluster/shell";
import type { AttackerName } from "./probe";
import type { Target } from "./target";

/** An attacker that runs. */
export interface Attacker {
    place: Place;
    ip: string;
}

const START_MS = 90_000;
const POLL_MS = 300;

/** A camp for one run. Nothing is made yet. */
export function pitch(target: Target, probeImage: string | undefined): Camp {
    const run = randomBytes(3).toString("hex");
    const [container] = target.application.deployment.spec.template.spec.containers;
    return {
        target,
        strangersNamespace: `${target.application.namespace}-verify-${run}`.slice(-63).replace(/^-+/, ""),
        image: probeImage ?? container?.image ?? "",
        run,
    };
}

/** Makes the namespace of strangers; nothing in it is forbidden. */
export async function makeStrangersNamespace(
    api: Api,
    { strangersNamespace, target }: Camp,
    signal?: AbortSignal,
): Promise<void> {
    const metadata = { name: strangersNamespace, labels: { [OWNER_LABEL]: target.application.namespace } };
    const { status, message } = await api.ask("POST", "/api/v1/namespaces", {
        body: { apiVersion: "v1", kind: "Namespace", metadata },
    });
    if (status >= 400) {
        throw new Error(`the namespace ${strangersNamespace} for the attacks' controls can't be made: ${message}`);
    }
    // Pods are refused until Kubernetes has made the account that they run as.
    await until(signal, async () => {
        const account = await api.ask("GET", `/api/v1/namespaces/${strangersNamespace}/serviceaccounts/default`);
        return account.status === 200 ? true : undefined;
    });
}

/** Starts an attacker and waits until it listens for others. Fails with the reason. */
export async function startAttacker(api: Api, camp: Camp, name: AttackerName, signal?: AbortSignal): Promise<Attacker> {
    const body = attackerPod(name, camp);
    const { namespace, name: pod } = body.metadata;
    const { status, message } = await api.ask("POST", `/api/v1/namespaces/${namespace}/pods`, { body });
    if (status >= 400) {
        throw new Error(`the pod of the ${name} was refused: ${message}`);
    }
    const container = body.spec.containers[0]?.name ?? "";
    const ip = await until(signal, async () => {
        const { status: now } = await api.get<Pod>(`/api/v1/namespaces/${namespace}/pods/${pod}`);
        const state = now.containerStatuses?.[0];
        const { reason = "", message: why = "" } = state?.state?.waiting ?? {};
        if (
            now.phase === "Failed" ||
            /^(ErrImage|ImagePull|CrashLoop|CreateContainerConfig|InvalidImage)/.test(reason)
        ) {
            throw new Error(`the pod of the ${name} doesn't start: ${reason} ${why}`.trim());
        }
        return state?.state?.running && now.podIP ? now.podIP : undefined;
    });
    if (ip === undefined) {
        throw new Error(`the pod of the ${name} isn't running after ${START_MS / 1000} s`);
    }
    return { place: { namespace, pod, container }, ip };
}

/** Removes everything that this run, or an earlier one that was killed, has made around the target; returns what it was. */
export async function breakCamp(api: Api, applicationNamespace: string): Promise<string[]> {
    const query = `labelSelector=${encodeURIComponent(`${OWNER_LABEL}=${applicationNamespace}`)}`;
    const [pods, namespaces] = await Promise.all([
        api.list<Pod>(`/api/v1/pods?${query}`),
        api.list<Pod>(`/api/v1/namespaces?${query}`),
    ]);
    const gone = new Set(namespaces.map(({ metadata }) => metadata.name));
    const left = ({ metadata }: Pod) => metadata.deletionTimestamp === undefined;
    const paths = [
        ...namespaces.filter(left).map(({ metadata }) => `/api/v1/namespaces/${metadata.name}`),
        ...pods
            .filter(left)
            .filter(({ metadata }) => !gone.has(metadata.namespace))
            .map(({ metadata }) => `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`),
    ];
    const answers = await Promise.all(
        paths.map((path) => api.ask("DELETE", `${path}?gracePeriodSeconds=0&propagationPolicy=Background`)),
    );
    const failed = paths.filter((_, index) => ![200, 202, 404, 409].includes(answers[index]?.status ?? 0));
    if (failed.length > 0) {
        throw new Error(`what an attack has made is still there; remove it by hand: ${failed.join(", ")}`);
    }
    return paths;
}

async function until<T>(signal: AbortSignal | undefined, look: () => Promise<T | undefined>): Promise<T | undefined> {
    for (const end = Date.now() + START_MS; Date.now() < end && !signal?.aborted; ) {
        const seen = await look();
        if (seen !== undefined) {
            return seen;
        }
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return undefined;
}
