import type * as pulumi from "@pulumi/pulumi";

/** The Prometheus that reads metrics and rules. */
export interface PrometheusArgs {
    /** Namespace of Prometheus; rules and dashboard are put there. Defaults to `monitoring`. */
    namespaceName?: pulumi.Input<string> | undefined;
    /** Labels of Prometheus' pods, which alone may read metrics. Defaults to `app.kubernetes.io/name: prometheus`. */
    podLabels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
    /** Labels by which Prometheus chooses rules and monitors, such as `release: kube-prometheus-stack`. Defaults to none. */
    selectorLabels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
    /** Whether the namespace is one of Bulwark's, so that the way out is opened too. Plain. Defaults to false. */
    isolated?: boolean | undefined;
}

/** Above which values alerts fire. */
export interface AlertThresholdsArgs {
    /** Share of requests that the rate limit refuses, in percent. Defaults to 10. */
    rateLimitedPercent?: pulumi.Input<number> | undefined;
    /** Share of requests that are answered with 5xx, in percent. Defaults to 5. */
    serverErrorPercent?: pulumi.Input<number> | undefined;
    /** Answers with 401 or 403 in a minute. Defaults to 30. */
    failedLoginsPerMinute?: pulumi.Input<number> | undefined;
    /** Days that a certificate must still be valid. Defaults to 21. */
    certificateDays?: pulumi.Input<number> | undefined;
    /** Share of the connections that are in use, in percent. Defaults to 80. */
    connectionPercent?: pulumi.Input<number> | undefined;
    /** Probes of a container that fail in ten minutes. Defaults to 5. */
    failedProbes?: pulumi.Input<number> | undefined;
    /** Age of the last good backup, such as `26h`. Defaults to `26h`. */
    backupAge?: pulumi.Input<string> | undefined;
}

/** Alerts: what can be said of them whatever they watch. */
export interface AlertsSettingsArgs {
    /** The Prometheus that reads metrics and rules. */
    prometheus?: PrometheusArgs | undefined;
    /** Above which values alerts fire. */
    thresholds?: AlertThresholdsArgs | undefined;
    /** Seconds between two looks at the metrics. Defaults to 30. */
    scrapeIntervalSeconds?: pulumi.Input<number> | undefined;
    /** Where people read docs/alerts.md; each alert links to its section there. Defaults to `docs/alerts.md`. */
    runbookUrl?: pulumi.Input<string> | undefined;
    /** Whether to make a dashboard that Grafana's sidecar finds. Plain. Defaults to true. */
    dashboard?: boolean | undefined;
    /**
     * Whether the Prometheus operator is certainly there by then, for instance since the same program installs it: the
     * cluster isn't asked. Plain. Defaults to false.
     */
    operatorInstalled?: boolean | undefined;
    /** Content or path of the kubeconfig to ask by. Defaults to `KUBECONFIG` or the one in the home folder. */
    kubeconfig?: pulumi.Input<string> | undefined;
    /** Context within the kubeconfig. Defaults to its current one. */
    context?: pulumi.Input<string> | undefined;
}

/** The port on which an application answers with metrics. */
export interface WorkloadMetricsArgs {
    /** Number of the port. */
    port: pulumi.Input<number>;
    /** Name of the port in the pods. Defaults to `http`, as a HardenedWorkload has it. */
    portName?: pulumi.Input<string> | undefined;
    /** Path of the metrics. Defaults to `/metrics`. */
    path?: pulumi.Input<string> | undefined;
}

/** The application, as alerts see it. */
export interface WatchedWorkloadArgs {
    /** Namespace of the application. */
    namespaceName: pulumi.Input<string>;
    /** Labels of its pods. */
    podLabels: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** Where it answers with metrics of its own. Plain by presence. Defaults to nowhere. */
    metrics?: WorkloadMetricsArgs | undefined;
}

/** Pods of a chart, as alerts see them. */
export interface WatchedPodsArgs {
    /** Namespace of the pods. */
    namespaceName: pulumi.Input<string>;
    /** Labels of the pods. */
    podLabels: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The database, as alerts see it. */
export interface WatchedDatabaseArgs extends WatchedPodsArgs {
    /** Name of the database's StatefulSet. */
    statefulSetName: pulumi.Input<string>;
    /** Whether postgres_exporter runs beside the server, on port 9187. Plain. Defaults to false. */
    exporter?: boolean | undefined;
    /** Connection limits by role. Defaults to none. Used with the exporter only. */
    connectionLimits?: pulumi.Input<Record<string, pulumi.Input<number>>> | undefined;
}

/** The backups, as alerts see them. */
export interface WatchedBackupArgs {
    /** Namespace of the CronJob. */
    namespaceName: pulumi.Input<string>;
    /** Name of the CronJob. */
    cronJobName: pulumi.Input<string>;
}
