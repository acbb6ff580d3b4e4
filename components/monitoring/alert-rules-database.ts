/** Alert rules for the database and its backups. Pure; no Pulumi import. */
import { quoted } from "./alert-metrics";
import type { AlertThresholds, BackupSubject, DatabaseSubject, Draft } from "./alert-subjects";

/** The server and its connections. */
export function databaseRules(database: DatabaseSubject, limits: AlertThresholds): Draft[] {
    const ours = `namespace=${quoted(database.namespaceName)}`;
    const statefulSet = `kube_statefulset_status_replicas_ready{${ours},statefulset=${quoted(database.statefulSetName)}} == 0`;
    const roles = Object.entries(database.connectionLimits).map(
        ([role, limit]) =>
            `sum by (namespace, usename) (pg_stat_activity_count{${ours},usename=${quoted(role)}}) / ${limit} > ${limits.connectionPercent / 100}`,
    );
    return [
        {
            alert: "DatabaseDown",
            severity: "critical",
            expr: database.exporter ? `${statefulSet} or pg_up{${ours}} == 0` : statefulSet,
            for: "2m",
            summary: "PostgreSQL in {{ $labels.namespace }} doesn't answer",
            description: "Nobody can log in to the database.",
        },
        ...(database.exporter
            ? [
                  nearLimit(
                      "DatabaseConnectionsNearLimit",
                      `sum by (namespace, pod) (pg_stat_activity_count{${ours}}) / sum by (namespace, pod) (pg_settings_max_connections{${ours}}) > ${limits.connectionPercent / 100}`,
                      "PostgreSQL in {{ $labels.namespace }} has almost no connection left",
                      "max_connections",
                  ),
              ]
            : []),
        ...(database.exporter && roles.length > 0
            ? [
                  nearLimit(
                      "RoleConnectionsNearLimit",
                      roles.join(" or "),
                      "The role {{ $labels.usename }} has almost no connection left",
                      "its connection limit",
                  ),
              ]
            : []),
    ];
}

/** The backups. */
export function backupRule(backup: BackupSubject, limits: AlertThresholds): Draft {
    const ours = `{namespace=${quoted(backup.namespaceName)},cronjob=${quoted(backup.cronJobName)}}`;
    return {
        alert: "BackupTooOld",
        severity: "critical",
        // One that never succeeded counts from when it was made.
        expr: `time() - max by (namespace, cronjob) (kube_cronjob_status_last_successful_time${ours} or kube_cronjob_created${ours}) > ${limits.backupAgeSeconds}`,
        for: "10m",
        summary: "The database's last good backup is too old",
        description: "The last one succeeded {{ $value | humanizeDuration }} ago.",
    };
}

function nearLimit(alert: string, expr: string, summary: string, limit: string): Draft {
    const description = `{{ $value | humanizePercentage }} of ${limit} are in use; beyond it logins are refused.`;
    return { alert, severity: "warning", expr, for: "5m", summary, description };
}
