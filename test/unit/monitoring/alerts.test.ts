import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { Alerts, type AlertsArgs } from "../../../components/monitoring/alerts";
import { later, one, type Registration, record, recorded, resolved } from "../support/recorder";
import { type ApiServer, apiServer, MONITORING_KINDS } from "./support/api-server";

const RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";
const MONITOR = "kubernetes:monitoring.coreos.com/v1:PodMonitor";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

const ALL: AlertsArgs = {
    operatorInstalled: true,
    workload: { namespaceName: "shop", podLabels: { app: "web" }, metrics: { port: 8000 } },
    database: {
        namespaceName: "database",
        podLabels: { app: "pg" },
        statefulSetName: "pgdb-postgresql",
        exporter: true,
        connectionLimits: { readonly: 20 },
    },
    ingressController: { namespaceName: "ingress-nginx", podLabels: { app: "nginx" } },
    threatDetection: { namespaceName: "falco", podLabels: { app: "falco" } },
    vulnerabilityScanning: { namespaceName: "trivy", podLabels: { app: "trivy" } },
    guardrailPrefix: "bulwark",
    backup: { namespaceName: "database", cronJobName: "backup" },
};

interface Metadata {
    name: string;
    namespace: string;
    labels: Record<string, string>;
}

function metadata({ inputs }: Registration): Metadata {
    return inputs.metadata as Metadata;
}

function make(changes: Partial<AlertsArgs> = {}, preview = false): Promise<Registration[]> {
    return record(() => new Alerts("watch", { ...ALL, ...changes }), preview);
}

function made(): Registration[] {
    return recorded().filter(({ type }) => type.startsWith("kubernetes:"));
}

function alertNames(all: Registration[]): string[] {
    const { groups } = one(all, RULE).inputs.spec as { groups: { rules: { alert: string }[] }[] };
    return groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
}

