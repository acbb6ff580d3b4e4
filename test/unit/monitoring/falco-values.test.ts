import { strict as assert } from "node:assert";
import fc from "fast-check";
import { DEFAULTS } from "../../../components/defaults";
import {
    enginesFault,
    type FalcoValuesInput,
    falcoPodLabels,
    falcoQuota,
    falcoReleaseNameFault,
    falcoValues,
    sidekickPodLabels,
} from "../../../components/monitoring/falco-values";
import { parseQuantity } from "../../../components/quantity";
import { toRequirements } from "../../../components/resources";

const DIGEST = `sha256:${"a".repeat(64)}`;
const RESOURCES = toRequirements(DEFAULTS.threatDetection.resources);

function values(input: Partial<FalcoValuesInput> = {}): Record<string, Record<string, unknown>> {
    return falcoValues({
        image: {},
        falcoctlImage: {},
        sidekickImage: {},
        resources: RESOURCES,
        priorityClassName: "system-node-critical",
        leastPrivileged: true,
        containerEngines: DEFAULTS.threatDetection.containerEngines,
        rulesArtifact: "falco-rules:5.1.0",
        rules: { "bulwark-rules.yaml": "[]" },
        labels: {},
        ...input,
    }) as Record<string, Record<string, unknown>>;
}

describe("values of the Falco chart", () => {
    it("are exactly these by default", () => {
        assert.deepEqual(values(), {
            image: {},
            podLabels: {},
            podPriorityClassName: "system-node-critical",
            resources: RESOURCES,
            tolerations: [{ operator: "Exists" }],
            tty: true,
            driver: { kind: "modern_ebpf", modernEbpf: { leastPrivileged: true } },
            collectors: {
                containerEngine: {
                    engines: {
                        docker: { enabled: false },
                        podman: { enabled: false },
                        containerd: { enabled: false },
                        cri: { enabled: true, sockets: ["/run/containerd/containerd.sock"] },
                        lxc: { enabled: false },
                        libvirt_lxc: { enabled: false },
                        bpm: { enabled: false },
                    },
                },
            },
            customRules: { "bulwark-rules.yaml": "[]" },
            metrics: { enabled: true, interval: "1m" },
            falco: { json_output: true, priority: "notice", rule_matching: "all" },
            falcoctl: {
                image: {},
                artifact: {
                    install: {
                        resources: {
                            requests: { cpu: "20m", memory: "64Mi", "ephemeral-storage": "64Mi" },
                            limits: { cpu: "500m", memory: "256Mi", "ephemeral-storage": "512Mi" },
                        },
                        securityContext: {
                            allowPrivilegeEscalation: false,
                            capabilities: { drop: ["ALL"] },
                            seccompProfile: { type: "RuntimeDefault" },
                        },
                    },
                    follow: { enabled: false },
                },
                config: {
                    artifact: {
                        install: { refs: ["falco-rules:5.1.0"] },
                        follow: { refs: ["falco-rules:5.1.0"] },
                    },
                },
            },
        });
    });

    it("name none of the keys that make chart 9 fail, nor a security context that would hide the computed one", () => {
        for (const key of ["ebpf", "gvisor"]) {
            assert.ok(!(key in (values().driver ?? {})), key);
        }
        for (const key of ["grpc", "grpc_output"]) {
            assert.ok(!(key in (values().falco ?? {})), key);
        }
        assert.ok(!("containerSecurityContext" in values()));
    });

    it("can use the rules within the image, and then download nothing", () => {
        assert.deepEqual(values({ rulesArtifact: undefined }).falcoctl, {
            artifact: { install: { enabled: false }, follow: { enabled: false } },
        });
    });

    it("have falcosidekick only with a Secret, hardened and pointed at it", () => {
        assert.ok(!("falcosidekick" in values()));
        const { falcosidekick } = values({ alertsSecretName: "alerts", labels: { team: "web" } });
        assert.deepEqual(falcosidekick, {
            enabled: true,
            image: {},
            customLabels: { team: "web" },
            podLabels: { team: "web" },
            config: { existingSecret: "alerts" },
            podSecurityContext: { runAsUser: 1234, runAsNonRoot: true, fsGroup: 1234 },
            securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
                seccompProfile: { type: "RuntimeDefault" },
                readOnlyRootFilesystem: true,
            },
            resources: {
                requests: { cpu: "20m", memory: "64Mi", "ephemeral-storage": "16Mi" },
                limits: { cpu: "500m", memory: "128Mi", "ephemeral-storage": "64Mi" },
            },
        });
    });

    it("put a digest where the chart's template joins it", () => {
        assert.deepEqual(values({ image: { registry: "mirror.example.com", tag: "0.44.1" } }).image, {
            registry: "mirror.example.com",
            tag: "0.44.1",
        });
        assert.deepEqual(values({ image: { tag: "0.44.1", digest: DIGEST } }).image, {
            repository: "falcosecurity/falco@sha256",
            tag: "a".repeat(64),
        });
        assert.deepEqual(values({ falcoctlImage: { repository: "own/falcoctl", digest: DIGEST } }).falcoctl?.image, {
            repository: "own/falcoctl@sha256",
            tag: "a".repeat(64),
        });
    });

    it("carry the user's labels, but none that the chart writes itself", () => {
        const labels = { team: "web", "app.kubernetes.io/name": "mine" };
        assert.deepEqual(values({ labels }).podLabels, { team: "web" });
    });
});

