import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import {
    HardenedWorkload,
    type HardenedWorkloadArgs,
    workloadPodLabels,
} from "../../../components/container/hardened-workload";
import { later, one, type Registration, record, resolved } from "../support/recorder";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const SERVICE = "kubernetes:core/v1:Service";
const ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const BUDGET = "kubernetes:policy/v1:PodDisruptionBudget";

const POD_LABELS = { "app.kubernetes.io/name": "secure-app", "app.kubernetes.io/component": "workload" };
const LABELS = {
    ...POD_LABELS,
    "app.kubernetes.io/instance": "secure-app",
    "app.kubernetes.io/part-of": "bulwark",
    "app.kubernetes.io/managed-by": "pulumi",
};
const METADATA = { name: "secure-app", namespace: "shop", labels: LABELS };
const BINDING = { bindingName: "database", secretName: "app-db-creds", version: "v1" };

/** The parts of a pod template that the tests look at. */
interface Template {
    metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
    spec: { containers: Record<string, unknown>[]; volumes: unknown[]; imagePullSecrets?: unknown };
}

function workload(args: Partial<HardenedWorkloadArgs> = {}): Promise<Registration[]> {
    return record(
        () => new HardenedWorkload("web", { namespaceName: "shop", image: "ghcr.io/example/app:1.4.2", ...args }),
    );
}

function template(all: Registration[]): Template {
    return (one(all, DEPLOYMENT).inputs.spec as { template: Template }).template;
}

function container(all: Registration[]): Record<string, unknown> {
    return template(all).spec.containers[0] ?? {};
}

