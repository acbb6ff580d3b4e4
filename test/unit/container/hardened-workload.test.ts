import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import {
    HardenedWorkload,
    type HardenedWorkloadArgs,
    workloadPodLabels,
} from "../../../components/container/hardened-workload";
import { later, one, type Registration, record, recorded, resolved } from "../support/recorder";

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

async function message(args: Partial<HardenedWorkloadArgs>): Promise<string[]> {
    try {
        await workload(args);
    } catch (error) {
        return (error as Error).message.split("\n");
    }
    return [];
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

    it("refuses an image that may change, when asked", async () => {
        assert.deepEqual(await message({ image: "app:latest" }), []);
        assert.deepEqual(await message({ image: "app:latest", requireImmutableImage: true }), [
            'HardenedWorkload "web" can\'t be created:',
            '  image: must name a version or a digest, is "app:latest"; write for example "app:1.4.2@sha256:…"',
        ]);
        assert.deepEqual(await message({ image: `app@sha256:${"0".repeat(64)}`, requireImmutableImage: true }), []);
    });

    it("reports every fault at once and creates nothing", async () => {
        const faults = await message({
            namespaceName: "Shop",
            image: "App",
            workloadName: "-",
            serviceName: "-",
            servicePort: 0,
            port: 80,
            replicas: 0,
            userId: 0,
            groupId: 0,
            environment: { SERVICE_BINDING_ROOT: "/tmp" },
            resources: { cpuRequest: "2" },
            temporaryStorage: "64",
            startupPath: "healthz",
            livenessPath: "",
            readinessPath: "/ ",
            gracePeriodSeconds: 5,
            imagePullSecretNames: ["ok", "_"],
            serviceBindings: [
                { ...BINDING, secretName: "A" },
                { ...BINDING, bindingName: pulumi.output("later") },
                { ...BINDING, bindingName: "a/b" },
            ],
        });
        const label =
            'must be 1 to 63 lower-case letters, digits or "-", starting and ending with a letter or digit, is';
        const path = 'must be a URL path that starts with "/", is';
        const secretName =
            'must be 1 to 253 lower-case letters, digits, "-" or ".", each part starting and ending with a letter or digit, is';
        assert.deepEqual(faults, [
            'HardenedWorkload "web" can\'t be created:',
            '  environment: must not have "SERVICE_BINDING_ROOT", which names the folder of the service bindings',
            `  namespaceName: ${label} "Shop"; write for example "secure-app"`,
            '  image: must be an image reference, is "App"; write for example "ghcr.io/example/app:1.4.2"',
            `  workloadName: ${label} "-"; write for example "secure-app"`,
            `  serviceName: ${label} "-"; write for example "secure-app"`,
            "  servicePort: must be a whole number from 1 to 65535, is 0",
            "  port: must be a port from 1024 to 65535, is 80; a process without capabilities can't listen below 1024",
            "  replicas: must be a whole number from 1 to 1000, is 0",
            "  userId: must be a whole number from 1 to 2147483647, is 0; 0 is root, write for example 1001",
            "  groupId: must be a whole number from 1 to 2147483647, is 0; 0 is root, write for example 1001",
            '  resources: cpuRequest must not be greater than cpuLimit, is "2" over "1"; raise the limit or lower the request',
            '  temporaryStorage: must be at least 1Mi, is "64"; the unit of memory and storage is the byte, write for example "512Mi"',
            `  startupPath: ${path} "healthz"; write for example "/healthz"`,
            `  livenessPath: ${path} ""; write for example "/healthz"`,
            `  readinessPath: ${path} "/ "; write for example "/healthz"`,
            "  gracePeriodSeconds: must be a whole number from 10 to 3600, is 5",
            `  imagePullSecretNames[1]: ${secretName} "_"; write for example "app-credentials"`,
            `  serviceBindings[0].secretName: ${secretName} "A"; write for example "app-credentials"`,
            `  serviceBindings[2].bindingName: ${label} "a/b"; write for example "secure-app"`,
        ]);
        assert.deepEqual(
            recorded().map(({ type }) => type),
            ["bulwark:index:HardenedWorkload"],
        );
    });

    it("refuses two bindings of one name, also when the names are known later", async () => {
        const twice = '  serviceBindings: must have a different `bindingName` each, has "database" twice';
        assert.equal((await message({ serviceBindings: [BINDING, BINDING] }))[1], twice);
        await assert.rejects(
            record(
                () =>
                    new HardenedWorkload("web", {
                        namespaceName: "shop",
                        image: "app:1",
                        serviceBindings: [BINDING, { ...BINDING, bindingName: later("database") }],
                    }),
            ),
            (error: Error) => error.message.includes(twice),
        );
        assert.deepEqual(
            recorded().filter(({ type }) => type.startsWith("kubernetes:")),
            [],
        );
    });

    it("lets no secret into what everybody reads who may read pods", async () => {
        const secret = pulumi.secret("pencil");
        for (const args of [
            { environment: { PASSWORD: secret } },
            { command: ["x", secret] },
            { arguments: [secret] },
        ]) {
            const lines = await message(args);
            assert.deepEqual(lines.slice(1), [
                `  ${Object.keys(args)[0]}: must not hold a secret, which everybody could read who may read pods; put it into a Secret and give that as one of \`serviceBindings\``,
            ]);
            assert.ok(!lines.join().includes("pencil"));
            assert.deepEqual(
                recorded().filter(({ custom }) => custom),
                [],
            );
        }
    });
});
