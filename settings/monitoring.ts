/** Settings of the monitoring layer beside threat detection. Pure; no Pulumi import. */
import { DEFAULTS } from "../components/defaults";
import { ScanReport } from "../components/monitoring/trivy-operator-values";
import { chartFaults, chartSource, computeResources, containerImage, resourcesFaults } from "./common";
import { field, group, list, optional, optionalGroup, optionalList, optionalMap, required } from "./field";
import * as kinds from "./kinds";
import { at, type Rule } from "./reader";
import { code } from "./show";

const { alerts: watching, vulnerabilityScanning: scanning } = DEFAULTS;

const percent = (meaning: string, value: number) => optional(kinds.count(1, 99), meaning, code(value));

const alerts = optionalGroup({
    prometheus: group({
        namespaceName: field(
            kinds.dnsLabel,
            "Namespace of Prometheus; any setting of the group switches alerts on and needs the Prometheus operator",
            watching.prometheus.namespaceName,
        ),
        podLabels: optionalMap(
            kinds.labelKey,
            kinds.labelValue,
            "Labels of Prometheus' pods, which alone may read metrics",
            code(watching.prometheus.podLabels),
        ),
        selectorLabels: optionalMap(
            kinds.labelKey,
            kinds.labelValue,
            "Labels by which Prometheus chooses rules and monitors",
            "none",
        ),
        isolated: field(kinds.flag, "The namespace is isolated by Bulwark, so the way out is opened too", false),
    }),
    thresholds: group({
        rateLimitedPercent: percent(
            "Share of requests that the rate limit refuses",
            watching.thresholds.rateLimitedPercent,
        ),
        serverErrorPercent: percent("Share of requests answered with 5xx", watching.thresholds.serverErrorPercent),
        failedLoginsPerMinute: optional(
            kinds.count(1, 100_000),
            "Answers with 401 or 403 in a minute",
            code(watching.thresholds.failedLoginsPerMinute),
        ),
        certificateDays: optional(
            kinds.count(1, 365),
            "Days that a certificate must still be valid",
            code(watching.thresholds.certificateDays),
        ),
        connectionPercent: percent("Share of the database's connections in use", watching.thresholds.connectionPercent),
        failedProbes: optional(
            kinds.count(1, 1_000),
            "Probes of a container that fail in ten minutes",
            code(watching.thresholds.failedProbes),
        ),
        backupAge: optional(kinds.duration, "Age of the last good backup", code(watching.thresholds.backupAge)),
    }),
    scrapeIntervalSeconds: optional(
        kinds.count(5, 300),
        "Seconds between two looks at the metrics",
        code(watching.scrapeIntervalSeconds),
    ),
    runbookUrl: optional(kinds.runbook, "Where people read docs/alerts.md", code(watching.runbookUrl)),
    dashboard: field(kinds.flag, "Make a dashboard that Grafana's sidecar finds", true),
    workloadMetrics: optionalGroup({
        port: required(kinds.port, "Port on which the application answers with metrics of its own"),
        portName: optional(kinds.portName, "Name of that port in the pods", code("http")),
        path: optional(kinds.metricsPath, "Path of the metrics", code("/metrics")),
    }),
});

const vulnerabilityScanning = optionalGroup({
    namespaceName: optional(
        kinds.dnsLabel,
        "Namespace of Trivy operator; any setting of the group installs it",
        code(scanning.namespaceName),
    ),
    releaseName: optional(kinds.releaseName(), "Helm release of Trivy operator", code(scanning.releaseName)),
    registryCidrs: optionalList(
        kinds.cidr,
        "Addresses of the registries with the images and the databases of vulnerabilities",
        "either these or `allowAnyRegistry` must be given",
    ),
    registryPort: optional(kinds.port, "Port of the registries", code(scanning.registryPort)),
    allowAnyRegistry: field(kinds.flag, "Let the pods that scan reach every address on that port instead", false),
    allowReadingSecrets: field(
        kinds.flag,
        "Let the operator read the Secrets of the whole cluster, for images behind a password",
        false,
    ),
    databaseReference: optional(kinds.scanDatabase, "Database of vulnerabilities", "the chart's own"),
    javaDatabaseReference: optional(kinds.scanDatabase, "Database of vulnerabilities for Java", "the chart's own"),
    reports: optionalList(kinds.oneOf(...Object.values(ScanReport)), "What is reported", code(scanning.reports)),
    ignoreUnfixed: field(kinds.flag, "Leave out vulnerabilities that no newer version fixes", false),
    concurrentScans: optional(kinds.count(1, 50), "Scans at the same time", code(scanning.concurrentScans)),
    resources: computeResources("Trivy operator", scanning.resources),
    scanResources: computeResources("a scan", scanning.scanResources),
    chart: chartSource(scanning.chart),
    image: containerImage("Trivy operator"),
    trivyImage: containerImage("Trivy"),
});

const auditTrail = group({
    quietUserNames: list(
        kinds.quietUser,
        "Users that read the whole cluster all the time, such as a network plugin, left out of the audit policy",
        [],
    ),
    configMap: optionalGroup({
        namespaceName: required(kinds.dnsLabel, "Namespace of a ConfigMap with the audit policy; it must exist"),
        configMapName: optional(kinds.subdomain, "Name of that ConfigMap", code(DEFAULTS.auditTrail.configMapName)),
    }),
});

export const monitoring = group({ auditTrail, vulnerabilityScanning, alerts });

export const monitoringRules: Rule = function* (read) {
    if (!read.given("monitoring.vulnerabilityScanning")) {
        return;
    }
    const cidrs = read.given("monitoring.vulnerabilityScanning.registryCidrs");
    if (
        cidrs === read.isOn("monitoring.vulnerabilityScanning.allowAnyRegistry") &&
        read.reaches("monitoring.vulnerabilityScanning")
    ) {
        yield at(
            "monitoring.vulnerabilityScanning.registryCidrs",
            cidrs
                ? "must be left out together with monitoring.vulnerabilityScanning.allowAnyRegistry; keep the one that is meant"
                : "is missing; give the registries' addresses, or set monitoring.vulnerabilityScanning.allowAnyRegistry: true",
        );
    }
    yield* resourcesFaults(read, "monitoring.vulnerabilityScanning.resources");
    yield* resourcesFaults(read, "monitoring.vulnerabilityScanning.scanResources");
    yield* chartFaults(read, "monitoring.vulnerabilityScanning.chart");
};
