/** What is made for the database from sound input, whole: other tests say why it is so. */
import * as path from "node:path";
import { adminPasswordSql } from "../../../components/database/admin-password-sql";
import { backupCronJobSpec, readerCronJobSpec } from "../../../components/database/backup-cron-job";
import { backupRoleSql } from "../../../components/database/backup-role-sql";
import { exporterRoleSql } from "../../../components/database/exporter-role-sql";
import { readOnlyPrivileges, readWritePrivileges } from "../../../components/database/grants";
import { pgHba } from "../../../components/database/pg-hba";
import {
    type PostgresqlValuesInput,
    postgresqlValues,
    serverNames,
} from "../../../components/database/postgresql-values";
import { retiredCredentialsSql } from "../../../components/database/retired-credentials-sql";
import { roleSettingsSql } from "../../../components/database/role-settings-sql";
import { rowLevelSecuritySql } from "../../../components/database/row-level-security-sql";
import { serverConfiguration } from "../../../components/database/server-configuration";
import { sqlPodSpec } from "../../../components/database/sql-job-pod";
import { assertKept, yaml } from "../support/kept";

const kept = (name: string) => path.join(__dirname, "kept", name);

const TENANTS = {
    schema: "public",
    tenantColumn: "tenant_id",
    tenantSetting: "app.tenant_id",
    roles: ["readonly", "readwrite"],
};
const LOGINS = [
    { databaseName: "mydb", roleNames: ["owner", "readonly"] },
    { databaseName: "other", roleNames: ["reports"] },
];
const SERVER = { memoryRequest: 512 * 2 ** 20, storageSize: 8 * 2 ** 30 };
const POD = { image: "postgres:17", resources: { limits: { cpu: "1" } } };
const RESOURCES = { requests: { cpu: "250m", memory: "512Mi" }, limits: { cpu: "1", memory: "1Gi" } };
const LEAST: PostgresqlValuesInput = {
    secrets: { passwords: "passwords", certificate: "certificate" },
    certificateFingerprint: "f1",
    image: {},
    helperImage: {},
    resources: RESOURCES,
    storageSize: "8Gi",
    minimumTlsVersion: "TLSv1.3",
    audit: { log: [], statements: false },
    sharedPreloadLibraries: [],
    labels: {},
};

describe("what is made for the database", () => {
    it("says this in SQL", () => {
        const tenants = [false, true].map((confineOwner) => rowLevelSecuritySql({ ...TENANTS, confineOwner }));
        const settings = {
            lockTimeout: 5_000,
            idleSessionTimeout: 3_600_000,
            defaultTransactionReadOnly: true,
            logStatement: "mod",
            logMinDuration: 1_000,
        };
        const statements = {
            "another password for the superuser": adminPasswordSql({ adminUsername: "postgres", rotation: 3 }),
            "the role that dumps": backupRoleSql({ roleName: "backup", databaseName: "mydb", passwordVerifier: "v'" }),
            "the exporter's role": exporterRoleSql(),
            "credentials that are closed": retiredCredentialsSql({
                loginNames: ["readonly", "readonly_b"],
                rotation: 2,
                graceSeconds: 30,
            }),
            "settings of roles": roleSettingsSql([{ roleName: "readonly", ...settings }, { roleName: "plain" }]),
            "tenants kept apart": tenants[0],
            "tenants kept apart, for the owner too": tenants[1],
        };
        const texts = Object.entries(statements).map(([title, sql]) => `-- ${title}\n${sql}`);
        assertKept(kept("statements.sql"), texts.join("\n"));
    });

    it("lets these log in", () => {
        assertKept(kept("pg_hba.conf"), ["# all", pgHba(undefined), "# some", pgHba(LOGINS, "exporter")].join("\n"));
    });

    it("runs the server with these settings", () => {
        const least = serverConfiguration({ ...SERVER, minimumTlsVersion: "TLSv1.3", auditStatements: false });
        const more = { minimumTlsVersion: "TLSv1.2", maxConnections: 50, auditStatements: true };
        const most = serverConfiguration({ memoryRequest: 64 * 2 ** 30, storageSize: 2 ** 60, ...more });
        assertKept(kept("postgresql.conf"), `# least\n${least}\n# most\n${most}`);
    });

    it("grants these privileges", () => {
        const names = { database: "mydb", owner: "owner" };
        const privileges = {
            reader: readOnlyPrivileges({ ...names, reader: "readonly" }, "public"),
            writer: readWritePrivileges({ ...names, writer: "readwrite" }, "public"),
        };
        assertKept(kept("privileges.yaml"), yaml(privileges));
    });

    it("runs these pods", () => {
        const parts = { ...POD, credentialsSecretName: "credentials", volumeClaimName: "backups", labels: { a: "b" } };
        const pods = {
            sql: sqlPodSpec({ ...parts, configMapName: "sql" }),
            backup: backupCronJobSpec({
                ...parts,
                schedule: "17 2 * * *",
                timeZone: "Etc/UTC",
                suspend: false,
                retries: 2,
                deadlineSeconds: 7_200,
                recipientsConfigMapName: "recipients",
                keepText: "14",
                deadlineText: "7200",
            }),
            reader: readerCronJobSpec(parts),
        };
        assertKept(kept("pods.yaml"), yaml(pods));
    });

    it("gives the chart these values", () => {
        const image = { registry: "ghcr.io", repository: "example/postgres", tag: "17.6.0", digest: undefined };
        const most = {
            ...LEAST,
            image,
            helperImage: { tag: "12" },
            exporter: { roleName: "exporter", image: { tag: "1" }, resources: RESOURCES },
            storageClassName: "fast",
            maxConnections: 60,
            audit: { log: ["ddl", "role"], statements: true },
            sharedPreloadLibraries: ["pgaudit", "auto_explain"],
            logins: LOGINS,
            majorVersion: 17,
            labels: { team: "payments", "helm.sh/chart": "lost" },
        };
        assertKept(kept("values.yaml"), yaml({ least: postgresqlValues(LEAST), most: postgresqlValues(most) }));
    });

    it("has a certificate for these names", () => {
        assertKept(kept("names.txt"), `${serverNames("pgdb", "database", "cluster.local").join("\n")}\n`);
    });
});
