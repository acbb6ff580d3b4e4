import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { IngressController, type IngressControllerArgs } from "../../../components/application/ingress-controller";
import { controllerPodLabels, releasePodLabels } from "../../../components/application/ingress-nginx-values";
import { one, type Registration, record, recorded, resolved } from "../support/recorder";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const COMPONENT = "bulwark:index:IngressController";

const peer = (cidr: string) => ({ ipBlock: { cidr } });
const tcp = (port: number) => ({ port, protocol: "TCP" });

function spec(all: Registration[], suffix: string): unknown {
    return one(all, POLICY, suffix).inputs.spec;
}

describe("IngressController", () => {
    it("installs the pinned chart under a fixed name, whole or not at all", async () => {
        const all = await record(() => new IngressController("edge"));
        const { values, ...rest } = one(all, RELEASE).inputs;
        assert.deepEqual(rest, {
            name: "ingress-nginx",
            namespace: "ingress-nginx",
            chart: "ingress-nginx",
            version: "4.15.1",
            repositoryOpts: { repo: "https://kubernetes.github.io/ingress-nginx" },
            timeout: 600,
            atomic: true,
            cleanupOnFail: true,
            maxHistory: 5,
            compat: "true",
        });
        const { controller } = values as { controller: Record<string, unknown> };
        assert.equal(controller.replicaCount, 2);
        assert.equal((controller.service as Record<string, unknown>).type, "LoadBalancer");
        assert.deepEqual((controller.resources as { limits: unknown }).limits, {
            cpu: "2",
            memory: "512Mi",
            "ephemeral-storage": "1Gi",
        });
    });

    it("passes what the user says to the chart", async () => {
        const all = await record(
            () =>
                new IngressController("edge", {
                    ingressClassName: "edge",
                    replicas: pulumi.output(3),
                    serviceType: "NodePort",
                    trustedProxyCidrs: [pulumi.output("10.0.0.0/8")],
                    forwardedForHeader: "X-Client",
                    image: { registry: "ghcr.io", repository: "fork/controller", tag: "1.2.3" },
                    certgenImage: { registry: "mirror.example.com" },
                    resources: { memoryLimit: "1Gi" },
                    chart: { chart: "/charts/ingress-nginx", timeoutSeconds: 60 },
                    labels: { team: "web" },
                }),
        );
        const { inputs } = one(all, RELEASE);
        assert.equal(inputs.chart, "/charts/ingress-nginx");
        assert.ok(!("version" in inputs));
        assert.deepEqual(inputs.repositoryOpts, {});
        assert.equal(inputs.timeout, 60);
        const { controller, commonLabels } = inputs.values as {
            controller: Record<string, Record<string, unknown>>;
            commonLabels: Record<string, string>;
        };
        assert.deepEqual(commonLabels, { team: "web" });
        assert.deepEqual(controller.image, {
            registry: "ghcr.io",
            image: "fork/controller",
            tag: "1.2.3",
            digest: "",
        });
        assert.equal(controller.replicaCount, 3);
        assert.equal(controller.config?.["proxy-real-ip-cidr"], "10.0.0.0/8");
        assert.equal(controller.config?.["forwarded-for-header"], "X-Client");
        assert.deepEqual(controller.resources?.limits, { cpu: "2", memory: "1Gi", "ephemeral-storage": "1Gi" });
    });

    it("lives in a restricted namespace with room for its one load balancer", async () => {
        const all = await record(() => new IngressController("edge", { podSecurityVersion: "v1.34" }));
        const { labels } = one(all, "kubernetes:core/v1:Namespace").inputs.metadata as {
            labels: Record<string, string>;
        };
        assert.equal(labels["pod-security.kubernetes.io/enforce"], "restricted");
        assert.equal(labels["pod-security.kubernetes.io/enforce-version"], "v1.34");
        const { hard } = one(all, "kubernetes:core/v1:ResourceQuota").inputs.spec as { hard: Record<string, string> };
        assert.equal(hard["services.loadbalancers"], "1");
        assert.equal(hard["services.nodeports"], "2");
    });

    it("opens just the flows that it needs", async () => {
        const all = await record(() => new IngressController("edge"));
        const pods = { matchLabels: controllerPodLabels("ingress-nginx") };
        assert.deepEqual(spec(all, "edge-clients-ingress"), {
            podSelector: pods,
            policyTypes: ["Ingress"],
            ingress: [{ ports: [tcp(80), tcp(443)] }],
        });
        assert.deepEqual(spec(all, "edge-webhook-ingress"), {
            podSelector: pods,
            policyTypes: ["Ingress"],
            ingress: [{ ports: [tcp(8443)] }],
        });
        assert.deepEqual(spec(all, "edge-to-api-server-egress"), {
            // The certificate Jobs talk to the API server too.
            podSelector: { matchLabels: releasePodLabels("ingress-nginx") },
            policyTypes: ["Egress"],
            egress: [{ to: [peer("10.0.0.10/32")], ports: [tcp(6443)] }],
        });
        const policies = all.filter(({ type }) => type === POLICY).map(({ name }) => name);
        assert.deepEqual(policies.sort(), [
            "edge-clients-ingress",
            "edge-namespace-allow-dns",
            "edge-namespace-default-deny",
            "edge-to-api-server-egress",
            "edge-webhook-ingress",
        ]);
    });

    it("narrows the webhook's callers and takes the API server's address as told", async () => {
        const all = await record(
            () =>
                new IngressController("edge", {
                    webhookCallerCidrs: ["10.1.0.0/16"],
                    apiServer: { cidrs: ["10.2.0.1/32"], port: 443 },
                }),
        );
        const webhook = spec(all, "edge-webhook-ingress") as { ingress: unknown };
        assert.deepEqual(webhook.ingress, [{ from: [peer("10.1.0.0/16")], ports: [tcp(8443)] }]);
        const api = spec(all, "edge-to-api-server-egress") as { egress: unknown };
        assert.deepEqual(api.egress, [{ to: [peer("10.2.0.1/32")], ports: [tcp(443)] }]);
        assert.ok(!all.some(({ type }) => type.endsWith("EndpointSlice")));
    });

    it("installs only once its namespace is isolated and its flows are open", async () => {
        const all = await record(() => new IngressController("edge"));
        const { dependencies } = one(all, RELEASE);
        for (const name of [
            "edge-namespace-default-deny",
            "edge-namespace-allow-dns",
            "edge-clients-ingress",
            "edge-webhook-ingress",
            "edge-to-api-server-egress",
        ]) {
            assert.ok(
                dependencies.some((urn) => urn.endsWith(`::${name}`)),
                name,
            );
        }
    });

    it("tells its class only once the release serves it", async () => {
        let controller: IngressController | undefined;
        const all = await record(() => {
            controller = new IngressController("edge", { ingressClassName: "edge" });
            new pulumi.ComponentResource("test:index:User", "user", { className: controller.ingressClassName });
        });
        assert.equal(await resolved(controller?.ingressClassName ?? ""), "edge");
        assert.equal(await resolved(controller?.namespaceName ?? ""), "ingress-nginx");
        assert.deepEqual(await resolved(controller?.podLabels ?? {}), controllerPodLabels("ingress-nginx"));
        assert.equal(one(all, "test:index:User").inputs.className, "edge");
    });

    it("puts every child under itself", async () => {
        const all = await record(() => new IngressController("edge"));
        for (const { name, type, parent } of all.filter((each) => each.type !== COMPONENT)) {
            assert.match(name, /^edge-/, type);
            assert.ok(parent.includes(COMPONENT) || parent.includes("SecureNamespace"), `${name} under ${parent}`);
        }
    });

    const refused: [string, IngressControllerArgs, string[]][] = [
        [
            "every fault at once",
            { namespaceName: "A", releaseName: "x".repeat(31), replicas: 0, chart: { timeoutSeconds: 1 } },
            [
                'namespaceName: must be 1 to 63 lower-case letters, digits or "-", starting and ending with a letter or digit, is "A"; write for example "secure-app"',
                `releaseName: must have at most 30 characters, so that the names made from it stay legal, is "${"x".repeat(31)}"`,
                "replicas: must be a whole number from 1 to 40, is 0",
                "chart.timeoutSeconds: must be a whole number from 30 to 7200, is 1",
            ],
        ],
        [
            "a trusted proxy that is everyone",
            { trustedProxyCidrs: ["0.0.0.0/0"] },
            [
                'trustedProxyCidrs[0]: must not be every address, is "0.0.0.0/0": each client could choose the address that it is limited by; write your load balancer\'s range',
            ],
        ],
        [
            "a type of Service that there isn't",
            { serviceType: "HostPort" as "NodePort" },
            ['serviceType: must be one of "LoadBalancer", "NodePort", "ClusterIP", is "HostPort"'],
        ],
        [
            "a restriction that nothing would enforce",
            { serviceType: "NodePort", loadBalancerSourceCidrs: ["192.0.2.0/24"] },
            [
                'loadBalancerSourceCidrs: must be left out with serviceType "NodePort": only a load balancer refuses clients by their address',
            ],
        ],
        [
            "a header that is none, and digests that are none",
            { forwardedForHeader: "X Real", image: { digest: "sha256:1" }, certgenImage: { digest: "1" } },
            [
                'forwardedForHeader: must be the name of a header, is "X Real"; write for example "X-Real-IP"',
                'image.digest: must be "sha256:" and 64 hexadecimal digits, is "sha256:1"',
                'certgenImage.digest: must be "sha256:" and 64 hexadecimal digits, is "1"',
            ],
        ],
        [
            "no caller of the webhook, and an API server nowhere",
            { webhookCallerCidrs: [], apiServer: { port: 0 } },
            [
                "webhookCallerCidrs: must hold at least one member, is [], which would lift the restriction",
                "apiServer.port: must be a whole number from 1 to 65535, is 0",
            ],
        ],
    ];
    for (const [what, args, lines] of refused) {
        it(`refuses ${what}`, async () => {
            await assert.rejects(
                record(() => new IngressController("edge", args)),
                {
                    message: `IngressController "edge" can't be created:\n${lines.map((line) => `  ${line}`).join("\n")}`,
                },
            );
            assert.deepEqual(
                recorded().filter(({ type }) => type !== COMPONENT),
                [],
            );
        });
    }
});
