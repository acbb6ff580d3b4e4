import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { falcoRules } from "../../../components/monitoring/falco-rules";
import { falcoPodLabels, sidekickPodLabels } from "../../../components/monitoring/falco-values";
import { ThreatDetection, type ThreatDetectionArgs } from "../../../components/monitoring/threat-detection";
import { one, type Registration, record, recorded, resolved } from "../support/recorder";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const COMPONENT = "bulwark:index:ThreatDetection";
const ARGS: ThreatDetectionArgs = { protectedNamespaceNames: ["secure-app", "database"] };

const tcp = (port: number) => [{ port, protocol: "TCP" }];

function values(all: Registration[]) {
    return one(all, RELEASE).inputs.values as Record<string, Record<string, unknown>>;
}

function flows(all: Registration[]): Record<string, unknown> {
    const policies = all.filter(({ type, parent }) => type === POLICY && parent.includes("AllowedFlow"));
    return Object.fromEntries(policies.map(({ name, inputs }) => [name, inputs.spec]));
}

describe("ThreatDetection", () => {
    it("installs the pinned chart under a fixed name, whole or not at all", async () => {
        const all = await record(() => new ThreatDetection("watch", ARGS));
        const { values: _, ...rest } = one(all, RELEASE).inputs;
        assert.deepEqual(rest, {
            name: "falco",
            namespace: "falco",
            chart: "falco",
            version: "9.1.0",
            repositoryOpts: { repo: "https://falcosecurity.github.io/charts" },
            timeout: 600,
            atomic: true,
            cleanupOnFail: true,
            maxHistory: 5,
            compat: "true",
        });
    });

    it("aims its rules at the protected namespaces, beside the user's own", async () => {
        const all = await record(
            () =>
                new ThreatDetection("watch", {
                    protectedNamespaceNames: [pulumi.output("shop")],
                    apiClientNamespaceNames: ["ingress-nginx"],
                    customRules: { "my-rules.yaml": pulumi.output("- list: mine\n  items: []\n") },
                }),
        );
        assert.deepEqual(values(all).customRules, {
            "bulwark-rules.yaml": falcoRules({
                protectedNamespaceNames: ["shop"],
                apiClientNamespaceNames: ["ingress-nginx"],
                expectedPorts: [53, 5432],
            }),
            "my-rules.yaml": "- list: mine\n  items: []\n",
        });
    });

    it("runs with the least privilege and exact rules unless told otherwise", async () => {
        const all = await record(() => new ThreatDetection("watch", ARGS));
        assert.deepEqual(values(all).driver, { kind: "modern_ebpf", modernEbpf: { leastPrivileged: true } });
        assert.deepEqual(values(all).falcoctl?.config, {
            artifact: { install: { refs: ["falco-rules:5.1.0"] }, follow: { refs: ["falco-rules:5.1.0"] } },
        });
        assert.ok(!("falcosidekick" in values(all)));
        const told = await record(
            () =>
                new ThreatDetection("watch", {
                    ...ARGS,
                    leastPrivileged: pulumi.output(false),
                    rulesArtifact: "registry.example.com/falco-rules:5.1.0",
                    containerEngines: [{ engine: "cri", sockets: [pulumi.output("/run/crio/crio.sock")] }],
                    priorityClassName: "watchers",
                    resources: { memoryLimit: "2Gi" },
                }),
        );
        assert.deepEqual(values(told).driver, { kind: "modern_ebpf", modernEbpf: { leastPrivileged: false } });
        assert.equal(values(told).podPriorityClassName, "watchers");
        const collector = values(told).collectors?.containerEngine as { engines: Record<string, unknown> } | undefined;
        assert.deepEqual(collector?.engines.cri, { enabled: true, sockets: ["/run/crio/crio.sock"] });
        assert.deepEqual(values(told).resources?.limits, { cpu: "1", memory: "2Gi", "ephemeral-storage": "1Gi" });
    });

    it("lives alone in a privileged, but isolated namespace with room for every node", async () => {
        const all = await record(() => new ThreatDetection("watch", { ...ARGS, mostNodes: 10 }));
        const { labels } = one(all, "kubernetes:core/v1:Namespace").inputs.metadata as {
            labels: Record<string, string>;
        };
        assert.equal(labels["pod-security.kubernetes.io/enforce"], "privileged");
        assert.deepEqual(one(all, POLICY, "-default-deny").inputs.spec, {
            podSelector: {},
            policyTypes: ["Ingress", "Egress"],
        });
        const { hard } = one(all, "kubernetes:core/v1:ResourceQuota").inputs.spec as { hard: Record<string, string> };
        assert.equal(hard.pods, "15");
        assert.equal(hard["requests.memory"], "7680Mi");
        assert.equal(hard["services.loadbalancers"], "0");
    });

    it("lets rules in and nothing else by default", async () => {
        const all = await record(() => new ThreatDetection("watch", ARGS));
        assert.deepEqual(flows(all), {
            "watch-rules-egress": {
                podSelector: { matchLabels: falcoPodLabels("falco") },
                policyTypes: ["Egress"],
                egress: [{ ports: tcp(443) }],
            },
        });
    });

    it("narrows where rules come from", async () => {
        const all = await record(() => new ThreatDetection("watch", { ...ARGS, rulesSourceCidrs: ["192.0.2.0/24"] }));
        const { egress } = flows(all)["watch-rules-egress"] as { egress: unknown };
        assert.deepEqual(egress, [{ to: [{ ipBlock: { cidr: "192.0.2.0/24" } }], ports: tcp(443) }]);
    });

    it("needs no way out with the rules within a newer chart's image", async () => {
        const all = await record(
            () => new ThreatDetection("watch", { ...ARGS, bundledRules: true, chart: { version: "9.2.0" } }),
        );
        assert.deepEqual(flows(all), {});
        assert.deepEqual(values(all).falcoctl, {
            artifact: { install: { enabled: false }, follow: { enabled: false } },
        });
    });

    it("forwards alerts once there is a Secret, from Falco to falcosidekick and on", async () => {
        const all = await record(
            () =>
                new ThreatDetection("watch", {
                    ...ARGS,
                    releaseName: "my-falco",
                    alertsSecretName: pulumi.output("alerts"),
                    alertsCidrs: ["198.51.100.7/32"],
                    alertsPort: 8443,
                }),
        );
        assert.deepEqual(values(all).falcosidekick?.config, { existingSecret: "alerts" });
        const { "watch-rules-egress": _, ...rest } = flows(all);
        const sidekick = { matchLabels: sidekickPodLabels("my-falco") };
        const falco = { matchLabels: falcoPodLabels("my-falco") };
        const here = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "falco" } } };
        assert.deepEqual(rest, {
            "watch-to-sidekick-egress": {
                podSelector: falco,
                policyTypes: ["Egress"],
                egress: [{ to: [{ ...here, podSelector: sidekick }], ports: tcp(2801) }],
            },
            "watch-to-sidekick-ingress": {
                podSelector: sidekick,
                policyTypes: ["Ingress"],
                ingress: [{ from: [{ ...here, podSelector: falco }], ports: tcp(2801) }],
            },
            "watch-alerts-egress": {
                podSelector: sidekick,
                policyTypes: ["Egress"],
                egress: [{ to: [{ ipBlock: { cidr: "198.51.100.7/32" } }], ports: tcp(8443) }],
            },
        });
    });

    it("installs only once its namespace is isolated and its flows are open", async () => {
        const { dependencies } = one(await record(() => new ThreatDetection("watch", ARGS)), RELEASE);
        for (const name of ["watch-namespace-default-deny", "watch-namespace-allow-dns", "watch-rules-egress"]) {
            assert.ok(
                dependencies.some((urn) => urn.endsWith(`::${name}`)),
                name,
            );
        }
    });

    it("tells where it is", async () => {
        let detection: ThreatDetection | undefined;
        await record(() => {
            detection = new ThreatDetection("watch", { ...ARGS, namespaceName: "security", releaseName: "falco-1" });
        });
        assert.equal(await resolved(detection?.namespaceName ?? ""), "security");
        assert.deepEqual(await resolved(detection?.podLabels ?? {}), falcoPodLabels("falco-1"));
    });

    it("puts every child under itself", async () => {
        const all = await record(() => new ThreatDetection("watch", { ...ARGS, alertsSecretName: "alerts" }));
        for (const { name, type, parent } of all.filter((each) => each.type !== COMPONENT)) {
            assert.match(name, /^watch-/, type);
            assert.ok(parent.includes(COMPONENT), `${name} under ${parent}`);
        }
    });

    const refused: [string, ThreatDetectionArgs, string[]][] = [
        [
            "every fault at once",
            {
                protectedNamespaceNames: ["Shop"],
                releaseName: "detection",
                mostNodes: 0,
                alertsPort: 0,
                alertsCidrs: [],
                customRules: { "rules.txt": "" },
                sidekickImage: { digest: "1" },
            },
            [
                'releaseName: must contain "falco", but not "falcosidekick", is "detection"; write for example "falco"',
                'protectedNamespaceNames[0]: must be 1 to 63 lower-case letters, digits or "-", starting and ending with a letter or digit, is "Shop"; write for example "secure-app"',
                'customRules: must name files that end in ".yaml" or ".yml", is "rules.txt"; Falco loads no others',
                "mostNodes: must be a whole number from 1 to 5000, is 0",
                "alertsPort: must be a whole number from 1 to 65535, is 0",
                "alertsCidrs: must hold at least one member, is [], which would lift the restriction",
                'sidekickImage.digest: must be "sha256:" and 64 hexadecimal digits, is "1"',
            ],
        ],
        [
            "nothing to protect",
            { protectedNamespaceNames: [] },
            ['protectedNamespaceNames: must name at least one namespace, is []; write for example ["secure-app"]'],
        ],
        [
            "the rules within the image of a chart in which they don't work",
            { ...ARGS, bundledRules: true },
            [
                'bundledRules: must not be true with chart 9.1.0, in which Falco ends at once; give chart.version "9.2.0" or newer',
            ],
        ],
    ];
    for (const [what, args, lines] of refused) {
        it(`refuses ${what}`, async () => {
            await assert.rejects(
                record(() => new ThreatDetection("watch", args)),
                {
                    message: `ThreatDetection "watch" can't be created:\n${lines.map((line) => `  ${line}`).join("\n")}`,
                },
            );
            assert.deepEqual(
                recorded().filter(({ type }) => type !== COMPONENT),
                [],
            );
        });
    }
});
