/** Alert rules for the application, its pods and the way in. Pure; no Pulumi import. */
import { anyOf, quoted } from "./alert-metrics";
import type { AlertSubjects, AlertThresholds, Draft } from "./alert-subjects";

/** What clients see at the ingress. */
export function ingressRules({ workload }: AlertSubjects, limits: AlertThresholds): Draft[] {
    // The monitor keeps the target's own `namespace`, the controller's: that of the Ingress arrives under this name.
    const ours = `exported_namespace=${quoted(workload.namespaceName)}`;
    const requests = (more = "") => `sum by (ingress) (rate(nginx_ingress_controller_requests{${ours}${more}}[5m]))`;
    const share = (status: string) => `${requests(`,status${status}`)} / ${requests()}`;
    return [
        {
            alert: "RateLimitedTraffic",
            severity: "warning",
            expr: `${share('="429"')} > ${limits.rateLimitedPercent / 100}`,
            for: "5m",
            summary: "Many requests to {{ $labels.ingress }} run into the rate limit",
            description: `{{ $value | humanizePercentage }} of the requests are refused with 429; up to ${limits.rateLimitedPercent}% are taken for normal.`,
        },
        {
            alert: "ServerErrors",
            severity: "critical",
            expr: `${share('=~"5.."')} > ${limits.serverErrorPercent / 100}`,
            for: "5m",
            summary: "Many requests to {{ $labels.ingress }} fail",
            description: `{{ $value | humanizePercentage }} of the requests are answered with 5xx; up to ${limits.serverErrorPercent}% are taken for normal.`,
        },
        {
            alert: "FailedLogins",
            severity: "warning",
            expr: `60 * ${requests(',status=~"401|403"')} > ${limits.failedLoginsPerMinute}`,
            for: "5m",
            summary: "Many logins at {{ $labels.ingress }} fail",
            description: `{{ $value | humanize }} requests a minute are answered with 401 or 403; up to ${limits.failedLoginsPerMinute} are taken for normal.`,
        },
        {
            alert: "CertificateExpiresSoon",
            severity: "warning",
            expr: `min by (host) (nginx_ingress_controller_ssl_expire_time_seconds{${ours}}) - time() < ${limits.certificateDays * 86_400}`,
            for: "1h",
            summary: "The certificate of {{ $labels.host }} expires soon",
            description: `It is valid for another {{ $value | humanizeDuration }}; it should have been renewed ${limits.certificateDays} days before its end.`,
        },
        {
            alert: "IngressConfigurationRefused",
            severity: "critical",
            expr: "nginx_ingress_controller_config_last_reload_successful == 0",
            for: "10m",
            summary: "The ingress controller runs with an old configuration",
            description:
                "NGINX refused the last one in {{ $labels.pod }}: changes of Ingresses and certificates have no effect.",
        },
    ];
}

/** The pods of every watched namespace. */
export function podRules(
    { workload, database, ingressController, falco }: AlertSubjects,
    limits: AlertThresholds,
): Draft[] {
    const ours = `namespace=~${anyOf(
        [workload.namespaceName, database?.namespaceName, falco?.namespaceName].filter((it) => it !== undefined),
    )}`;
    const failed = `prober_probe_total{${ours},probe_type=~"Liveness|Readiness",result="failed"}`;
    return [
        {
            alert: "PodsNotReady",
            severity: "critical",
            // The pods of finished Jobs are never ready again.
            expr: `min by (namespace, pod) (kube_pod_status_ready{${ours},condition="true"}) == 0 unless on (namespace, pod) kube_pod_status_phase{${ours},phase="Succeeded"} == 1`,
            for: "10m",
            summary: "{{ $labels.namespace }}/{{ $labels.pod }} isn't ready",
            description: `The pod takes no requests and has not for ten minutes${ingressController ? "; the ingress controller sends it none" : ""}.`,
        },
        {
            alert: "FailedProbes",
            severity: "warning",
            expr: `sum by (namespace, pod, container, probe_type) (increase(${failed}[10m])) > ${limits.failedProbes}`,
            for: "0m",
            summary: "{{ $labels.namespace }}/{{ $labels.pod }} fails its {{ $labels.probe_type }} probe",
            description: `{{ $value | humanize }} failures of container {{ $labels.container }} in ten minutes; up to ${limits.failedProbes} are taken for normal.`,
        },
    ];
}
