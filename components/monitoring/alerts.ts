import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../child-options";
import { AllowedFlow } from "../cluster/allowed-flow";
import { standardLabels } from "../labels";
import { podMonitorSpec, scrapeJob } from "./alert-monitors";
import { alertGroups } from "./alert-rules";
import type { AlertSubjects } from "./alert-subjects";
import { type CheckedAlerts, checkAlerts } from "./alerts-check";
import type {
    AlertsSettingsArgs,
    WatchedBackupArgs,
    WatchedDatabaseArgs,
    WatchedPodsArgs,
    WatchedWorkloadArgs,
} from "./alerts-settings";
import { dashboard } from "./dashboard";
import { MONITORING_API, prometheusOperator } from "./prometheus-operator";

export type { AlertsSettingsArgs };

/** Arguments of Alerts. */
export interface AlertsArgs extends AlertsSettingsArgs {
    /** The application. */
    workload: WatchedWorkloadArgs;
    /** The database. Plain by presence. Defaults to none. */
    database?: WatchedDatabaseArgs | undefined;
    /** The ingress controller, with metrics on port 10254. Plain by presence. Defaults to none. */
    ingressController?: WatchedPodsArgs | undefined;
    /** Falco, with metrics on port 8765. Plain by presence. Defaults to none. */
    threatDetection?: WatchedPodsArgs | undefined;
    /** Trivy operator, with metrics on port 8080. Plain by presence. Defaults to none. */
    vulnerabilityScanning?: WatchedPodsArgs | undefined;
    /** What the names of the guardrails' policies begin with. Plain by presence. Defaults to none. */
    guardrailPrefix?: pulumi.Input<string> | undefined;
    /** The backups of the database. Plain by presence. Defaults to none. */
    backup?: WatchedBackupArgs | undefined;
    /** Labels for every object made here. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * Alerts by Prometheus: rules with a runbook, monitors for what they rest on, a dashboard, and the ways through the
 * default-deny on which Prometheus, and nobody else, reads the metrics.
 *
 * It needs the Prometheus operator and asks the cluster for it before anything is made, in previews too.
 */
export class Alerts extends pulumi.ComponentResource {
    /** Name of the PrometheusRule. */
    public readonly ruleName: pulumi.Output<string>;
    /** Names of the PodMonitors. */
    public readonly monitorNames: pulumi.Output<string[]>;
    /** Names of the alerts. */
    public readonly alertNames: pulumi.Output<string[]>;

    constructor(name: string, args: AlertsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:Alerts", name, {}, opts);
        const checked = checkAlerts(name, args);
        const child = childOptions(this, opts);
        const gated = gateOf(args);
        const prometheus = { ...checked.prometheus, namespaceName: gated(checked.prometheus.namespaceName) };
        const labels = standardLabels({ name: "alerts", instance: name, component: "monitoring" }, args.labels);
        const selected = pulumi
            .all([labels, prometheus.selectorLabels])
            .apply(([own, selector]) => ({ ...own, ...selector }));

        const monitors = checked.targets.map(({ suffix, podLabels, endpoint, ...target }) => {
            const namespaceName = gated(target.namespaceName);
            const flow = new AllowedFlow(
                `${name}-${suffix}-metrics`,
                {
                    from: {
                        namespaceName: prometheus.namespaceName,
                        podLabels: prometheus.podLabels,
                        unmanaged: !args.prometheus?.isolated,
                    },
                    to: { namespaceName, podLabels },
                    ports: [{ port: endpoint.port }],
                    labels: args.labels,
                },
                child,
            );
            return new k8s.apiextensions.CustomResource(
                `${name}-${suffix}-monitor`,
                {
                    apiVersion: MONITORING_API,
                    kind: "PodMonitor",
                    metadata: { name: `${name}-${suffix}`, namespace: namespaceName, labels: selected },
                    spec: pulumi
                        .all([podLabels, endpoint, checked.scrapeIntervalSeconds])
                        .apply(([pods, where, interval]) => podMonitorSpec(pods, where, interval)),
                },
                // A monitor without its flow would be an alert at once.
                { ...child, dependsOn: flow },
            );
        });
        const watched = subjects(name, checked);
        const groups = pulumi
            .all([watched, checked.thresholds, checked.runbookUrl])
            .apply(([all, limits, runbook]) => alertGroups(all, limits, runbook));
        const rule = new k8s.apiextensions.CustomResource(
            `${name}-rules`,
            {
                apiVersion: MONITORING_API,
                kind: "PrometheusRule",
                metadata: { name, namespace: prometheus.namespaceName, labels: selected },
                spec: { groups },
            },
            child,
        );
        if (args.dashboard !== false) {
            new k8s.core.v1.ConfigMap(
                `${name}-dashboard`,
                {
                    metadata: {
                        name: `${name}-dashboard`,
                        namespace: prometheus.namespaceName,
                        labels: labels.apply((own) => ({ ...own, ...DASHBOARD_LABEL })),
                    },
                    data: { [`${name}.json`]: watched.apply((all) => `${JSON.stringify(dashboard(all))}\n`) },
                },
                child,
            );
        }

        this.ruleName = rule.metadata.name;
        this.monitorNames = pulumi.all(monitors.map((monitor) => monitor.metadata.name));
        this.alertNames = groups.apply((all) => all.flatMap(({ rules }) => rules.map(({ alert }) => alert)));
        this.registerOutputs({
            ruleName: this.ruleName,
            monitorNames: this.monitorNames,
            alertNames: this.alertNames,
        });
    }
}

/** Labels by which Grafana's sidecar finds dashboards, in every usual set-up. */
const DASHBOARD_LABEL = { grafana_dashboard: "1" };

/** Holds values back until the cluster is known to take what is made of them. */
function gateOf(args: AlertsArgs): <T>(value: pulumi.Output<T>) => pulumi.Output<T> {
    const operator = args.operatorInstalled
        ? pulumi.output(undefined)
        : pulumi
              .all([args.kubeconfig, args.context])
              .apply(([kubeconfig, context]) => prometheusOperator({ kubeconfig, context }));
    // That the answer came by a secret kubeconfig makes nothing behind it a secret.
    const known = pulumi.unsecret(operator);
    return (value) => known.apply(() => value) as typeof value;
}

function subjects(name: string, { subjects: watched, targets }: CheckedAlerts): pulumi.Output<AlertSubjects> {
    const jobs = targets.map(({ suffix, namespaceName }) =>
        namespaceName.apply((namespace) => scrapeJob(namespace, `${name}-${suffix}`)),
    );
    return pulumi
        .all([watched, pulumi.all(jobs)])
        .apply(([known, scrapeJobs]) => ({ ...known, instance: name, scrapeJobs }));
}
