/**
 * A quiet world as Prometheus sees it, in promtool's notation with a sample a minute, and for each alert two changes to
 * it: one that it must fire for, and one just below, that it must not.
 */

/** Values by series; undefined takes a series out of the world. */
export type Series = Record<string, string | undefined>;

export interface AlertCase {
    alert: string;
    /** When the alert fires, and when it still doesn't. */
    at: string;
    fires: Series;
    silent: Series;
}

const DAY = 86_400;
const requests = (status: number) =>
    `nginx_ingress_controller_requests{exported_namespace="shop",ingress="web",status="${status}",namespace="ingress-nginx"}`;
const certificate = `nginx_ingress_controller_ssl_expire_time_seconds{exported_namespace="shop",host="shop.example.com"}`;
const reload = `nginx_ingress_controller_config_last_reload_successful{namespace="ingress-nginx",pod="controller-0"}`;
const ready = (pod: string) => `kube_pod_status_ready{namespace="shop",pod="${pod}",condition="true"}`;
const phase = (pod: string, name: string) => `kube_pod_status_phase{namespace="shop",pod="${pod}",phase="${name}"}`;
const probes = (result: string) =>
    `prober_probe_total{namespace="shop",pod="web-0",container="app",probe_type="Readiness",result="${result}"}`;
const startup = `prober_probe_total{namespace="shop",pod="web-0",container="app",probe_type="Startup",result="failed"}`;
const statefulSet = `kube_statefulset_status_replicas_ready{namespace="database",statefulset="pgdb-postgresql"}`;
const exporter = (metric: string, labels = "") => `${metric}{namespace="database",pod="pgdb-postgresql-0"${labels}}`;
const activity = (role: string) => exporter("pg_stat_activity_count", `,usename="${role}",state="idle"`);
const falco = (priority: number) =>
    `falcosecurity_falco_rules_matches_total{namespace="falco",priority="${priority}",rule_name="Shell in a container"}`;
const guardrail = (policy: string, action: string) =>
    `apiserver_validating_admission_policy_check_total{policy="${policy}",enforcement_action="${action}"}`;
const created = `kube_cronjob_created{namespace="database",cronjob="backup"}`;
const vulnerabilities = (severity: string) =>
    `trivy_image_vulnerabilities{exported_namespace="shop",image_repository="example/app",image_tag="1.4.2",severity="${severity}"}`;
const backup = `kube_cronjob_status_last_successful_time{namespace="database",cronjob="backup"}`;
const scraped = (job: string) => `up{job="${job}",instance="10.0.0.9"}`;

/** Nothing happens but ordinary requests. Time starts at 0, so a certificate of a year expires at that second. */
export const QUIET: Series = {
    [requests(200)]: "0+600x300",
    [requests(429)]: "0+6x300",
    [requests(500)]: "0+6x300",
    [requests(401)]: "0+6x300",
    [certificate]: `${365 * DAY}x300`,
    [reload]: "1x300",
    [ready("web-0")]: "1x300",
    [phase("web-0", "Running")]: "1x300",
    [ready("migration")]: "0x300",
    [phase("migration", "Succeeded")]: "1x300",
    [probes("successful")]: "0+6x300",
    [startup]: "0+1x300",
    [statefulSet]: "1x300",
    [exporter("pg_up")]: "1x300",
    [exporter("pg_settings_max_connections")]: "100x300",
    [activity("readonly")]: "5x300",
    [activity("app_owner")]: "5x300",
    [falco(5)]: "0+3x300",
    [guardrail("bulwark-no-host-paths", "warn")]: "0+3x300",
    [guardrail("somebody-elses", "deny")]: "0+3x300",
    [vulnerabilities("Critical")]: "0x300",
    [vulnerabilities("High")]: "3x300",
    [backup]: "0+60x300",
    [created]: "0x300",
    [scraped("shop/sample-workload")]: "1x300",
    [scraped("database/sample-database")]: "1x300",
};