describe("HardenedWorkload", () => {
    it("makes these objects and no others", async () => {
        assert.deepEqual(
            (await workload()).map(({ type, name }) => `${type} ${name}`).sort(),
            [
                "bulwark:index:HardenedWorkload web",
                `${DEPLOYMENT} web-deployment`,
                `${SERVICE} web-service`,
                `${ACCOUNT} web-account`,
                `${BUDGET} web-budget`,
            ].sort(),
        );
    });

    it("rolls out without downtime", async () => {
        const { inputs } = one(await workload(), DEPLOYMENT);
        const { template: _, ...spec } = inputs.spec as Record<string, unknown>;
        assert.deepEqual(inputs.metadata, METADATA);
        assert.deepEqual(spec, {
            replicas: 2,
            selector: { matchLabels: POD_LABELS },
            strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
            minReadySeconds: 5,
            progressDeadlineSeconds: 300,
            revisionHistoryLimit: 3,
        });
    });

    it("has exactly this pod", async () => {
        const { metadata, spec } = template(await workload());
        const identity = {
            runAsNonRoot: true,
            runAsUser: 1001,
            runAsGroup: 1001,
            seccompProfile: { type: "RuntimeDefault" },
        };
        const spread = (topologyKey: string) => ({
            maxSkew: 1,
            topologyKey,
            whenUnsatisfiable: "ScheduleAnyway",
            labelSelector: { matchLabels: POD_LABELS },
        });
        const httpGet = { path: "/healthz", port: "http" };
        assert.deepEqual(metadata, { labels: LABELS });
        assert.deepEqual(spec, {
            serviceAccountName: "secure-app",
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: { ...identity, fsGroup: 1001 },
            terminationGracePeriodSeconds: 30,
            topologySpreadConstraints: [spread("kubernetes.io/hostname"), spread("topology.kubernetes.io/zone")],
            containers: [
                {
                    name: "app",
                    image: "ghcr.io/example/app:1.4.2",
                    imagePullPolicy: "IfNotPresent",
                    ports: [{ name: "http", containerPort: 8000, protocol: "TCP" }],
                    resources: {
                        requests: { cpu: "100m", memory: "128Mi", "ephemeral-storage": "64Mi" },
                        limits: { cpu: "1", memory: "256Mi", "ephemeral-storage": "256Mi" },
                    },
                    securityContext: {
                        ...identity,
                        privileged: false,
                        allowPrivilegeEscalation: false,
                        readOnlyRootFilesystem: true,
                        capabilities: { drop: ["ALL"] },
                    },
                    startupProbe: { httpGet, timeoutSeconds: 2, periodSeconds: 2, failureThreshold: 30 },
                    livenessProbe: { httpGet, timeoutSeconds: 2, periodSeconds: 10, failureThreshold: 3 },
                    readinessProbe: { httpGet, timeoutSeconds: 2, periodSeconds: 5, failureThreshold: 2 },
                    lifecycle: { preStop: { sleep: { seconds: 5 } } },
                    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
                },
            ],
            volumes: [{ name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "64Mi" } }],
        });
    });

    it("has an account of its own, without a token", async () => {
        const all = await workload();
        assert.deepEqual(one(all, ACCOUNT).inputs, {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: METADATA,
            automountServiceAccountToken: false,
        });
        assert.deepEqual(one(all, DEPLOYMENT).dependencies, [one(all, ACCOUNT).urn]);
    });

    it("is reached inside the cluster only, by the name of its port", async () => {
        assert.deepEqual(one(await workload(), SERVICE).inputs, {
            apiVersion: "v1",
            kind: "Service",
            metadata: { ...METADATA, name: "app-service" },
            spec: {
                type: "ClusterIP",
                selector: POD_LABELS,
                ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }],
            },
        });
    });

    it("loses one pod at a time to a node drain", async () => {
        const budget = async (replicas: number) => one(await workload({ replicas }), BUDGET).inputs.spec;
        const rest = { unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: POD_LABELS } };
        assert.deepEqual(await budget(3), { minAvailable: 2, ...rest });
        assert.deepEqual(await budget(1), { maxUnavailable: 1, ...rest });
    });

    it("mounts its credentials as files, tells where, and restarts when they change", async () => {
        const all = await workload({ serviceBindings: [BINDING], environment: { LOG_LEVEL: "info" } });
        const { metadata, spec } = template(all);
        assert.deepEqual(metadata.annotations, { "bulwark.dev/binding-database": "v1" });
        assert.deepEqual(spec.volumes[1], {
            name: "binding-database",
            secret: { secretName: "app-db-creds", defaultMode: 0o440 },
        });
        assert.deepEqual((container(all).volumeMounts as unknown[])[1], {
            name: "binding-database",
            mountPath: "/bindings/database",
            readOnly: true,
        });
        assert.deepEqual(container(all).env, [
            { name: "LOG_LEVEL", value: "info" },
            { name: "SERVICE_BINDING_ROOT", value: "/bindings" },
        ]);
        assert.equal("envFrom" in container(all), false);
    });

    it("puts credentials into the environment only when asked, behind a prefix", async () => {
        const queue = { ...BINDING, bindingName: "queue", allowEnvironment: true };
        assert.deepEqual(container(await workload({ serviceBindings: [BINDING, queue] })).envFrom, [
            { prefix: "QUEUE_", secretRef: { name: "app-db-creds" } },
        ]);
    });

    it("takes every setting", async () => {
        const all = await workload({
            image: "app:latest",
            workloadName: "shop",
            serviceName: "shop-service",
            servicePort: 8080,
            port: 9000,
            userId: 2000,
            groupId: 3000,
            command: ["/app"],
            arguments: ["--verbose"],
            resources: { memoryLimit: "1Gi" },
            temporaryStorage: "8Mi",
            startupPath: "/a",
            livenessPath: "/b",
            readinessPath: "/c",
            gracePeriodSeconds: 60,
            imagePullSecretNames: ["registry.example"],
        });
        const { spec } = template(all);
        const app = container(all) as { resources: unknown; [key: string]: unknown };
        assert.deepEqual(
            {
                account: one(all, ACCOUNT).inputs.metadata,
                service: (one(all, SERVICE).inputs.metadata as { name: string }).name,
                spec: { ...spec, topologySpreadConstraints: 0, containers: 0 },
                app: { ...app, startupProbe: 0, livenessProbe: 0, readinessProbe: 0, securityContext: 0, lifecycle: 0 },
                paths: ["startupProbe", "livenessProbe", "readinessProbe"].map(
                    (probe) => (app[probe] as { httpGet: { path: string } }).httpGet.path,
                ),
            },
            {
                account: {
                    name: "shop",
                    namespace: "shop",
                    labels: { ...LABELS, "app.kubernetes.io/name": "shop", "app.kubernetes.io/instance": "shop" },
                },
                service: "shop-service",
                spec: {
                    serviceAccountName: "shop",
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    imagePullSecrets: [{ name: "registry.example" }],
                    securityContext: {
                        runAsNonRoot: true,
                        runAsUser: 2000,
                        runAsGroup: 3000,
                        fsGroup: 3000,
                        seccompProfile: { type: "RuntimeDefault" },
                    },
                    terminationGracePeriodSeconds: 60,
                    topologySpreadConstraints: 0,
                    containers: 0,
                    volumes: [{ name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "8Mi" } }],
                },
                app: {
                    name: "app",
                    image: "app:latest",
                    imagePullPolicy: "Always",
                    command: ["/app"],
                    args: ["--verbose"],
                    ports: [{ name: "http", containerPort: 9000, protocol: "TCP" }],
                    resources: {
                        requests: { cpu: "100m", memory: "128Mi", "ephemeral-storage": "64Mi" },
                        limits: { cpu: "1", memory: "1Gi", "ephemeral-storage": "256Mi" },
                    },
                    securityContext: 0,
                    startupProbe: 0,
                    livenessProbe: 0,
                    readinessProbe: 0,
                    lifecycle: 0,
                    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
                },
                paths: ["/a", "/b", "/c"],
            },
        );
    });

    it("keeps the user's labels on objects and pods, under the standard ones", async () => {
        const all = await workload({ labels: { team: "payments", "app.kubernetes.io/component": "other" } });
        assert.deepEqual(template(all).metadata.labels, { team: "payments", ...LABELS });
        assert.deepEqual((one(all, SERVICE).inputs.metadata as { labels: unknown }).labels, {
            team: "payments",
            ...LABELS,
        });
    });

    it("selects its pods by labels that are known before it exists", async () => {
        const pods = template(await workload({ labels: { team: "payments" } })).metadata.labels;
        const selector = await resolved(workloadPodLabels("secure-app"));
        assert.deepEqual(selector, POD_LABELS);
        for (const [key, value] of Object.entries(selector)) {
            assert.equal(pods[key], value);
        }
    });

    it("tells where it is", async () => {
        let web: HardenedWorkload | undefined;
        const all = await record(() => {
            web = new HardenedWorkload("web", { namespaceName: "shop", image: "app:1", port: 9000 });
        });
        const expected = {
            deploymentName: "secure-app",
            serviceName: "app-service",
            servicePort: 80,
            podLabels: POD_LABELS,
            podPort: 9000,
        };
        assert.deepEqual(one(all, "bulwark:index:HardenedWorkload").outputs, expected);
        assert.deepEqual(
            await resolved({
                deploymentName: web?.deploymentName,
                serviceName: web?.serviceName,
                servicePort: web?.servicePort,
                podLabels: web?.podLabels,
                podPort: web?.podPort,
            }),
            expected,
        );
    });

    it("previews all but what isn't known yet, so that policies can judge the pod", async () => {
        const program = () =>
            new HardenedWorkload("web", {
                namespaceName: "shop",
                image: "ghcr.io/example/app:1.4.2",
                environment: later({ REGION: "north" }),
                serviceBindings: [{ ...BINDING, version: later("v2") }],
            });
        const preview = await record(program, true);
        assert.equal(template(preview).metadata.annotations, pulumi.runtime.unknownValue);
        assert.equal(container(preview).env, pulumi.runtime.unknownValue);
        assert.equal(container(preview).image, "ghcr.io/example/app:1.4.2");
        assert.equal((container(preview).securityContext as { runAsUser: number }).runAsUser, 1001);
        const known = await record(program);
        assert.deepEqual(template(known).metadata.annotations, { "bulwark.dev/binding-database": "v2" });
        assert.deepEqual((container(known).env as unknown[])[0], { name: "REGION", value: "north" });
    });
});
