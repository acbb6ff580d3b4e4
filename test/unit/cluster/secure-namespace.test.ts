import { strict as assert } from "node:assert";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { SecureNamespace, type SecureNamespaceArgs } from "../../../components/cluster/secure-namespace";
import { later, one, type Registration, record, recorded, resolved } from "../support/recorder";

const NAMESPACE = "kubernetes:core/v1:Namespace";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const ACCOUNT = "kubernetes:core/v1:ServiceAccountPatch";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

const STANDARD = {
    "app.kubernetes.io/name": "secure-namespace",
    "app.kubernetes.io/instance": "shop",
    "app.kubernetes.io/component": "cluster",
    "app.kubernetes.io/part-of": "bulwark",
    "app.kubernetes.io/managed-by": "pulumi",
};

function secure(args?: SecureNamespaceArgs, preview = false): Promise<Registration[]> {
    return record(() => new SecureNamespace("shop", args), preview);
}

function metadata(registration: Registration) {
    return registration.inputs.metadata as { name: string; namespace?: string; labels: Record<string, string> };
}

describe("SecureNamespace", () => {
    it("makes these objects and no others", async () => {
        const all = await secure();
        assert.deepEqual(all.map(({ type, name }) => `${type.replace(/^kubernetes:/, "")} ${name}`).sort(), [
            "bulwark:index:SecureNamespace shop",
            "core/v1:LimitRange shop-limits",
            "core/v1:Namespace shop-namespace",
            "core/v1:ResourceQuota shop-quota",
            "core/v1:ServiceAccountPatch shop-default-account",
            "networking.k8s.io/v1:NetworkPolicy shop-allow-dns",
            "networking.k8s.io/v1:NetworkPolicy shop-default-deny",
        ]);
    });

    it("labels the namespace for Pod Security, restricted and pinned", async () => {
        assert.deepEqual(one(await secure(), NAMESPACE).inputs.metadata, {
            name: "shop",
            labels: {
                ...STANDARD,
                "bulwark.dev/guardrails": "enforced",
                "pod-security.kubernetes.io/enforce": "restricted",
                "pod-security.kubernetes.io/enforce-version": "v1.35",
                "pod-security.kubernetes.io/audit": "restricted",
                "pod-security.kubernetes.io/audit-version": "v1.35",
                "pod-security.kubernetes.io/warn": "restricted",
                "pod-security.kubernetes.io/warn-version": "v1.35",
            },
        });
    });

    it("puts the namespace under the guardrails, unless told otherwise, whatever labels the user wishes", async () => {
        const labels = { "bulwark.dev/guardrails": "off" };
        assert.equal(metadata(one(await secure({ labels }), NAMESPACE)).labels["bulwark.dev/guardrails"], "enforced");
        const without = metadata(one(await secure({ guardrails: false }), NAMESPACE)).labels;
        assert.equal(without["bulwark.dev/guardrails"], undefined);
    });

    it("denies everything in both directions, then allows DNS", async () => {
        const all = await secure({ dns: { cidrs: ["169.254.20.10/32"] } });
        assert.deepEqual(one(all, POLICY, "-default-deny").inputs, {
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { name: "default-deny", namespace: "shop", labels: STANDARD },
            spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
        });
        assert.deepEqual(one(all, POLICY, "-allow-dns").inputs.spec, {
            podSelector: {},
            policyTypes: ["Egress"],
            egress: [
                {
                    to: [
                        {
                            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
                            podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
                        },
                        { ipBlock: { cidr: "169.254.20.10/32" } },
                    ],
                    ports: [
                        { port: 53, protocol: "UDP" },
                        { port: 53, protocol: "TCP" },
                    ],
                },
            ],
        });
    });

    it("gives the default account no token, and leaves the account to its namespace", async () => {
        const all = await secure();
        const account = one(all, ACCOUNT);
        assert.deepEqual(account.inputs, {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: "default", namespace: "shop", labels: STANDARD },
            automountServiceAccountToken: false,
        });
        assert.equal(account.deletedWith, one(all, NAMESPACE).urn);
    });

    it("has a quota and limits, changed member by member", async () => {
        const all = await secure({
            quota: { pods: 3, loadBalancers: 1, nodePorts: undefined },
            containerLimits: { memoryLimit: pulumi.output("512Mi") },
        });
        assert.deepEqual(one(all, "kubernetes:core/v1:ResourceQuota").inputs.spec, {
            hard: {
                pods: "3",
                services: "20",
                "services.loadbalancers": "1",
                "services.nodeports": "0",
                "requests.cpu": "8",
                "requests.memory": "16Gi",
                "limits.memory": "32Gi",
                "requests.ephemeral-storage": "20Gi",
            },
        });
        assert.deepEqual(one(all, "kubernetes:core/v1:LimitRange").inputs.spec, {
            limits: [
                {
                    type: "Container",
                    defaultRequest: { cpu: "50m", memory: "64Mi", "ephemeral-storage": "64Mi" },
                    default: { memory: "512Mi", "ephemeral-storage": "1Gi" },
                },
            ],
        });
    });

    it("keeps the user's labels, but not one that would lower a guard", async () => {
        const all = await secure({
            labels: pulumi.output({
                team: "payments",
                "app.kubernetes.io/part-of": "other",
                "pod-security.kubernetes.io/enforce": "privileged",
            }),
        });
        const { labels } = metadata(one(all, NAMESPACE));
        assert.equal(labels.team, "payments");
        assert.equal(labels["app.kubernetes.io/part-of"], "bulwark");
        assert.equal(labels["pod-security.kubernetes.io/enforce"], "restricted");
        assert.equal(metadata(one(all, POLICY, "-default-deny")).labels.team, "payments");
    });

    it("is isolated as well where Falco needs every privilege", async () => {
        const all = await secure({ podSecurityLevel: "privileged", podSecurityVersion: "v1.34" });
        const { labels } = metadata(one(all, NAMESPACE));
        assert.equal(labels["pod-security.kubernetes.io/enforce"], "privileged");
        assert.equal(labels["pod-security.kubernetes.io/enforce-version"], "v1.34");
        assert.equal(all.filter(({ type }) => type === POLICY).length, 2);
    });

    it("puts everything into the namespace that it makes, after it", async () => {
        const all = await secure({ namespaceName: pulumi.output("store") });
        const namespace = one(all, NAMESPACE);
        for (const object of all.filter(({ custom, urn }) => custom && urn !== namespace.urn)) {
            assert.equal(metadata(object).namespace, "store", object.name);
            assert.deepEqual(object.dependencies, [namespace.urn], object.name);
        }
    });

    it("tells its name only once it is isolated, so that nothing runs in an open namespace or outlives the policies", async () => {
        const all = await record(() => {
            const namespace = new SecureNamespace("shop");
            new k8s.core.v1.ConfigMap("inhabitant", { metadata: { namespace: namespace.namespaceName } });
        });
        const inhabitant = one(all, CONFIG_MAP);
        assert.deepEqual(metadata(inhabitant).namespace, "shop");
        const isolation = all.filter(({ type, custom }) => custom && type !== NAMESPACE && type !== CONFIG_MAP);
        assert.equal(isolation.length, 5);
        for (const { urn } of isolation) {
            assert.ok(inhabitant.dependencies.includes(urn), urn);
        }
        assert.equal(all.at(-1), inhabitant);
    });

    it("knows its name in a preview", async () => {
        let namespace: SecureNamespace | undefined;
        await record(() => {
            namespace = new SecureNamespace("shop");
        }, true);
        assert.equal(await resolved(namespace?.namespaceName ?? ""), "shop");
    });

    it("reports every fault at once and creates nothing", async () => {
        await assert.rejects(
            secure({
                namespaceName: "Shop",
                podSecurityLevel: "strict" as "restricted",
                podSecurityVersion: "latest",
                quota: { pods: 0, cpuRequests: "many", memoryLimits: "1" },
                containerLimits: { memoryRequest: "1Gi" },
                dns: { namespaceName: "", podLabels: {}, cidrs: ["10.0.0.0/8", "10.0.0.1"] },
            }),
            (error: Error) => {
                assert.equal(
                    error.message,
                    [
                        'SecureNamespace "shop" can\'t be created:',
                        '  namespaceName: must be 1 to 63 lower-case letters, digits or "-", starting and ending with a letter or digit, is "Shop"; write for example "secure-app"',
                        '  podSecurityLevel: must be one of "privileged", "baseline", "restricted", is "strict"',
                        '  podSecurityVersion: must be a pinned version of the Pod Security Standards ("latest" would change with the cluster), is "latest"; write for example "v1.35"',
                        "  quota.pods: must be a whole number from 1 to 10000, is 0",
                        '  quota.cpuRequests: must be a Kubernetes quantity greater than 0, is "many"; write for example "512Mi" or "250m"',
                        '  quota.memoryLimits: must be at least 1Mi, is "1"; the unit of memory and storage is the byte, write for example "512Mi"',
                        '  dns.namespaceName: must be 1 to 63 lower-case letters, digits or "-", starting and ending with a letter or digit, is ""; write for example "secure-app"',
                        "  dns.podLabels: must hold at least one label, is {}, which would select every pod of the namespace",
                        '  dns.cidrs[1]: must be an address range in CIDR notation, is "10.0.0.1"; write "10.0.0.1/32" for the one address',
                        '  containerLimits: memoryRequest must not be greater than memoryLimit, is "1Gi" over "256Mi"; raise the limit or lower the request',
                    ].join("\n"),
                );
                return true;
            },
        );
        assert.deepEqual(
            recorded().map(({ type }) => type),
            ["bulwark:index:SecureNamespace"],
        );
    });

    it("creates nothing from a value that turns out wrong later", async () => {
        await assert.rejects(
            record(() => new SecureNamespace("shop", { containerLimits: { memoryRequest: later("1Gi") } })),
            /containerLimits: memoryRequest must not be greater than memoryLimit/,
        );
        assert.deepEqual(
            recorded().filter(({ type }) => type.startsWith("kubernetes:")),
            [],
        );
    });

    it("previews with values that aren't known yet", async () => {
        const all = await record(() => new SecureNamespace("shop", { quota: { pods: later(3) } }), true);
        assert.deepEqual(one(all, "kubernetes:core/v1:ResourceQuota").inputs.spec, {
            hard: pulumi.runtime.unknownValue,
        });
        assert.equal(all.filter(({ custom }) => custom).length, 7);
    });
});
