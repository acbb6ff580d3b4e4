import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../child-options";
import { AllowedFlow } from "../cluster/allowed-flow";
import { DEFAULTS } from "../defaults";
import { imageFault } from "../image";
import { checkLabels, standardLabels } from "../labels";
import { dnsLabelFault, sqlNameFault, subdomainFault } from "../names";
import { wholeNumber } from "../numbers";
import { bytesFault } from "../quantity";
import { type ComputeResourcesArgs, resourceRequirements } from "../resources";
import { validationOf } from "../structure";
import { backupCronJobSpec, readerCronJobSpec } from "./backup-cron-job";
import { backupRoleSql } from "./backup-role-sql";
import { recipientFault, scheduleFault, timeZoneFault } from "./backup-rules";
import { WAIT_SECONDS } from "./client-script";
import { credentialsSecret } from "./credentials-secret";
import { guarded } from "./data-guard";
import { generatedPassword } from "./generated-password";
import { POSTGRES_PORT } from "./postgresql-values";
import { scramVerifier } from "./scram";
import { checkSqlJobSettings } from "./sql-job";
import { checkDatabase, runAsSuperuser, type SuperuserSqlArgs } from "./superuser-sql";

/** When backups are made, for whom, and where they are kept. */
export interface BackupSettingsArgs {
    /** Certificates of those who can decrypt the backups, in PEM, with RSA keys of at least 3072 bits; best two of them. */
    recipientCertificates: pulumi.Input<pulumi.Input<string>[]>;
    /** When a backup is made, as a CronJob's schedule. Defaults to `17 2 * * *`. */
    schedule?: pulumi.Input<string> | undefined;
    /** Time zone of the schedule. Defaults to `Etc/UTC`. */
    timeZone?: pulumi.Input<string> | undefined;
    /** Whether no backups are made for now; those that are there stay. Defaults to false. */
    suspend?: pulumi.Input<boolean> | undefined;
    /** How many backups are kept; older ones are removed when a new one is whole. Defaults to 14. */
    keep?: pulumi.Input<number> | undefined;
    /** Size of the volume that holds the backups. It can't shrink. Defaults to `8Gi`. */
    storageSize?: pulumi.Input<string> | undefined;
    /** StorageClass of that volume. It can't change once the volume exists. Defaults to the cluster's default class. */
    storageClassName?: pulumi.Input<string> | undefined;
    /** Seconds after which a backup is given up, all tries together; from 90. Defaults to 7200. */
    deadlineSeconds?: pulumi.Input<number> | undefined;
    /** How often a failed backup is tried again. Defaults to 2. */
    retries?: pulumi.Input<number> | undefined;
    /** Image with `pg_dump` of the server's version, OpenSSL 3, bash and coreutils; best the server's own. Defaults to the server's default image. */
    image?: pulumi.Input<string> | undefined;
    /** Compute resources of a backup's pod. Defaults to 128Mi of memory requested and 512Mi at most. */
    resources?: ComputeResourcesArgs | undefined;
    /** Role that dumps. Defaults to `backup`. */
    roleName?: pulumi.Input<string> | undefined;
    /** Name of CronJob, volume and all that belongs to them, at most 40 characters. Defaults to `database-backup`. */
    cronJobName?: pulumi.Input<string> | undefined;
}

/** Arguments of DatabaseBackup. */
export interface DatabaseBackupArgs extends SuperuserSqlArgs, BackupSettingsArgs {
    /** Namespace of the backups. Defaults to the server's. */
    namespaceName?: pulumi.Input<string> | undefined;
    /** Whether Pulumi refuses to delete the volume with the backups. Plain. Defaults to false. */
    protectData?: boolean | undefined;
    /** Whether a change may leave the backups so far behind on a volume of their own. Plain. Defaults to false. */
    allowDataLoss?: boolean | undefined;
}

