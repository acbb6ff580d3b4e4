/** Alerts on a real API server: what happens without the Prometheus operator's kinds and with them, and who may scrape. */
import { strict as assert } from "node:assert";
import type { Stack } from "@pulumi/pulumi/automation";
import { SecureNamespace } from "../../components/cluster/secure-namespace";
import { Alerts } from "../../components/monitoring/alerts";
import { eventually } from "./support/eventually";
import { get, inPod, kubectl, kubectlWith } from "./support/kubectl";
import { openOwn, STACK } from "./support/stack";
import { startStranger } from "./support/stranger";

const APP = `${STACK}-scraped`;
const MONITORING = `${STACK}-monitoring`;
const GROUP = "monitoring.coreos.com";
const KINDS = [
    ["PodMonitor", "podmonitors"],
    ["PrometheusRule", "prometheusrules"],
] as const;
const PROMETHEUS = "app.kubernetes.io/name=prometheus";

/** The kinds alone, without a word about their content: the operator itself isn't there. */
function definition([kind, plural]: (typeof KINDS)[number]) {
    return {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `${plural}.${GROUP}` },
        spec: {
            group: GROUP,
            scope: "Namespaced",
            names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
            versions: [
                {
                    name: "v1",
                    served: true,
                    storage: true,
                    schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
                },
            ],
        },
    };
}

interface Monitor {
    metadata: { labels: Record<string, string> };
    spec: { selector: { matchLabels: Record<string, string> } };
}

interface Rule {
    spec: { groups: { rules: { alert: string; expr: string }[] }[] };
}

describe("the alerts", () => {
    let stack: Stack;

    before(async () => {
        stack = await openOwn(`${STACK}-alerts`, () => {
            // The node is small, and the pods do next to nothing.
            const containerLimits = { cpuRequest: "5m" };
            const app = new SecureNamespace(APP, { containerLimits });
            const monitoring = new SecureNamespace(MONITORING, { containerLimits });
            new Alerts("alerts", {
                prometheus: {
                    namespaceName: monitoring.namespaceName,
                    selectorLabels: { release: "stack" },
                    isolated: true,
                },
                workload: {
                    namespaceName: app.namespaceName,
                    podLabels: { stranger: "true" },
                    metrics: { port: 8000 },
                },
            });
        });
        await stack.destroy();
        assert.equal(await kubectl("get", "crd", "-o", "name", "--ignore-not-found", ...names()), "");
    });

    after(async () => {
        await kubectl(
            "delete",
            "pod",
            "-n",
            "default",
            "--ignore-not-found",
            `${STACK}-scraper`,
            "--grace-period=0",
            "--force",
        );
        await stack?.destroy({ remove: true });
        await kubectl("delete", "crd", "--ignore-not-found", ...names());
    });

    function names(): string[] {
        return KINDS.map(([, plural]) => `${plural}.${GROUP}`);
    }

    async function install(kinds: readonly (typeof KINDS)[number][]): Promise<void> {
        await kubectlWith(
            JSON.stringify({ apiVersion: "v1", kind: "List", items: kinds.map(definition) }),
            "apply",
            "-f",
            "-",
        );
        await kubectl("wait", "--for=condition=Established", ...kinds.map(([, plural]) => `crd/${plural}.${GROUP}`));
    }

    it("are refused in the preview when the cluster has no Prometheus operator", async () => {
        await assert.rejects(
            stack.preview(),
            /The cluster has no podmonitors\.monitoring\.coreos\.com and no prometheusrules\.monitoring\.coreos\.com; install the Prometheus operator first/,
        );
    });

    it("are refused in an update as well, before one of theirs is made", async () => {
        await install(KINDS.slice(0, 1));
        await eventually(() =>
            assert.rejects(stack.up(), /The cluster has no prometheusrules\.monitoring\.coreos\.com; install/),
        );
        const all = await kubectl("get", "podmonitors,networkpolicies,configmaps", "-A", "-o", "name");
        const made = all.split("\n").filter((name) => name.includes("/alerts-"));
        assert.deepEqual(made, []);
    });

    it("are there when it has the operator's kinds, and stay as they are", async () => {
        await install(KINDS);
        await stack.up();
        const { spec } = await get<Rule>("prometheusrule", "-n", MONITORING, "alerts");
        const alerts = spec.groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
        assert.ok(alerts.includes("PodsNotReady") && alerts.includes("ScrapeFailed"), alerts.join());
        const monitor = await get<Monitor>("podmonitor", "-n", APP, "alerts-workload");
        assert.deepEqual(monitor.spec.selector.matchLabels, { stranger: "true" });
        assert.equal(monitor.metadata.labels.release, "stack");
        const { data } = await get<{ data: Record<string, string> }>("configmap", "-n", MONITORING, "alerts-dashboard");
        assert.ok(JSON.parse(data["alerts.json"] ?? "").panels.length > 0);
        const { changeSummary } = await stack.preview({ refresh: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });

    it("let Prometheus read the metrics, and no other pod, wherever it is", async () => {
        await Promise.all([
            startStranger(APP, "scraped"),
            startStranger(MONITORING, "scraper"),
            startStranger(MONITORING, "other"),
            startStranger("default", `${STACK}-scraper`),
        ]);
        const { status } = await get<{ status: { podIP: string } }>("pod", "-n", APP, "scraped");
        const scrape = async (namespace: string, pod: string) => {
            const script = `require("http").get({ host: "${status.podIP}", port: 8000, path: "/metrics", timeout: 3000 }, (r) =>
                r.on("data", (d) => process.stdout.write(d)))
                .on("timeout", () => { console.log("closed"); process.exit(); }).on("error", () => console.log("closed"))`;
            return (await inPod(namespace, pod, ["node", "-e", script])).stdout.trim();
        };
        assert.equal(await scrape(MONITORING, "scraper"), "closed", "without the label");
        await kubectl("label", "pod", "-n", MONITORING, "scraper", PROMETHEUS);
        await kubectl("label", "pod", "-n", "default", `${STACK}-scraper`, PROMETHEUS);
        await eventually(async () => assert.equal(await scrape(MONITORING, "scraper"), "stranger"));
        assert.equal(await scrape(MONITORING, "other"), "closed");
        assert.equal(await scrape("default", `${STACK}-scraper`), "closed", "the label in another namespace");
    });
});