describe("labels of Falco's pods", () => {
    it("are those of the charts' own selectors", () => {
        assert.deepEqual(falcoPodLabels("falco"), {
            "app.kubernetes.io/name": "falco",
            "app.kubernetes.io/instance": "falco",
        });
        assert.deepEqual(sidekickPodLabels("falco"), {
            "app.kubernetes.io/name": "falcosidekick",
            "app.kubernetes.io/instance": "falco",
            "app.kubernetes.io/component": "core",
        });
    });
});

describe("name of Falco's release", () => {
    it("is one under which alerts arrive", () => {
        assert.equal(falcoReleaseNameFault("falco"), undefined);
        assert.equal(falcoReleaseNameFault("my-falco-1"), undefined);
        assert.equal(falcoReleaseNameFault(`falco-${"x".repeat(34)}`), undefined);
        for (const wrong of ["detection", "falcosidekick-x"]) {
            assert.equal(
                falcoReleaseNameFault(wrong),
                `must contain "falco", but not "falcosidekick", is "${wrong}"; write for example "falco"`,
            );
        }
        assert.equal(
            falcoReleaseNameFault("falco-audit"),
            'must not end in "-audit", which is the release for audit events, is "falco-audit"',
        );
        const long = `falco-${"x".repeat(35)}`;
        assert.equal(
            falcoReleaseNameFault(long),
            `must have at most 40 characters, so that the names made from it stay legal, is "${long}"`,
        );
    });
});

describe("container engines", () => {
    it("are known, named once, with the paths of their sockets", () => {
        assert.equal(enginesFault([{ engine: "cri", sockets: ["/run/crio/crio.sock", "/a_b-c/D1.e"] }]), undefined);
        for (const socket of ["x/a", "/", "/a b", "/a\n", "/a:b"]) {
            assert.match(enginesFault([{ engine: "cri", sockets: ["/a", socket] }]) ?? "", /absolute paths of sockets/);
        }
        assert.equal(
            enginesFault([{ engine: "lxc", sockets: ["/x"] }]),
            'must name engines out of cri, containerd, docker, podman, is "lxc"',
        );
        assert.equal(
            enginesFault([
                { engine: "cri", sockets: ["/a"] },
                { engine: "cri", sockets: ["/b"] },
            ]),
            'must name each engine once, has "cri" twice; put all its sockets into one entry',
        );
        assert.equal(
            enginesFault([{ engine: "cri", sockets: ["run/x.sock"] }]),
            'must give each engine absolute paths of sockets, is "run/x.sock" for "cri"; write for example "/run/containerd/containerd.sock"',
        );
        assert.equal(
            enginesFault([{ engine: "cri", sockets: [] }]),
            'must give each engine absolute paths of sockets, is [] for "cri"; write for example "/run/containerd/containerd.sock"',
        );
        assert.equal(enginesFault([]), "must name at least one engine, or Falco can't tell containers apart");
    });
});

describe("quota of Falco's namespace", () => {
    it("has exactly this for 100 nodes", () => {
        assert.deepEqual(falcoQuota(100, RESOURCES), {
            pods: 105,
            cpuRequests: "10500m",
            memoryRequests: "53760Mi",
            memoryLimits: "107520Mi",
            ephemeralStorageRequests: "6720Mi",
        });
    });

    it("always has room for a pod on each node and the two of falcosidekick", () => {
        const nodes = fc.integer({ min: 1, max: 5_000 });
        const mebibytes = fc.integer({ min: 64, max: 8_192 });
        const millicores = fc.integer({ min: 20, max: 4_000 });
        fc.assert(
            fc.property(nodes, mebibytes, millicores, (count, memory, cpu) => {
                const each = { cpu: `${cpu}m`, memory: `${memory}Mi`, "ephemeral-storage": "64Mi" };
                const quota = falcoQuota(count, { requests: each, limits: { ...each, memory: `${2 * memory}Mi` } });
                const needs = (ofFalco: number, ofSidekick: number) => count * ofFalco + 2 * ofSidekick;
                assert.ok(quota.pods >= count + 2);
                assert.ok(parseQuantity(quota.cpuRequests) >= needs(cpu, 20) / 1_000 - 1e-9);
                assert.ok(parseQuantity(quota.memoryRequests) >= needs(memory, 64) * 2 ** 20);
                assert.ok(parseQuantity(quota.memoryLimits) >= needs(2 * memory, 128) * 2 ** 20);
                assert.ok(parseQuantity(quota.ephemeralStorageRequests) >= needs(64, 16) * 2 ** 20);
            }),
        );
    });
});
