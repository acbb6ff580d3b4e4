/** A Grafana dashboard of what the alerts watch. Pure; no Pulumi import. */
import { anyOf, FALCO_CRITICAL, quoted } from "./alert-metrics";
import type { AlertSubjects } from "./alert-subjects";

/** One curve or number of a panel. */
interface Query {
    expr: string;
    legend: string;
}

interface Panel {
    title: string;
    kind: "timeseries" | "stat";
    unit: string;
    queries: Query[];
}

const DATASOURCE = { type: "prometheus", uid: "${datasource}" };
const WIDTH = 12;
const HEIGHT = 8;

/** The dashboard in Grafana's JSON model. Panels are left out with what they show. */
export function dashboard(subjects: AlertSubjects) {
    const panels = [
        ...ownPanels(subjects),
        ...(subjects.ingressController ? ingressPanels(subjects.workload.namespaceName) : []),
        ...(subjects.database?.exporter ? databasePanels(subjects.database.namespaceName) : []),
        ...securityPanels(subjects),
    ];
    return {
        uid: uidOf(subjects.instance),
        title: `Bulwark: ${subjects.instance}`,
        tags: ["bulwark"],
        editable: false,
        schemaVersion: 39,
        refresh: "1m",
        time: { from: "now-6h", to: "now" },
        templating: { list: [{ name: "datasource", label: "Data source", type: "datasource", query: "prometheus" }] },
        panels: panels.map((panel, index) => panelModel(panel, index)),
    };
}

function ownNamespaces({ workload, database }: AlertSubjects): string {
    return anyOf([workload.namespaceName, ...(database ? [database.namespaceName] : [])]);
}

function ownPanels(subjects: AlertSubjects): Panel[] {
    const ours = `namespace=~${ownNamespaces(subjects)}`;
    return [
        graph("Firing alerts", "short", {
            expr: `sum by (alertname) (ALERTS{bulwark=${quoted(subjects.instance)},alertstate="firing"})`,
            legend: "{{alertname}}",
        }),
        graph("Pods that are ready", "short", {
            expr: `sum by (namespace) (kube_pod_status_ready{${ours},condition="true"})`,
            legend: "{{namespace}}",
        }),
        graph("Failed probes in ten minutes", "short", {
            expr: `sum by (pod, probe_type) (increase(prober_probe_total{${ours},result="failed"}[10m]))`,
            legend: "{{pod}} {{probe_type}}",
        }),
    ];
}

function ingressPanels(namespaceName: string): Panel[] {
    const ours = `exported_namespace=${quoted(namespaceName)}`;
    return [
        graph("Requests by status", "reqps", {
            expr: `sum by (status) (rate(nginx_ingress_controller_requests{${ours}}[5m]))`,
            legend: "{{status}}",
        }),
        graph("Slowest twentieth of the requests", "s", {
            expr: `histogram_quantile(0.95, sum by (le, ingress) (rate(nginx_ingress_controller_request_duration_seconds_bucket{${ours}}[5m])))`,
            legend: "{{ingress}}",
        }),
        number("Certificates are valid for", "s", {
            expr: `min by (host) (nginx_ingress_controller_ssl_expire_time_seconds{${ours}}) - time()`,
            legend: "{{host}}",
        }),
    ];
}

function databasePanels(namespaceName: string): Panel[] {
    const ours = `namespace=${quoted(namespaceName)}`;
    return [
        graph(
            "Connections by role",
            "short",
            { expr: `sum by (usename) (pg_stat_activity_count{${ours}})`, legend: "{{usename}}" },
            { expr: `max(pg_settings_max_connections{${ours}})`, legend: "limit" },
        ),
        number("PostgreSQL answers", "short", { expr: `min(pg_up{${ours}})`, legend: "" }),
    ];
}

function securityPanels(subjects: AlertSubjects): Panel[] {
    const { falco, guardrailPrefix, vulnerabilities, backup } = subjects;
    return [
        ...(falco
            ? [
                  graph("Falco's events in ten minutes", "short", {
                      expr: `sum by (rule_name) (increase(falcosecurity_falco_rules_matches_total{namespace=${quoted(falco.namespaceName)}}[10m]))`,
                      legend: "{{rule_name}}",
                  }),
                  number("Critical events so far", "short", {
                      expr: `sum(falcosecurity_falco_rules_matches_total{namespace=${quoted(falco.namespaceName)},priority=~${quoted(FALCO_CRITICAL)}}) or vector(0)`,
                      legend: "",
                  }),
              ]
            : []),
        ...(guardrailPrefix === undefined
            ? []
            : [
                  graph("Objects that guardrails refuse in ten minutes", "short", {
                      expr: `sum by (policy) (increase(apiserver_validating_admission_policy_check_total{policy=~${quoted(`${guardrailPrefix}-.*`)},enforcement_action="deny"}[10m]))`,
                      legend: "{{policy}}",
                  }),
              ]),
        ...(vulnerabilities
            ? [
                  graph("Vulnerabilities by severity", "short", {
                      expr: `sum by (severity) (trivy_image_vulnerabilities{exported_namespace=~${ownNamespaces(subjects)}})`,
                      legend: "{{severity}}",
                  }),
              ]
            : []),
        ...(backup
            ? [
                  number("Age of the last good backup", "s", {
                      expr: `time() - max(kube_cronjob_status_last_successful_time{namespace=${quoted(backup.namespaceName)},cronjob=${quoted(backup.cronJobName)}})`,
                      legend: "",
                  }),
              ]
            : []),
    ];
}

function graph(title: string, unit: string, ...queries: Query[]): Panel {
    return { title, kind: "timeseries", unit, queries };
}

function number(title: string, unit: string, ...queries: Query[]): Panel {
    return { title, kind: "stat", unit, queries };
}

function panelModel({ title, kind, unit, queries }: Panel, index: number) {
    return {
        id: index + 1,
        title,
        type: kind,
        datasource: DATASOURCE,
        gridPos: { x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
        fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
        targets: queries.map(({ expr, legend }, place) => ({
            refId: String.fromCharCode("A".charCodeAt(0) + place),
            datasource: DATASOURCE,
            expr,
            legendFormat: legend,
        })),
    };
}

/** Grafana allows 40 characters. */
function uidOf(instance: string): string {
    return `bulwark-${instance}`.slice(0, 40);
}
