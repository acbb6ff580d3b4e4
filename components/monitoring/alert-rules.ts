/** Alert rules for Prometheus. Pure; no Pulumi import. */
import { anyOf, FALCO_CRITICAL, quoted } from "./alert-metrics";
import { ingressRules, podRules } from "./alert-rules-application";
import { backupRule, databaseRules } from "./alert-rules-database";
import type { AlertSubjects, AlertThresholds, Draft } from "./alert-subjects";

/** An alert of Prometheus. */
export interface AlertRule {
    alert: string;
    expr: string;
    for: string;
    labels: Record<string, string>;
    annotations: { summary: string; description: string; runbook_url: string };
}

/** Rules that Prometheus evaluates together. */
export interface RuleGroup {
    name: string;
    rules: AlertRule[];
}

/** All rules for the subjects. `runbook` is the address of docs/alerts.md; each alert has a section there. */
export function alertGroups(subjects: AlertSubjects, limits: AlertThresholds, runbook: string): RuleGroup[] {
    const groups: Record<string, Draft[]> = {
        application: [
            ...podRules(subjects, limits),
            ...(subjects.ingressController ? ingressRules(subjects, limits) : []),
        ],
        database: [
            ...(subjects.database ? databaseRules(subjects.database, limits) : []),
            ...(subjects.backup ? [backupRule(subjects.backup, limits)] : []),
        ],
        security: [
            ...(subjects.falco ? [falcoRule(subjects.falco.namespaceName)] : []),
            ...(subjects.vulnerabilities ? [vulnerabilityRule(subjects)] : []),
            ...(subjects.guardrailPrefix === undefined ? [] : [guardrailRule(subjects.guardrailPrefix)]),
        ],
        monitoring: monitoringRules(subjects),
    };
    return Object.entries(groups)
        .filter(([, drafts]) => drafts.length > 0)
        .map(([name, drafts]) => ({
            name: `${subjects.instance}-${name}`,
            rules: drafts.map((draft) => finished(draft, subjects.instance, runbook)),
        }));
}

/** The anchor of an alert's section in the runbook, as Markdown renderers make it from the heading. */
export function runbookAnchor(alert: string): string {
    return alert.toLowerCase();
}

function finished({ alert, severity, summary, description, ...rule }: Draft, instance: string, runbook: string) {
    return {
        alert,
        ...rule,
        labels: { severity, bulwark: instance },
        annotations: { summary, description, runbook_url: `${runbook}#${runbookAnchor(alert)}` },
    };
}

function falcoRule(namespaceName: string): Draft {
    const matches = `falcosecurity_falco_rules_matches_total{namespace=${quoted(namespaceName)},priority=~${quoted(FALCO_CRITICAL)}}`;
    return {
        alert: "FalcoCriticalEvent",
        severity: "critical",
        expr: `sum by (rule_name) (${grown(matches)}) > 0`,
        for: "0m",
        summary: "Falco reports: {{ $labels.rule_name }}",
        description: "Somebody does in a container what only an attacker would; Falco's log says who, where and how.",
    };
}

function vulnerabilityRule({ workload, database }: AlertSubjects): Draft {
    // As at the ingress, the namespace of the scanned pods arrives under another name than the scanner's.
    const ours = anyOf([workload.namespaceName, ...(database ? [database.namespaceName] : [])]);
    return {
        alert: "CriticalVulnerabilities",
        severity: "warning",
        expr: `sum by (exported_namespace, image_repository, image_tag) (trivy_image_vulnerabilities{exported_namespace=~${ours},severity="Critical"}) > 0`,
        for: "1h",
        summary: "{{ $labels.image_repository }}:{{ $labels.image_tag }} has critical vulnerabilities",
        description: "{{ $value }} of them in an image that runs in {{ $labels.exported_namespace }}.",
    };
}

function guardrailRule(prefix: string): Draft {
    const denials = `apiserver_validating_admission_policy_check_total{policy=~${quoted(`${prefix}-.*`)},enforcement_action="deny"}`;
    return {
        alert: "GuardrailDenials",
        severity: "warning",
        expr: `sum by (policy) (${grown(denials)}) > 0`,
        for: "0m",
        summary: "The guardrail {{ $labels.policy }} refused an object",
        description: "Somebody tried to make or change what the rules forbid; the audit log says who.",
    };
}

/** By how much a counter grew in ten minutes; one that appears only with its first event has grown by its value. */
function grown(counter: string): string {
    return `increase(${counter}[10m]) > 0 or (${counter} unless ${counter} offset 10m)`;
}

/** A rule whose metric is missing never fires: these say so. */
function monitoringRules({ workload, scrapeJobs }: AlertSubjects): Draft[] {
    const ours = `{namespace=${quoted(workload.namespaceName)}}`;
    const missing = (alert: string, metric: string, source: string): Draft => ({
        alert,
        severity: "warning",
        expr: `absent(${metric}${ours})`,
        for: "15m",
        summary: `Prometheus has no metrics of ${source}`,
        description: "Alerts that rest on them can't fire.",
    });
    const lost = [
        `up{job=~${anyOf(scrapeJobs)}} == 0`,
        ...scrapeJobs.map((job) => `absent(up{job=${quoted(job)}})`),
    ].join(" or ");
    return [
        missing("PodMetricsMissing", "kube_pod_status_ready", "kube-state-metrics"),
        missing("ProbeMetricsMissing", "prober_probe_total", "the kubelet's probes"),
        ...(scrapeJobs.length === 0
            ? []
            : [
                  {
                      alert: "ScrapeFailed",
                      severity: "warning" as const,
                      expr: lost,
                      for: "15m",
                      summary: "Prometheus can't read the metrics of {{ $labels.job }}",
                      description: "Alerts that rest on them can't fire.",
                  },
              ]),
    ];
}

/** What is wrong with the address of the runbook, or undefined. */
export function runbookFault(address: string): string | undefined {
    return typeof address === "string" && /^[^\s#"'{}]+$/.test(address)
        ? undefined
        : `must be an address without "#", spaces, quotes and braces, is ${JSON.stringify(address)}; write for example "https://wiki.example.com/alerts"`;
}
