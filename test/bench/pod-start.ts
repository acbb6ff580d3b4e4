/** A hardened pod's way from its creation to Ready, against a plain pod's with the same image and program. */
import "./own-names";
import { until } from "../../sandbox/shell";
import { Api } from "../../verify/cluster/api";
import { kubectl } from "../e2e/support/kubectl";
import { cluster, STACK } from "../e2e/support/stack";
import { hardenedPod, type PodSpec } from "./hardened-pod";
import { compareInTurns, secondsOf } from "./in-turns";

const NAMESPACE = `${STACK}-pods`;
const REPETITIONS = 11;

export async function podStart(): Promise<void> {
    const node = await cluster();
    const { KubeConfig } = await import("@kubernetes/client-node");
    const config = new KubeConfig();
    config.loadFromFile(node.kubeconfig);
    const api = new Api(config);
    const hardened = hardenedPod(node.images.app, {});
    const start = (spec: PodSpec) => () => secondsToReady(api, spec);
    await kubectl("create", "namespace", NAMESPACE);
    try {
        await start(hardened)();
        await start(plain(hardened))();
        await compareInTurns({
            title: "start of a hardened pod to Ready, against a plain one with the same probes",
            ours: start(hardened),
            theirs: start(plain(hardened)),
            repetitions: REPETITIONS,
            aim: 1.1,
        });
        await compareInTurns({
            title: "the same without probes in either",
            ours: start(withoutProbes(hardened)),
            theirs: start(withoutProbes(plain(hardened))),
            repetitions: REPETITIONS,
            aim: 1.1,
        });
    } finally {
        await kubectl("delete", "namespace", NAMESPACE);
    }
}

/** What is left when nothing is hardened. */
function plain({ containers }: PodSpec): PodSpec {
    const kept = containers.map(({ name, image, command, ports, startupProbe, readinessProbe, livenessProbe }) => ({
        ...{ name, image, command, ports, startupProbe, readinessProbe, livenessProbe },
    }));
    return { containers: kept };
}

function withoutProbes({ containers, ...rest }: PodSpec): PodSpec {
    const bare = containers.map(({ startupProbe, readinessProbe, livenessProbe, ...kept }) => kept);
    return { ...rest, containers: bare };
}

let count = 0;

async function secondsToReady(api: Api, spec: PodSpec): Promise<number> {
    const name = `pod-${count++}`;
    const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name }, spec };
    const seconds = await secondsOf(async () => {
        const { status, message } = await api.ask("POST", pods, { body: pod });
        if (status !== 201) {
            throw new Error(message);
        }
        await ready(api, `${pods}/${name}`);
    });
    await kubectl("delete", "pod", "-n", NAMESPACE, name, "--grace-period=1");
    return seconds;
}

async function ready(api: Api, path: string): Promise<void> {
    interface Pod {
        status: { conditions?: { type: string; status: string }[] };
    }
    await until("the pod is ready", 60_000, async () => {
        const { status } = await api.get<Pod>(path);
        return (status.conditions ?? []).some((each) => each.type === "Ready" && each.status === "True");
    });
}
