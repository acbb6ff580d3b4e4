import * as pulumi from "@pulumi/pulumi";
import { podLabelsFault } from "../cluster/network-policy";
import { DEFAULTS } from "../defaults";
import { durationFault, parseDuration } from "../duration";
import { labelsFault } from "../label-rules";
import { checkLabels } from "../labels";
import { dnsLabelFault, sqlNameFault, subdomainFault } from "../names";
import { portFault, wholeNumber } from "../numbers";
import { validationOf } from "../structure";
import type { Validation } from "../validation";
import { withDefaults } from "../with-defaults";
import { METRICS_ENDPOINTS, type MetricsEndpoint, metricsPathFault, portNameFault } from "./alert-monitors";
import { runbookFault } from "./alert-rules";
import type { AlertSubjects, AlertThresholds } from "./alert-subjects";
import type { AlertsArgs } from "./alerts";
import type { WatchedPodsArgs, WorkloadMetricsArgs } from "./alerts-settings";

/** Pods whose metrics Prometheus reads. */
export interface ScrapeTarget {
    /** Told apart from the others by it. */
    suffix: string;
    namespaceName: pulumi.Output<string>;
    podLabels: pulumi.Output<Record<string, string>>;
    endpoint: pulumi.Output<MetricsEndpoint>;
}

/** The arguments, each checked, with defaults. */
export type CheckedAlerts = ReturnType<typeof checkAlerts>;

/** Checks all arguments; with a validation that is a part of another one, that one reports. */
export function checkAlerts(name: string, args: AlertsArgs, validation = validationOf("Alerts", name, args)) {
    const defaults = DEFAULTS.alerts;
    validation.value("name", name, dnsLabelFault);
    const prometheus = withDefaults(defaults.prometheus, args.prometheus);
    const checked = {
        prometheus: {
            namespaceName: validation.value("prometheus.namespaceName", prometheus.namespaceName, dnsLabelFault),
            podLabels: validation.value(
                "prometheus.podLabels",
                prometheus.podLabels as pulumi.Input<Record<string, string>>,
                podLabelsFault,
            ),
            selectorLabels: validation.value(
                "prometheus.selectorLabels",
                (args.prometheus?.selectorLabels ?? {}) as pulumi.Input<Record<string, string>>,
                labelsFault,
            ),
        },
        scrapeIntervalSeconds: validation.value(
            "scrapeIntervalSeconds",
            args.scrapeIntervalSeconds ?? defaults.scrapeIntervalSeconds,
            wholeNumber(5, 300),
        ),
        runbookUrl: validation.value("runbookUrl", args.runbookUrl ?? defaults.runbookUrl, runbookFault),
        thresholds: checkThresholds(validation, args),
        targets: checkTargets(validation, args),
        subjects: checkSubjects(validation, args),
    };
    checkLabels(validation, args.labels);
    validation.done();
    return checked;
}

function checkThresholds(validation: Validation, args: AlertsArgs): pulumi.Output<AlertThresholds> {
    const { backupAge, ...numbers } = withDefaults(DEFAULTS.alerts.thresholds, args.thresholds);
    const number = (key: keyof typeof numbers, most: number) =>
        validation.value(`thresholds.${key}`, numbers[key], wholeNumber(key === "failedProbes" ? 0 : 1, most));
    return pulumi.output({
        rateLimitedPercent: number("rateLimitedPercent", 99),
        serverErrorPercent: number("serverErrorPercent", 99),
        failedLoginsPerMinute: number("failedLoginsPerMinute", 100_000),
        certificateDays: number("certificateDays", 365),
        connectionPercent: number("connectionPercent", 99),
        failedProbes: number("failedProbes", 1_000),
        backupAgeSeconds: validation
            .value("thresholds.backupAge", backupAge, durationFault)
            .apply((text) => Math.round(parseDuration(text) / 1_000)),
    });
}

function checkTargets(validation: Validation, args: AlertsArgs): ScrapeTarget[] {
    const target = (path: string, suffix: string, pods: WatchedPodsArgs, endpoint: pulumi.Input<MetricsEndpoint>) => ({
        suffix,
        namespaceName: validation.value(`${path}.namespaceName`, pods.namespaceName, dnsLabelFault),
        podLabels: validation.value(
            `${path}.podLabels`,
            pods.podLabels as pulumi.Input<Record<string, string>>,
            podLabelsFault,
        ),
        endpoint: pulumi.output(endpoint),
    });
    const { workload, database, ingressController, threatDetection, vulnerabilityScanning } = args;
    return [
        ...(workload.metrics
            ? [target("workload", "workload", workload, checkEndpoint(validation, workload.metrics))]
            : []),
        ...(database?.exporter ? [target("database", "database", database, METRICS_ENDPOINTS.database)] : []),
        ...(ingressController
            ? [target("ingressController", "ingress", ingressController, METRICS_ENDPOINTS.ingressController)]
            : []),
        ...(threatDetection
            ? [target("threatDetection", "falco", threatDetection, METRICS_ENDPOINTS.threatDetection)]
            : []),
        ...(vulnerabilityScanning
            ? [target("vulnerabilityScanning", "trivy", vulnerabilityScanning, METRICS_ENDPOINTS.vulnerabilityScanning)]
            : []),
    ];
}

function checkEndpoint(validation: Validation, metrics: WorkloadMetricsArgs): pulumi.Output<MetricsEndpoint> {
    return pulumi.output({
        port: validation.value("workload.metrics.port", metrics.port, portFault),
        portName: validation.value("workload.metrics.portName", metrics.portName ?? "http", portNameFault),
        path: validation.value("workload.metrics.path", metrics.path ?? "/metrics", metricsPathFault),
    });
}

/** What the rules watch; the jobs and the stack's own name come later. */
function checkSubjects(
    validation: Validation,
    args: AlertsArgs,
): pulumi.Output<Omit<AlertSubjects, "instance" | "scrapeJobs">> {
    const { workload, database, threatDetection, backup } = args;
    const label = (path: string, value: pulumi.Input<string>) => validation.value(path, value, dnsLabelFault);
    return pulumi.output({
        workload: { namespaceName: label("workload.namespaceName", workload.namespaceName) },
        ingressController: args.ingressController !== undefined,
        vulnerabilities: args.vulnerabilityScanning !== undefined,
        database: database && {
            namespaceName: label("database.namespaceName", database.namespaceName),
            statefulSetName: validation.value("database.statefulSetName", database.statefulSetName, subdomainFault),
            exporter: database.exporter ?? false,
            connectionLimits: validation.value(
                "database.connectionLimits",
                (database.connectionLimits ?? {}) as pulumi.Input<Record<string, number>>,
                connectionLimitsFault,
            ),
        },
        falco: threatDetection && {
            namespaceName: label("threatDetection.namespaceName", threatDetection.namespaceName),
        },
        guardrailPrefix: validation.optional("guardrailPrefix", args.guardrailPrefix, dnsLabelFault),
        backup: backup && {
            namespaceName: label("backup.namespaceName", backup.namespaceName),
            cronJobName: label("backup.cronJobName", backup.cronJobName),
        },
    });
}

function connectionLimitsFault(limits: Record<string, number>): string | undefined {
    for (const [role, limit] of Object.entries(limits)) {
        const fault = sqlNameFault(role) ?? wholeNumber(1, 262_143)(limit);
        if (fault) {
            return `["${role}"] ${fault}`;
        }
    }
    return undefined;
}