/**
 * Encrypted backups of a database by a CronJob, on a volume of their own. Nothing in the cluster can decrypt them, and
 * the role that dumps can only read.
 *
 * A backup is there whole or not at all. It holds the database with everybody's privileges and policies; the roles and
 * their passwords are Pulumi's. docs/restore.md tells how to restore one.
 */
export class DatabaseBackup extends pulumi.ComponentResource {
    /** Name of the CronJob that makes backups. */
    public readonly cronJobName: pulumi.Output<string>;
    /** Name of the suspended CronJob from which a pod is made that hands backups out. */
    public readonly readerCronJobName: pulumi.Output<string>;
    /** Namespace of both. */
    public readonly namespaceName: pulumi.Output<string>;
    /** Name of the PersistentVolumeClaim that holds the backups. */
    public readonly volumeClaimName: pulumi.Output<string>;
    /** Role that dumps. */
    public readonly roleName: pulumi.Output<string>;

    constructor(name: string, args: DatabaseBackupArgs, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:DatabaseBackup", name, {}, opts);
        const child = childOptions(this, opts);
        const valid = checkDatabaseBackup(name, args);
        const { namespaceName, cronJobName, storageClassName } = valid;
        const place = guarded(
            `${name}-guard`,
            { namespaceName, cronJobName, storageClassName },
            {
                subject: `DatabaseBackup "${name}"`,
                advice: "Take that back, or leave the backups so far behind on their volume with `allowDataLoss`.",
                allowed: args.allowDataLoss,
            },
            child,
        );
        const checked = { ...valid, ...place };
        const { server } = args;
        const named = (suffix: string) => checked.cronJobName.apply((cronJob) => cronJob + suffix);
        const labelsOf = (part: string) =>
            standardLabels({ name: part, instance: checked.cronJobName, component: "database" }, args.labels);
        const labels = labelsOf("database-backup");
        const metadata = (suffix: string) => ({ name: named(suffix), namespace: checked.namespaceName, labels });

        const password = generatedPassword(`${name}-password`, child);
        const role = runAsSuperuser(
            `${name}-role`,
            args,
            {
                jobName: named("-role"),
                sql: pulumi
                    .all([checked.roleName, args.databaseName, pulumi.unsecret(password.apply(scramVerifier))])
                    .apply(([roleName, databaseName, passwordVerifier]) =>
                        backupRoleSql({ roleName, databaseName, passwordVerifier }),
                    ),
            },
            child,
        );
        const credentials = credentialsSecret(
            `${name}-credentials`,
            metadata("-credentials"),
            {
                host: server.host,
                port: server.port ?? POSTGRES_PORT,
                database: args.databaseName,
                username: checked.roleName,
                password,
                caCertificate: server.caCertificate,
            },
            child,
        );
        const recipients = new k8s.core.v1.ConfigMap(
            `${name}-recipients`,
            {
                metadata: metadata("-recipients"),
                data: checked.recipientCertificates.apply((certificates) =>
                    Object.fromEntries(certificates.map((pem, index) => [`${index + 1}.crt`, pem])),
                ),
            },
            child,
        );
        const volume = new k8s.core.v1.PersistentVolumeClaim(
            `${name}-volume`,
            {
                metadata: metadata(""),
                spec: {
                    accessModes: ["ReadWriteOnce"],
                    resources: { requests: { storage: checked.storageSize } },
                    storageClassName: checked.storageClassName as pulumi.Output<string>,
                },
            },
            { ...child, retainOnDelete: true, ...(args.protectData && { protect: true }) },
        );
        const flow = new AllowedFlow(
            `${name}-flow`,
            {
                from: {
                    namespaceName: checked.namespaceName,
                    podLabels: {
                        "app.kubernetes.io/name": "database-backup",
                        "app.kubernetes.io/instance": checked.cronJobName,
                    },
                },
                to: { namespaceName: server.namespaceName, podLabels: server.podLabels },
                ports: [{ port: server.port ?? POSTGRES_PORT }],
                labels: args.labels,
            },
            child,
        );
        const pod = { image: checked.image, resources: checked.resources, volumeClaimName: volume.metadata.name };
        const cronJob = new k8s.batch.v1.CronJob(
            `${name}-cron-job`,
            {
                metadata: metadata(""),
                spec: backupCronJobSpec({
                    ...checked,
                    ...pod,
                    labels,
                    credentialsSecretName: credentials.secretName,
                    recipientsConfigMapName: recipients.metadata.name,
                    keepText: checked.keep.apply(String),
                    deadlineText: checked.deadlineSeconds.apply(String),
                }),
            },
            { ...child, dependsOn: [flow, role] },
        );
        const readerLabels = labelsOf("database-backup-reader");
        const reader = new k8s.batch.v1.CronJob(
            `${name}-reader`,
            {
                metadata: { ...metadata("-reader"), labels: readerLabels },
                spec: readerCronJobSpec({ ...pod, labels: readerLabels }),
            },
            child,
        );

        this.cronJobName = cronJob.metadata.name;
        this.readerCronJobName = reader.metadata.name;
        this.namespaceName = checked.namespaceName;
        this.volumeClaimName = volume.metadata.name;
        this.roleName = checked.roleName;
        this.registerOutputs({
            cronJobName: this.cronJobName,
            readerCronJobName: this.readerCronJobName,
            namespaceName: this.namespaceName,
            volumeClaimName: this.volumeClaimName,
            roleName: this.roleName,
        });
    }
}