export const CASES: AlertCase[] = [
    {
        alert: "RateLimitedTraffic",
        at: "30m",
        fires: { [requests(429)]: "0+120x300" },
        silent: { [requests(429)]: "0+60x300" },
    },
    {
        alert: "ServerErrors",
        at: "30m",
        fires: { [requests(500)]: "0+60x300" },
        silent: { [requests(500)]: "0+30x300" },
    },
    {
        alert: "FailedLogins",
        at: "30m",
        fires: { [requests(401)]: "0+31x300" },
        silent: { [requests(401)]: "0+30x300" },
    },
    {
        alert: "CertificateExpiresSoon",
        at: "90m",
        fires: { [certificate]: `${21 * DAY}x300` },
        silent: { [certificate]: `${22 * DAY}x300` },
    },
    {
        alert: "IngressConfigurationRefused",
        at: "30m",
        fires: { [reload]: "1x10 0x60" },
        silent: { [reload]: "1x22 0x60" },
    },
    {
        alert: "PodsNotReady",
        at: "30m",
        fires: { [ready("web-0")]: "1x10 0x60" },
        silent: { [ready("web-0")]: "1x22 0x60" },
    },
    {
        alert: "FailedProbes",
        at: "30m",
        fires: { [probes("failed")]: "0x20 1+1x60" },
        silent: { [probes("failed")]: "0x20 5x60" },
    },
    {
        alert: "DatabaseDown",
        at: "30m",
        fires: { [statefulSet]: "1x20 0x60" },
        silent: { [statefulSet]: "1x20 0 1x60" },
    },
    {
        alert: "DatabaseDown",
        at: "30m",
        fires: { [exporter("pg_up")]: "1x20 0x60" },
        silent: { [exporter("pg_up")]: "1x20 0 1x60" },
    },
    {
        alert: "DatabaseConnectionsNearLimit",
        at: "30m",
        fires: { [activity("app_owner")]: "76x300" },
        silent: { [activity("app_owner")]: "75x300" },
    },
    {
        alert: "RoleConnectionsNearLimit",
        at: "30m",
        fires: { [activity("readonly")]: "17x300" },
        silent: { [activity("readonly")]: "16x300" },
    },
    // A counter that was there, and one that comes with its first event.
    { alert: "FalcoCriticalEvent", at: "30m", fires: { [falco(2)]: "4x25 5x60" }, silent: { [falco(2)]: "4x300" } },
    { alert: "FalcoCriticalEvent", at: "30m", fires: { [falco(0)]: "_x25 1x60" }, silent: { [falco(0)]: "_x15 1x60" } },
    {
        alert: "GuardrailDenials",
        at: "30m",
        fires: { [guardrail("bulwark-no-host-paths", "deny")]: "_x25 1x60" },
        silent: { [guardrail("bulwark-no-host-paths", "deny")]: "_x15 1x60" },
    },
    {
        alert: "CriticalVulnerabilities",
        at: "90m",
        fires: { [vulnerabilities("Critical")]: "0x20 1x200" },
        silent: { [vulnerabilities("Critical")]: "0x40 1x200" },
    },
    {
        alert: "BackupTooOld",
        at: "140m",
        fires: { [backup]: "0x300" },
        silent: { [backup]: "0x60 3600x300" },
    },
    // One that never succeeded.
    {
        alert: "BackupTooOld",
        at: "140m",
        fires: { [backup]: undefined },
        silent: { [backup]: undefined, [created]: "3600x300" },
    },
    {
        alert: "PodMetricsMissing",
        at: "40m",
        fires: { [ready("web-0")]: "1x10", [ready("migration")]: undefined },
        silent: { [ready("web-0")]: "1x300", [ready("migration")]: undefined },
    },
    {
        alert: "ProbeMetricsMissing",
        at: "30m",
        fires: { [probes("successful")]: undefined, [startup]: undefined },
        silent: { [probes("successful")]: undefined },
    },
    {
        alert: "ScrapeFailed",
        at: "30m",
        fires: { [scraped("shop/sample-workload")]: "1x10 0x60" },
        silent: { [scraped("shop/sample-workload")]: "1x20 0x60" },
    },
    {
        alert: "ScrapeFailed",
        at: "30m",
        fires: { [scraped("database/sample-database")]: undefined },
        silent: { [scraped("database/sample-database")]: "0x10 1x60" },
    },
];
