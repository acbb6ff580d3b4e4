/** The metrics that the rules and the dashboard read, and who exposes them. Pure; no Pulumi import. */

/** What exposes a metric. The first four are scraped by Alerts' own monitors, the others by the cluster's Prometheus. */
export const MetricSource = {
    /** The ingress controller, on its metrics port. */
    IngressController: "ingress-nginx",
    /** postgres_exporter beside the database. */
    PostgresExporter: "postgres_exporter",
    /** Falco's web server. */
    Falco: "Falco",
    /** Trivy operator. */
    TrivyOperator: "Trivy operator",
    /** Prometheus itself, about what it scrapes and which alerts fire. */
    Prometheus: "Prometheus",
    /** kube-state-metrics. */
    KubeStateMetrics: "kube-state-metrics",
    /** The kubelet, at `/metrics/probes`. */
    Kubelet: "kubelet",
    /** The API server. */
    ApiServer: "API server",
} as const;
export type MetricSource = (typeof MetricSource)[keyof typeof MetricSource];

/** Every metric that is used, by the source whose documentation tells what it means. */
export const METRICS: Record<string, MetricSource> = {
    nginx_ingress_controller_requests: MetricSource.IngressController,
    nginx_ingress_controller_request_duration_seconds_bucket: MetricSource.IngressController,
    nginx_ingress_controller_ssl_expire_time_seconds: MetricSource.IngressController,
    nginx_ingress_controller_config_last_reload_successful: MetricSource.IngressController,
    pg_up: MetricSource.PostgresExporter,
    pg_stat_activity_count: MetricSource.PostgresExporter,
    pg_settings_max_connections: MetricSource.PostgresExporter,
    falcosecurity_falco_rules_matches_total: MetricSource.Falco,
    trivy_image_vulnerabilities: MetricSource.TrivyOperator,
    up: MetricSource.Prometheus,
    ALERTS: MetricSource.Prometheus,
    kube_pod_status_ready: MetricSource.KubeStateMetrics,
    kube_pod_status_phase: MetricSource.KubeStateMetrics,
    kube_statefulset_status_replicas_ready: MetricSource.KubeStateMetrics,
    kube_cronjob_status_last_successful_time: MetricSource.KubeStateMetrics,
    kube_cronjob_created: MetricSource.KubeStateMetrics,
    prober_probe_total: MetricSource.Kubelet,
    apiserver_validating_admission_policy_check_total: MetricSource.ApiServer,
};

/** Falco gives priorities as numbers: emergency, alert, critical. */
export const FALCO_CRITICAL = "0|1|2";

/** A label's value in a selector; quotes and backslashes would end it. */
export function quoted(value: string): string {
    return JSON.stringify(value);
}

/** A regular expression that matches exactly one of the values. Names of Kubernetes objects hold no other special character. */
export function anyOf(values: string[]): string {
    return quoted(values.map((value) => value.replaceAll(".", "\\.")).join("|"));
}