/** Checks all arguments; with a validation that is a part of another one, that one reports. */
export function checkDatabaseBackup(
    name: string,
    args: DatabaseBackupArgs,
    validation = validationOf("DatabaseBackup", name, args),
) {
    const defaults = DEFAULTS.database.backup;
    const checked = {
        namespaceName: validation.value(
            "namespaceName",
            args.namespaceName ?? args.server.namespaceName,
            dnsLabelFault,
        ),
        recipientCertificates: validation.list("recipientCertificates", args.recipientCertificates, recipientFault),
        schedule: validation.value("schedule", args.schedule ?? defaults.schedule, scheduleFault),
        timeZone: validation.value("timeZone", args.timeZone ?? defaults.timeZone, timeZoneFault),
        suspend: pulumi.output(args.suspend ?? false),
        keep: validation.value("keep", args.keep ?? defaults.keep, wholeNumber(1, 10_000)),
        storageSize: validation.value("storageSize", args.storageSize ?? defaults.storageSize, bytesFault),
        storageClassName: validation.optional("storageClassName", args.storageClassName, subdomainFault),
        deadlineSeconds: validation.value(
            "deadlineSeconds",
            args.deadlineSeconds ?? defaults.deadlineSeconds,
            wholeNumber(WAIT_SECONDS + 30, 604_800),
        ),
        retries: validation.value("retries", args.retries ?? defaults.retries, wholeNumber(0, 10)),
        image: validation.value("image", args.image ?? DEFAULTS.database.sqlJob.image, imageFault),
        resources: resourceRequirements(validation, "resources", args.resources, defaults.resources),
        roleName: validation.value("roleName", args.roleName ?? defaults.roleName, sqlNameFault),
        cronJobName: validation.value("cronJobName", args.cronJobName ?? defaults.cronJobName, dnsLabelFault, tooLong),
    };
    validation.value("recipientCertificates", args.recipientCertificates, (certificates) =>
        certificates.length === 0
            ? "must hold at least one certificate, is []; nobody could decrypt a backup"
            : undefined,
    );
    checkSqlJobSettings(
        validation.part((path) => `job.${path}`),
        args.job,
    );
    checkDatabase(validation, args);
    checkLabels(validation, args.labels);
    validation.done();
    return checked;
}

/** Names of jobs and pods are made from it. */
function tooLong(cronJobName: string): string | undefined {
    return cronJobName.length > 40
        ? `must have at most 40 characters, so that the names made from it stay legal, is ${JSON.stringify(cronJobName)}`
        : undefined;
}
