/** Threats that the monitoring layer makes visible. */
import type { Threat } from "./threat";

export const MONITORING: Threat[] = [
    {
        threat: "Somebody with rights enters a pod or reads a Secret, and leaves no trace",
        defence:
            "An audit policy for the API server, which its operator must install ([audit.md](audit.md)); it never logs what is in a Secret",
        code: ["components/monitoring/audit-policy.ts"],
        probes: ["monitoring/exec-recorded", "monitoring/secret-read-recorded"],
    },
    {
        threat: "Passwords of the database are guessed, or its structure is changed, and nobody notices",
        defence: "Logins, refused ones too, and statements by class in the server's log (pgaudit)",
        code: ["components/database/server-configuration.ts", "components/database/postgresql-values.ts"],
        probes: ["monitoring/failed-login-recorded", "monitoring/schema-change-recorded"],
    },
    {
        threat: "An intruder works in a container: a shell, brought tools, reads of credentials, odd connections",
        defence: "Falco, with rules for the protected namespaces",
        code: [
            "components/monitoring/falco-process-rules.ts",
            "components/monitoring/falco-file-rules.ts",
            "components/monitoring/falco-network-rules.ts",
        ],
        probes: ["monitoring/shell-reported"],
    },
    {
        threat: "Nobody looks while something goes wrong",
        defence: "Alerts for Prometheus with a runbook, on demand: `monitoring.alerts`",
        code: ["components/monitoring/alert-rules.ts", "components/monitoring/alerts.ts"],
        probes: ["monitoring/alerts-missing"],
    },
    {
        threat: "An image with known flaws runs on for months",
        defence: "Trivy operator, on demand (`monitoring.vulnerabilityScanning`), and a scan in the daily check",
        code: ["components/monitoring/vulnerability-scanning.ts", "scripts/scan.ts"],
        probes: ["monitoring/unscanned-image"],
    },
];
