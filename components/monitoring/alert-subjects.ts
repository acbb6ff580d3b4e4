/** What alert rules are made from. Pure; no Pulumi import. */

/** Above which values alerts fire. */
export interface AlertThresholds {
    rateLimitedPercent: number;
    serverErrorPercent: number;
    failedLoginsPerMinute: number;
    certificateDays: number;
    connectionPercent: number;
    failedProbes: number;
    backupAgeSeconds: number;
}

/** What the rules watch, every value known. What is left out has no rules. */
export interface AlertSubjects {
    /** Name of the stack's alerts: the label `bulwark` of each. */
    instance: string;
    workload: { namespaceName: string };
    ingressController: boolean;
    database?: DatabaseSubject | undefined;
    falco?: { namespaceName: string } | undefined;
    /** Whether Trivy operator is scraped. */
    vulnerabilities: boolean;
    /** What the names of the guardrails' policies begin with. */
    guardrailPrefix?: string | undefined;
    backup?: BackupSubject | undefined;
    /** Names of the scrape jobs that Prometheus makes from the monitors. */
    scrapeJobs: string[];
}

/** The database as the rules see it. */
export interface DatabaseSubject {
    namespaceName: string;
    statefulSetName: string;
    /** Whether postgres_exporter is scraped. */
    exporter: boolean;
    /** Connection limits by role. */
    connectionLimits: Record<string, number>;
}

/** The backups as the rules see them. */
export interface BackupSubject {
    namespaceName: string;
    cronJobName: string;
}

/** A rule before it gets its labels and its section of the runbook. */
export interface Draft {
    alert: string;
    severity: "critical" | "warning";
    expr: string;
    for: string;
    summary: string;
    description: string;
}
