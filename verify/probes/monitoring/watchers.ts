/** Whether those who watch are there, and see: Falco, Prometheus, and the scanner of images. */
import { isRunning, labelQuery, type Metadata, type Pod } from "../../cluster/objects";
import type { Field } from "../../field";
import { held, type Probe, through, Unproven, unproven } from "../../probe";
import { within } from "./within";

const SECONDS = 20;
const FALCO = { "app.kubernetes.io/name": "falco" };
const OWN = { "app.kubernetes.io/part-of": "bulwark" };

interface PrometheusRule {
    metadata: Metadata;
    spec: { groups?: { rules?: { alert?: string }[] }[] };
}

interface VulnerabilityReport {
    metadata: Metadata;
    report: {
        artifact?: { repository?: string; tag?: string; digest?: string };
        summary?: { criticalCount?: number; highCount?: number };
    };
}

/** Objects of a kind that the cluster may not have. */
async function optional<T>(field: Field, path: string, missing: string): Promise<T[]> {
    const { status, body, message } = await field.api.ask("GET", path);
    if (status === 404) {
        throw new Unproven(missing);
    }
    if (status !== 200) {
        throw new Unproven(message);
    }
    return (body as { items: T[] }).items;
}

export const WATCHERS: Probe[] = [
    {
        name: "shell-reported",
        layer: "monitoring",
        attack: "starts a shell in the application's pod",
        gain: "works there for days, and nobody knows",
        expected: `Falco reports it within ${SECONDS} s`,
        ifOff: "Falco says nothing",
        attackers: ["twin"],
        async run(field) {
            const pods = (await field.api.list<Pod>(`/api/v1/pods?${labelQuery(FALCO)}`)).filter(isRunning);
            if (pods.length === 0) {
                return unproven("no pod of Falco runs in the cluster (threatDetection.install)");
            }
            const { place } = field.attacker("twin");
            await field.run(place, "true");
            const found = await within(SECONDS, async () => {
                const logs = await Promise.all(
                    pods.map(({ metadata: { namespace, name } }) =>
                        field.api.text(
                            `/api/v1/namespaces/${namespace}/pods/${name}/log?container=falco&sinceSeconds=60`,
                        ),
                    ),
                );
                const lines = logs.flatMap((log) => log.split("\n"));
                return lines.find((line) => line.includes(place.pod) && /shell/i.test(line));
            });
            return found === undefined
                ? through(`${pods.length} pods of Falco run, and say nothing of a shell in ${place.pod}`)
                : held(found);
        },
    },
    {
        name: "alerts-missing",
        layer: "monitoring",
        attack: "looks whether anything would raise an alarm",
        gain: "floods, guesses and breaks in while nobody looks",
        expected: "the program's alert rules are in the cluster",
        ifOff: "there are none",
        attackers: [],
        async run(field) {
            const path = `/apis/monitoring.coreos.com/v1/prometheusrules?${labelQuery(OWN)}`;
            const missing = "the cluster has no Prometheus operator, whose rules these would be (monitoring.alerts)";
            const rules = await optional<PrometheusRule>(field, path, missing);
            const alerts = rules.flatMap(({ spec }) => spec.groups ?? []).flatMap((group) => group.rules ?? []);
            const names = alerts.flatMap(({ alert }) => alert ?? []);
            return names.length === 0
                ? through("there is an operator, and no alert rule of the program's")
                : held(`${names.length} alerts: ${names.join(", ")}`);
        },
    },
    {
        name: "unscanned-image",
        layer: "monitoring",
        attack: "looks whether anybody knows the flaws of the images that run",
        gain: "uses a flaw that has been known for months",
        expected: "a report about the application's image, made where it runs",
        ifOff: "no report",
        attackers: [],
        async run(field) {
            const { namespace, deployment } = field.target.application;
            const path = `/apis/aquasecurity.github.io/v1alpha1/namespaces/${namespace}/vulnerabilityreports`;
            const missing = "the cluster has no Trivy operator (monitoring.vulnerabilityScanning)";
            const reports = await optional<VulnerabilityReport>(field, path, missing);
            const [image = ""] = deployment.spec.template.spec.containers.map((container) => container.image);
            const about = reports.filter(({ report: { artifact } }) => {
                const { repository, tag, digest } = artifact ?? {};
                return (
                    repository !== undefined &&
                    image.includes(repository) &&
                    [tag, digest].some((part) => part && image.endsWith(part))
                );
            });
            const [latest] = about;
            return latest === undefined
                ? through(`${reports.length} reports in ${namespace}, none about ${image}`)
                : held(
                      `${image}: ${latest.report.summary?.criticalCount ?? 0} critical and ${latest.report.summary?.highCount ?? 0} high flaws are known`,
                  );
        },
    },
];
