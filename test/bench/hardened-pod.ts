/** The pod of HardenedWorkload, with its defaults, around a small server. */
import { hardenedPodSpec } from "../../components/container/pod-spec";
import { DEFAULTS } from "../../components/defaults";
import { toRequirements } from "../../components/resources";

export type PodSpec = Record<string, unknown> & { containers: Record<string, unknown>[] };

/** Answers its probes. */
export const SERVER = ["node", "-e", 'require("http").createServer((_, response) => response.end()).listen(8000)'];

export function hardenedPod(image: string, podLabels: Record<string, string>): PodSpec {
    const { resources, probePath, ...defaults } = DEFAULTS.workload;
    return hardenedPodSpec({
        ...defaults,
        serviceAccountName: "default",
        image,
        imagePullPolicy: "IfNotPresent",
        command: SERVER,
        resources: toRequirements(resources),
        startupPath: probePath,
        livenessPath: probePath,
        readinessPath: probePath,
        podLabels,
        bindings: [],
        imagePullSecrets: undefined,
        arguments: undefined,
        environment: undefined,
        environmentSources: undefined,
    });
}
