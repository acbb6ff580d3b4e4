import type { Api } from "../../../../verify/cluster/api";
import { type Deployment, isReady, type Labels, type PodSpec } from "../../../../verify/cluster/objects";
import { podsOf } from "../../../../verify/target";
import { eventually } from "../../support/eventually";
import { all, patch, remove, soften, unlabel, type Weakness } from "../weakness";

/** All that hardens the container is gone. */
function bare(spec: PodSpec): PodSpec {
    const [app] = spec.containers;
    const secret = spec.volumes?.map((volume) => volume.secret as { secretName?: string } | undefined).find(Boolean);
    return {
        ...spec,
        automountServiceAccountToken: true,
        enableServiceLinks: true,
        securityContext: {},
        containers: spec.containers.map((container) => ({
            ...container,
            env: [
                ...(app?.env ?? []),
                { name: "PASSWORD", valueFrom: { secretKeyRef: { name: secret?.secretName, key: "password" } } },
            ],
            securityContext: { privileged: true, runAsUser: 0, runAsGroup: 0 },
        })),
    };
}

/** Nothing has a limit, and the credentials are in a folder that can be written. */
function unlimited(spec: PodSpec): PodSpec {
    return {
        ...spec,
        containers: spec.containers.map(({ resources: _, volumeMounts = [], ...container }) => ({
            ...container,
            volumeMounts: volumeMounts.map(({ name, mountPath }) => ({ name, mountPath })),
            image: "registry.bulwark.local/app:latest",
        })),
        volumes: spec.volumes?.map(({ name }) => ({ name, emptyDir: {} })) ?? [],
    };
}

export const CONTAINER: Weakness[] = [
    {
        what: "the container's hardening",
        probes: [
            "container/root-user",
            "container/capabilities",
            "container/setuid",
            "container/system-calls",
            "container/kernel-files",
            "container/api-token",
            "container/write-root",
            "container/credentials-in-environment",
            "container/services-in-environment",
        ],
        switchOff: (ground) =>
            all(
                () => unlabel(ground),
                () => soften(ground, bare),
            ),
    },
    {
        what: "the container's limits, its image's digest and the disruption budget",
        probes: [
            "container/fill-tmp",
            "container/memory-bomb",
            "container/change-credentials",
            "container/replaced-image",
            "container/last-pod",
        ],
        switchOff: (ground) => {
            const { api, outputs } = ground;
            const core = `/api/v1/namespaces/${outputs.namespace}`;
            const budgets = `/apis/policy/v1/namespaces/${outputs.namespace}/poddisruptionbudgets`;
            return all(
                () => unlabel(ground),
                // The LimitRange would put its own limits on the pods, and the quota demands some.
                () => remove(api, `${core}/resourcequotas/namespace-quota`),
                () => remove(api, `${core}/limitranges/container-limits`),
                () => soften(ground, unlimited),
                () => remove(api, `${budgets}/${outputs.deployment}`),
            );
        },
    },
    {
        what: "the second pod of the application",
        probes: ["container/killed-pod"],
        switchOff: async ({ api, outputs }) => {
            const path = `/apis/apps/v1/namespaces/${outputs.namespace}/deployments/${outputs.deployment}`;
            const { spec, metadata } = await api.get<Deployment>(path);
            const scale = (replicas: number) => ({ spec: { replicas } });
            const back = await patch(api, path, scale(1), scale(spec.replicas));
            await untilReady(api, metadata.namespace, spec.selector.matchLabels, 1);
            return async () => {
                await back();
                await untilReady(api, metadata.namespace, spec.selector.matchLabels, spec.replicas);
            };
        },
    },
];

/** Waits until exactly so many pods with the labels are ready. */
function untilReady(api: Api, namespace: string, labels: Labels, wanted: number): Promise<void> {
    return eventually(async () => {
        const ready = (await podsOf(api, namespace, labels)).filter(isReady);
        if (ready.length !== wanted) {
            throw new Error(`the application has ${ready.length} ready pods in place of ${wanted}`);
        }
    }, 60);
}
