/** ThreatDetection with the second Falco, which takes audit events. */
import { strict as assert } from "node:assert";
import { auditWebhookConfig } from "../../../components/monitoring/audit-webhook";
import { auditRulesText } from "../../../components/monitoring/falco-audit-rules";
import { falcoPodLabels, sidekickPodLabels } from "../../../components/monitoring/falco-values";
import { ThreatDetection, type ThreatDetectionArgs } from "../../../components/monitoring/threat-detection";
import { one, type Registration, record, recorded } from "../support/recorder";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const COMPONENT = "bulwark:index:ThreatDetection";
const ARGS: ThreatDetectionArgs = {
    protectedNamespaceNames: ["shop"],
    kubernetesAudit: { serviceAddress: "10.96.200.1" },
};
const WITH_SIDEKICK = { ...ARGS, alertsSecretName: "alerts" };

type Values = Record<string, Record<string, unknown>>;

function make(args: ThreatDetectionArgs = ARGS): Promise<Registration[]> {
    return record(() => new ThreatDetection("watch", args));
}

function values(all: Registration[]): Values {
    return one(all, RELEASE, "-audit-release").inputs.values as Values;
}

function policy(all: Registration[], name: string): unknown {
    return one(all, POLICY, name).inputs.spec;
}

describe("ThreatDetection with audit events", () => {
    it("has a second release, and none without being asked", async () => {
        const { values: _, ...rest } = one(await make(), RELEASE, "-audit-release").inputs;
        assert.equal(rest.name, "falco-audit");
        assert.equal(rest.namespace, "falco");
        assert.equal(rest.version, "9.1.0");
        const without = await make({ protectedNamespaceNames: ["shop"] });
        assert.equal(without.filter(({ type }) => type === RELEASE).length, 1);
        assert.equal(one(without, COMPONENT).outputs?.auditWebhookConfig, undefined);
    });

    it("needs nothing of the node, nor any right in the cluster", async () => {
        const { driver, collectors, controller, falco, podSecurityContext, containerSecurityContext, falcoctl } =
            values(await make());
        assert.deepEqual(driver, { enabled: false, kind: "modern_ebpf" });
        assert.deepEqual(collectors, { enabled: false });
        assert.deepEqual(controller, { kind: "deployment", deployment: { replicas: 1 } });
        assert.equal(falco?.plugins_hostinfo, false);
        assert.equal(podSecurityContext?.runAsNonRoot, true);
        const container = {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            seccompProfile: { type: "RuntimeDefault" },
            readOnlyRootFilesystem: true,
        };
        assert.deepEqual(containerSecurityContext, container);
        const { install } = (falcoctl?.artifact ?? {}) as { install?: { securityContext: unknown } };
        assert.deepEqual(install?.securityContext, container);
    });

    it("loads the plugin at its exact version, and only its own rules", async () => {
        const all = await make({
            ...ARGS,
            kubernetesAudit: { trustedUserNames: ["deployer"], customRules: { "my-rules.yaml": "[]" } },
        });
        const { falco, falcoctl, customRules } = values(all);
        assert.deepEqual(falco?.load_plugins, ["k8saudit"]);
        assert.deepEqual(falco?.rules_files, ["/etc/falco/rules.d"]);
        assert.deepEqual(falcoctl?.config, {
            artifact: { install: { refs: ["k8saudit:0.16.0"] }, follow: { refs: ["k8saudit:0.16.0"] } },
        });
        assert.deepEqual(customRules, {
            "bulwark-audit-rules.yaml": auditRulesText({
                protectedNamespaceNames: ["shop"],
                trustedUserNames: ["deployer"],
                secretReaderNames: [],
            }),
            "my-rules.yaml": "[]",
        });
    });

    it("takes events over TLS alone, with a certificate that is in no value of the chart", async () => {
        const all = await make();
        const [plugin] = (values(all).falco?.plugins ?? []) as { init_config: unknown; open_params: string }[];
        assert.equal(plugin?.open_params, "https://:9765/k8s-audit");
        assert.deepEqual(plugin?.init_config, { sslCertificate: "/etc/bulwark/certificate/server.pem" });
        const secret = one(all, "kubernetes:core/v1:Secret", "-audit-certificate");
        assert.deepEqual(secret.inputs.stringData, { "server.pem": "PRIVATE KEYCERTIFICATE" });
        assert.ok(secret.secretInputs.includes("stringData"));
        assert.ok(!JSON.stringify(values(all)).includes("PRIVATE KEY"));
        assert.deepEqual(one(all, "tls:index/certRequest:CertRequest").inputs.dnsNames, [
            "falco-audit-webhook.falco.svc",
        ]);
    });

    it("tells the API server where to send events, and whom to trust there", async () => {
        const all = await make();
        const service = one(all, "kubernetes:core/v1:Service", "-audit-webhook").inputs;
        assert.deepEqual(service.spec, {
            type: "ClusterIP",
            clusterIP: "10.96.200.1",
            selector: falcoPodLabels("falco-audit"),
            ports: [{ name: "https", port: 9765, targetPort: 9765 }],
        });
        assert.equal(
            one(all, COMPONENT).outputs?.auditWebhookConfig,
            auditWebhookConfig({
                address: "10.96.200.1",
                serverName: "falco-audit-webhook.falco.svc",
                caCertificate: "CERTIFICATE\n",
            }),
        );
    });

    it("is reached by the API server alone", async () => {
        const falco = { matchLabels: falcoPodLabels("falco-audit") };
        const from = (cidr: string) => ({
            podSelector: falco,
            policyTypes: ["Ingress"],
            ingress: [{ from: [{ ipBlock: { cidr } }], ports: [{ port: 9765, protocol: "TCP" }] }],
        });
        assert.deepEqual(policy(await make(), "-audit-events-ingress"), from("10.0.0.10/32"));
        const narrowed = { ...ARGS, kubernetesAudit: { sourceCidrs: ["192.0.2.0/28"] } };
        assert.deepEqual(policy(await make(narrowed), "-audit-events-ingress"), from("192.0.2.0/28"));
        const named = { ...ARGS, apiServer: { cidrs: ["192.0.2.7/32"], port: 443 } };
        assert.deepEqual(policy(await make(named), "-audit-events-ingress"), from("192.0.2.7/32"));
    });

    it("sends alerts to the one falcosidekick, if there is one", async () => {
        const all = await make(WITH_SIDEKICK);
        assert.deepEqual(values(all).falco?.http_output, { enabled: true, url: "http://falco-falcosidekick:2801" });
        assert.ok(!("falcosidekick" in values(all)));
        const { egress } = policy(all, "-audit-to-sidekick-egress") as { egress: { to: { podSelector: unknown }[] }[] };
        assert.deepEqual(egress[0]?.to[0]?.podSelector, { matchLabels: sidekickPodLabels("falco") });
        const alone = await make();
        assert.ok(!("http_output" in (values(alone).falco ?? {})));
        assert.ok(!alone.some(({ name }) => name.includes("to-sidekick")));
    });

    it("installs only once its flows are open", async () => {
        const { dependencies } = one(await make(), RELEASE, "-audit-release");
        for (const name of [
            "watch-namespace-default-deny",
            "watch-audit-events-ingress",
            "watch-audit-plugin-egress",
        ]) {
            assert.ok(
                dependencies.some((urn) => urn.endsWith(`::${name}`)),
                name,
            );
        }
    });

    it("refuses every fault at once", async () => {
        const args: ThreatDetectionArgs = {
            protectedNamespaceNames: ["shop"],
            releaseName: "falco-audit",
            expectedPorts: [53, 0],
            kubernetesAudit: {
                trustedUserNames: ["a) or (b"],
                serviceAddress: "falco",
                sourceCidrs: [],
                customRules: { "bulwark-rules.yaml": "" },
            },
            apiServer: { cidrs: ["10.0.0.10"] },
        };
        await assert.rejects(make(args), (error: Error) => {
            const paths = [...error.message.matchAll(/^ {2}([^:]+): must /gm)].map(([, path]) => path);
            assert.deepEqual(paths.sort(), [
                "apiServer.cidrs[0]",
                "expectedPorts[1]",
                "kubernetesAudit.customRules",
                "kubernetesAudit.serviceAddress",
                "kubernetesAudit.sourceCidrs",
                "kubernetesAudit.trustedUserNames[0]",
                "releaseName",
            ]);
            return true;
        });
        assert.deepEqual(
            recorded().filter(({ type }) => type !== COMPONENT),
            [],
        );
    });
});

describe("what the API server is told about Falco", () => {
    it("is a kubeconfig with an address, a name to expect and an authority to trust", () => {
        const config = JSON.parse(
            auditWebhookConfig({
                address: "fd00::7",
                serverName: "falco-audit-webhook.falco.svc",
                caCertificate: "PEM",
            }),
        );
        assert.deepEqual(config.clusters, [
            {
                name: "falco",
                cluster: {
                    server: "https://[fd00::7]:9765/k8s-audit",
                    "tls-server-name": "falco-audit-webhook.falco.svc",
                    "certificate-authority-data": "UEVN",
                },
            },
        ]);
        assert.equal(config["current-context"], "falco");
        assert.deepEqual(config.contexts, [{ name: "falco", context: { cluster: "falco", user: "falco" } }]);
        assert.deepEqual(config.users, [{ name: "falco", user: {} }]);
    });
});
