import { strict as assert } from "node:assert";
import { BINDING_ROOT, hardenedPodSpec } from "../../../components/container/pod-spec";

const parts = {
    serviceAccountName: "web",
    imagePullSecrets: undefined,
    image: "app:1",
    imagePullPolicy: "IfNotPresent",
    command: undefined,
    arguments: undefined,
    environment: undefined,
    environmentSources: undefined,
    port: 8000,
    userId: 1001,
    groupId: 1002,
    resources: { requests: { cpu: "1" }, limits: { cpu: "1" } },
    temporaryStorage: "64Mi",
    startupPath: "/start",
    livenessPath: "/live",
    readinessPath: "/ready",
    gracePeriodSeconds: 30,
    podLabels: { app: "web" },
    bindings: [],
};
const bindings = [{ volumeName: "binding-database", secretName: "creds", mountPath: "/bindings/database" }];
const pod = hardenedPodSpec(parts);
const [container] = pod.containers;

describe("hardened pod", () => {
    it("runs as nobody special, in pod and container alike", () => {
        const identity = {
            runAsNonRoot: true,
            runAsUser: 1001,
            runAsGroup: 1002,
            seccompProfile: { type: "RuntimeDefault" },
        };
        assert.deepEqual(pod.securityContext, { ...identity, fsGroup: 1002 });
        assert.deepEqual(container?.securityContext, {
            ...identity,
            privileged: false,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
        });
    });

    it("has no token, no addresses of other Services, nothing of the host", () => {
        assert.equal(pod.automountServiceAccountToken, false);
        assert.equal(pod.enableServiceLinks, false);
        for (const key of ["hostNetwork", "hostPID", "hostIPC", "hostUsers"]) {
            assert.equal(key in pod, false, key);
        }
        assert.equal(container?.name, "app");
        assert.equal(BINDING_ROOT, "/bindings");
        assert.deepEqual(container?.ports, [{ name: "http", containerPort: 8000, protocol: "TCP" }]);
    });

    it("can write to memory of a limited size, and nowhere else", () => {
        assert.deepEqual(pod.volumes, [{ name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "64Mi" } }]);
        assert.deepEqual(container?.volumeMounts, [{ name: "tmp", mountPath: "/tmp" }]);
    });

    it("mounts each binding as files that only its group reads", () => {
        const bound = hardenedPodSpec({ ...parts, bindings });
        assert.deepEqual(bound.volumes[1], {
            name: "binding-database",
            secret: { secretName: "creds", defaultMode: 0o440 },
        });
        assert.deepEqual(bound.containers[0]?.volumeMounts[1], {
            name: "binding-database",
            mountPath: "/bindings/database",
            readOnly: true,
        });
    });

    it("is probed by path and by the port's name; restarted later than taken out of service", () => {
        assert.deepEqual(container?.startupProbe, {
            httpGet: { path: "/start", port: "http" },
            timeoutSeconds: 2,
            periodSeconds: 2,
            failureThreshold: 30,
        });
        assert.deepEqual(container?.livenessProbe.httpGet.path, "/live");
        assert.deepEqual(container?.readinessProbe.httpGet.path, "/ready");
        const patience = (probe?: { periodSeconds: number; failureThreshold: number }) =>
            (probe?.periodSeconds ?? 0) * (probe?.failureThreshold ?? 0);
        assert.ok(patience(container?.readinessProbe) < patience(container?.livenessProbe));
    });

    it("drains before it stops, without a shell in the image", () => {
        assert.deepEqual(container?.lifecycle, { preStop: { sleep: { seconds: 5 } } });
        assert.equal(pod.terminationGracePeriodSeconds, 30);
    });

    it("spreads over nodes and zones where there are several", () => {
        assert.deepEqual(
            pod.topologySpreadConstraints,
            ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) => ({
                maxSkew: 1,
                topologyKey,
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: { matchLabels: { app: "web" } },
            })),
        );
    });
});
