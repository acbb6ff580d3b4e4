import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { DatabaseBackup, type DatabaseBackupArgs } from "../../../components/database/database-backup";
import { scramVerifier } from "../../../components/database/scram";
import { one, type Registration, record, recorded } from "../support/recorder";

const CRON_JOB = "kubernetes:batch/v1:CronJob";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

const CERTIFICATE = execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:3072", "-nodes", "-subj", "/CN=backup", "-keyout", "/dev/null"],
    { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
);

function backup(args: Partial<DatabaseBackupArgs> = {}): DatabaseBackup {
    return new DatabaseBackup("backup", {
        server: {
            namespaceName: "database",
            podLabels: { "app.kubernetes.io/instance": "pgdb" },
            host: "pgdb-postgresql.database.svc",
            adminPassword: "admin",
            caCertificate: "CERTIFICATE",
        },
        databaseName: "mydb",
        recipientCertificates: [CERTIFICATE],
        ...args,
    });
}

interface CronJobInputs {
    metadata: { name: string; namespace: string };
    spec: {
        schedule: string;
        timeZone: string;
        suspend?: boolean;
        concurrencyPolicy?: string;
        jobTemplate: {
            spec: {
                backoffLimit: number;
                activeDeadlineSeconds?: number;
                template: {
                    metadata: { labels: Record<string, string> };
                    spec: { containers: { env?: { name: string; value: string }[]; command: string[] }[] };
                };
            };
        };
    };
}

function cronJob(all: Registration[], suffix: string): CronJobInputs {
    return one(all, CRON_JOB, suffix).inputs as unknown as CronJobInputs;
}

describe("DatabaseBackup", () => {
    it("makes one backup at a time, on a schedule, within a deadline", async () => {
        const { metadata, spec } = cronJob(await record(() => backup()), "-cron-job");
        assert.deepEqual([metadata.name, metadata.namespace], ["database-backup", "database"]);
        assert.deepEqual([spec.schedule, spec.timeZone, spec.concurrencyPolicy], ["17 2 * * *", "Etc/UTC", "Forbid"]);
        const { backoffLimit, activeDeadlineSeconds, template } = spec.jobTemplate.spec;
        assert.deepEqual([backoffLimit, activeDeadlineSeconds], [2, 7200]);
        assert.deepEqual(template.spec.containers[0]?.env, [
            { name: "BACKUP_KEEP", value: "14" },
            { name: "BACKUP_DEADLINE_SECONDS", value: "7200" },
        ]);
    });

    it("makes none while it is suspended", async () => {
        assert.equal(cronJob(await record(() => backup()), "-cron-job").spec.suspend, false);
        assert.equal(cronJob(await record(() => backup({ suspend: true })), "-cron-job").spec.suspend, true);
    });

    it("makes a role that reads everything and is no superuser, whose password the SQL doesn't hold", async () => {
        const all = await record(() => backup({ roleName: "dumper" }));
        const { data } = one(all, CONFIG_MAP, "-role-sql-script").inputs as { data: Record<string, string> };
        const [sql = ""] = Object.values(data);
        assert.match(sql, /ALTER ROLE "dumper" WITH LOGIN NOSUPERUSER .* BYPASSRLS/);
        assert.match(sql, /GRANT pg_read_all_data TO "dumper";/);
        assert.match(sql, /GRANT CONNECT ON DATABASE "mydb" TO "dumper";/);
        assert.ok(sql.includes(scramVerifier("generated-by-the-mock")));
        assert.ok(!sql.includes("generated-by-the-mock"));
    });

    it("keeps the volume when it goes itself, and on request lets nobody delete it", async () => {
        const volume = one(await record(() => backup({ storageClassName: "fast" })), CLAIM);
        assert.deepEqual(volume.inputs.spec, {
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: "8Gi" } },
            storageClassName: "fast",
        });
        assert.deepEqual([volume.retainOnDelete, volume.protect], [true, false]);
        assert.equal(one(await record(() => backup({ protectData: true })), CLAIM).protect, true);
    });

    it("lets the pod that dumps reach the server, and the one that hands out reach nothing", async () => {
        const all = await record(() => backup({ namespaceName: "backups" }));
        const policies = all.filter(({ type }) => type === "kubernetes:networking.k8s.io/v1:NetworkPolicy");
        assert.deepEqual(policies.map(({ inputs }) => (inputs.metadata as { namespace: string }).namespace).sort(), [
            "backups",
            "database",
            "database",
            "database",
        ]);
        const egress = one(all, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "backup-flow-egress");
        const { podSelector } = egress.inputs.spec as { podSelector: { matchLabels: Record<string, string> } };
        const selects = (labels: Record<string, string>) =>
            Object.entries(podSelector.matchLabels).every(([key, value]) => labels[key] === value);
        const labelsOf = (suffix: string) => cronJob(all, suffix).spec.jobTemplate.spec.template.metadata.labels;
        assert.ok(selects(labelsOf("-cron-job")));
        assert.ok(!selects(labelsOf("-reader")));
        assert.equal(cronJob(all, "-reader").spec.suspend, true);
    });

    it("reports every fault at once and makes nothing", async () => {
        const wrong = { recipientCertificates: ["x"], schedule: "daily", timeZone: "Nowhere", keep: 0, retries: -1 };
        await assert.rejects(
            record(() => backup({ ...wrong, storageSize: "8", deadlineSeconds: 5, cronJobName: "x".repeat(41) })),
            (error: Error) => {
                const paths = error.message
                    .split("\n")
                    .slice(1)
                    .map((line) => line.trim().split(":")[0]);
                assert.deepEqual(paths, [
                    "recipientCertificates[0]",
                    "schedule",
                    "timeZone",
                    "keep",
                    "storageSize",
                    "deadlineSeconds",
                    "retries",
                    "cronJobName",
                ]);
                return true;
            },
        );
        assert.ok(recorded().every(({ type }) => !type.startsWith("kubernetes:")));
        await assert.rejects(
            record(() => backup({ recipientCertificates: [] })),
            /recipientCertificates: must hold at least one certificate/,
        );
    });
});
