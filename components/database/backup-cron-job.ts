/** The CronJobs of backups. Pure; no Pulumi import. */
import { type BackupPodParts, backupPodSpec, type ReaderPodParts, readerPodSpec } from "./backup-pod";

/** What the CronJob is made of; each value is only put in its place, and may be known later. */
export interface BackupCronJobParts extends BackupPodParts {
    schedule: unknown;
    timeZone: unknown;
    suspend: unknown;
    retries: unknown;
    deadlineSeconds: unknown;
    labels: unknown;
}

/** Seconds after its time in which a backup is still begun, when the cluster was down then. */
const STARTING_DEADLINE = 21_600;

/** The `spec` of the CronJob that makes backups. */
export function backupCronJobSpec<P extends BackupCronJobParts>(parts: P) {
    const metadata = { labels: parts.labels as P["labels"] };
    return {
        schedule: parts.schedule as P["schedule"],
        timeZone: parts.timeZone as P["timeZone"],
        suspend: parts.suspend as P["suspend"],
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: STARTING_DEADLINE,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
            metadata,
            spec: {
                backoffLimit: parts.retries as P["retries"],
                activeDeadlineSeconds: parts.deadlineSeconds as P["deadlineSeconds"],
                template: { metadata, spec: backupPodSpec(parts) },
            },
        },
    };
}

/** The `spec` of the CronJob that is never due: `kubectl create job --from` makes a pod of it to copy backups from. */
export function readerCronJobSpec<P extends ReaderPodParts & { labels: unknown }>(parts: P) {
    const metadata = { labels: parts.labels as P["labels"] };
    return {
        suspend: true,
        schedule: "0 0 1 1 *",
        jobTemplate: {
            metadata,
            spec: {
                backoffLimit: 0,
                ttlSecondsAfterFinished: 60,
                template: { metadata, spec: readerPodSpec(parts) },
            },
        },
    };
}