describe("Alerts", () => {
    it("puts rules where Prometheus is, under the labels that it chooses by", async () => {
        const all = await make({
            prometheus: { namespaceName: "observability", selectorLabels: { release: "stack" } },
        });
        const { namespace, labels } = metadata(one(all, RULE));
        assert.equal(namespace, "observability");
        assert.equal(labels.release, "stack");
        assert.equal(labels["app.kubernetes.io/part-of"], "bulwark");
        for (const monitor of all.filter(({ type }) => type === MONITOR)) {
            assert.equal(metadata(monitor).labels.release, "stack", monitor.name);
        }
    });

    it("has a monitor and a way in for everything that answers with metrics", async () => {
        const all = await make();
        const monitors = all.filter(({ type }) => type === MONITOR);
        assert.deepEqual(monitors.map((monitor) => `${metadata(monitor).namespace}/${metadata(monitor).name}`).sort(), [
            "database/watch-database",
            "falco/watch-falco",
            "ingress-nginx/watch-ingress",
            "shop/watch-workload",
            "trivy/watch-trivy",
        ]);
        assert.deepEqual(one(all, MONITOR, "watch-workload-monitor").inputs.spec, {
            selector: { matchLabels: { app: "web" } },
            podMetricsEndpoints: [{ port: "http", path: "/metrics", interval: "30s", honorLabels: false }],
        });
        const ports = all
            .filter(({ type }) => type === POLICY)
            .map(
                ({ inputs }) =>
                    (inputs.spec as { ingress: { ports: { port: number }[] }[] }).ingress[0]?.ports[0]?.port,
            );
        assert.deepEqual(new Set(ports), new Set([8000, 9187, 10_254, 8765, 8080]));
    });

    it("lets Prometheus in and nobody else, and opens its way out only where Bulwark isolates it", async () => {
        const all = await make();
        const into = one(all, POLICY, "watch-workload-metrics-ingress").inputs.spec;
        assert.deepEqual(into, {
            podSelector: { matchLabels: { app: "web" } },
            policyTypes: ["Ingress"],
            ingress: [
                {
                    from: [
                        {
                            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } },
                            podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } },
                        },
                    ],
                    ports: [{ port: 8000, protocol: "TCP" }],
                },
            ],
        });
        assert.ok(all.every(({ name }) => !name.endsWith("-egress")));
        const isolated = await make({ prometheus: { isolated: true } });
        assert.equal(metadata(one(isolated, POLICY, "watch-workload-metrics-egress")).namespace, "monitoring");
    });

    it("watches the jobs that Prometheus makes of the monitors", async () => {
        const all = await make();
        const spec = JSON.stringify(one(all, RULE).inputs.spec);
        for (const monitor of all.filter(({ type }) => type === MONITOR)) {
            const { namespace, name } = metadata(monitor);
            assert.ok(spec.includes(`absent(up{job=\\"${namespace}/${name}\\"})`), name);
        }
    });

    it("opens nothing for what has no metrics, and leaves out its rules", async () => {
        const all = await record(
            () =>
                new Alerts("watch", {
                    operatorInstalled: true,
                    workload: { namespaceName: "shop", podLabels: { app: "web" } },
                    database: { namespaceName: "db", podLabels: { app: "pg" }, statefulSetName: "pg" },
                    dashboard: false,
                }),
        );
        const children = all.filter(({ type }) => type.startsWith("kubernetes:"));
        assert.deepEqual(
            children.map(({ type }) => type),
            [RULE],
        );
        assert.deepEqual(alertNames(all), [
            "PodsNotReady",
            "FailedProbes",
            "DatabaseDown",
            "PodMetricsMissing",
            "ProbeMetricsMissing",
        ]);
    });

    it("takes thresholds, in the units of people", async () => {
        const spec = JSON.stringify(
            one(
                await make({
                    thresholds: { rateLimitedPercent: 25, certificateDays: 7, backupAge: pulumi.output("2d") },
                    runbookUrl: "https://wiki.example.com/alerts",
                }),
                RULE,
            ).inputs.spec,
        );
        for (const part of ["> 0.25", `< ${7 * 86_400}`, `> ${2 * 86_400}`, "wiki.example.com/alerts#backuptooold"]) {
            assert.ok(spec.includes(part), part);
        }
    });

    it("makes a dashboard that Grafana's sidecar finds", async () => {
        const { inputs } = one(await make(), CONFIG_MAP);
        assert.equal((inputs.metadata as Metadata).labels.grafana_dashboard, "1");
        const { title } = JSON.parse((inputs.data as Record<string, string>)["watch.json"] ?? "");
        assert.equal(title, "Bulwark: watch");
    });

    it("tells its alerts", async () => {
        let component: Alerts | undefined;
        await record(() => {
            component = new Alerts("watch", ALL);
        });
        const names = await resolved(component?.alertNames ?? []);
        assert.ok(names.includes("RateLimitedTraffic") && names.includes("BackupTooOld"));
        assert.equal(await resolved(component?.ruleName ?? ""), "watch");
    });

    it("reports all faults at once", async () => {
        await assert.rejects(
            record(
                () =>
                    new Alerts("watch", {
                        workload: { namespaceName: "Shop", podLabels: {}, metrics: { port: 0, path: "metrics" } },
                        database: {
                            namespaceName: "db",
                            podLabels: { app: "pg" },
                            statefulSetName: 'pg"} or up{x="',
                            connectionLimits: { 'readonly"': 20 },
                        },
                        guardrailPrefix: 'a"',
                        thresholds: { rateLimitedPercent: 0.1, backupAge: "soon" },
                        runbookUrl: "docs/alerts.md#top",
                    }),
            ),
            (error: Error) => {
                for (const path of [
                    "workload.namespaceName",
                    "workload.podLabels",
                    "workload.metrics.port",
                    "workload.metrics.path",
                    "database.statefulSetName",
                    "database.connectionLimits",
                    "guardrailPrefix",
                    "thresholds.rateLimitedPercent",
                    "thresholds.backupAge",
                    "runbookUrl",
                ]) {
                    assert.ok(error.message.includes(`  ${path}: `), path);
                }
                return true;
            },
        );
        assert.deepEqual(made(), []);
    });

    describe("ask the cluster", () => {
        let server: ApiServer | undefined;
        afterEach(() => server?.close());

        async function asking(kinds: Record<string, string[]>, preview = false): Promise<Registration[]> {
            server = await apiServer(kinds);
            return make({ operatorInstalled: false, kubeconfig: pulumi.secret(server.kubeconfig) }, preview);
        }

        it("and make everything when it has the operator, nothing of it a secret", async () => {
            const all = await asking(MONITORING_KINDS);
            assert.ok(server?.asked.length);
            assert.equal(metadata(one(all, RULE)).namespace, "monitoring");
            for (const child of all.filter(({ type }) => type.startsWith("kubernetes:"))) {
                assert.deepEqual(child.secretInputs, [], child.name);
            }
        });

        for (const preview of [true, false]) {
            it(`and make nothing when it hasn't, in ${preview ? "a preview" : "an update"}`, async () => {
                await assert.rejects(asking({}, preview), /The cluster has no podmonitors\.monitoring\.coreos\.com/);
                assert.deepEqual(made(), []);
            });
        }

        it("later, when the cluster is only being made", async () => {
            const all = await record(
                () => new Alerts("watch", { ...ALL, operatorInstalled: false, kubeconfig: later("unknown") }),
                true,
            );
            const { metadata: unknown } = one(all, RULE).inputs as { metadata?: Metadata };
            assert.equal(unknown?.namespace, pulumi.runtime.unknownValue);
        });
    });
});
