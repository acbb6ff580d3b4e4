/** Every setting of the database, each with another value than in `BASE`, by what its change does. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Overrides } from "../../../sandbox/configuration";
import { repositoryFolder } from "../../../sandbox/paths";
import { RECIPIENT } from "../../unit/support/recipient";
import { cluster } from "./stack";

/** Values by the path of a setting, without the `database.` that all of them begin with. */
export type Changes = Record<string, unknown>;

/** A StorageClass whose volumes may grow. */
export const STORAGE_CLASS = "e2e-data";

/** Settings to begin with: all optional groups but `direct`, so that each of their members can change. */
export const BASE: Changes = {
    storageClassName: STORAGE_CLASS,
    "access.readwrite.connectionLimit": 10,
    "rowLevelSecurity.confineOwner": false,
    "backup.recipientCertificates": [RECIPIENT],
    "backup.storageSize": "1Gi",
    "backup.storageClassName": STORAGE_CLASS,
    "resources.cpuRequest": "20m",
    "resources.memoryRequest": "128Mi",
};

/** What would leave the data behind, or fail half-way: refused before anything happens. */
export const REFUSED: Changes = {
    namespaceName: "e2e-data-moved",
    releaseName: "moved",
    storageSize: "2Gi",
    storageClassName: "standard",
    "access.databaseName": "moved",
    "access.ownerRole": "moved",
    "access.readonlyRole": "moved",
    "access.readwrite.roleName": "moved",
    "backup.storageClassName": "standard",
    "backup.cronJobName": "moved",
};

/** What has a test of its own. */
export const OWN_TEST = ["protectData", "allowDataLoss", "majorVersion"];

/** What only ever grows. */
export const COUNTERS: Changes = {
    certificateRotation: 1,
    adminRotation: 1,
    "access.rotation": 1,
    "backup.storageSize": "2Gi",
};

/** What this node can't run, or what excludes another change: groups that are only previewed, each as a whole. */
export const PREVIEWED: Record<string, Changes> = {
    "images that no registry has": {
        "image.registry": "registry.example.com",
        "image.repository": "example/postgresql",
        "image.tag": "15.99",
        "helperImage.registry": "registry.example.com",
        "helperImage.repository": "example/os-shell",
        "helperImage.tag": "12.1",
        "helperImage.digest": `sha256:${"0".repeat(64)}`,
        "exporter.image.registry": "registry.example.com",
        "exporter.image.repository": "example/postgres-exporter",
        "exporter.image.tag": "0.99",
        "exporter.image.digest": `sha256:${"0".repeat(64)}`,
    },
    "names that nothing answers to": { clusterDomain: "example.local", "rowLevelSecurity.schema": "elsewhere" },
    "an address instead of the tunnel": { tunnel: undefined, "direct.host": "10.0.0.5", "direct.port": 5433 },
};

/** What is changed for real, all at once: the chart too, which comes from another folder then. */
export async function applied(): Promise<Changes> {
    const { imagesByDigest, kubeconfig } = await cluster();
    const chart = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "bulwark-chart-")), "postgresql");
    fs.cpSync(path.join(repositoryFolder, "sandbox", "charts", "postgresql"), chart, { recursive: true });
    const version = /^version: (.*)$/m.exec(fs.readFileSync(path.join(chart, "Chart.yaml"), "utf8"))?.[1];
    const resources = {
        cpuRequest: "30m",
        cpuLimit: "1500m",
        memoryRequest: "160Mi",
        memoryLimit: "900Mi",
        ephemeralStorageRequest: "48Mi",
        ephemeralStorageLimit: "512Mi",
    };
    return {
        ...COUNTERS,
        "access.statementTimeout": "4min",
        "access.idleInTransactionSessionTimeout": "5min",
        "access.ownerConnectionLimit": 9,
        "access.connectionLimit": 11,
        "access.credentialsSecretName": "other-creds",
        "access.validUntil": "2099-01-01T00:00Z",
        "access.readwrite.validUntil": "2099-01-01T00:00Z",
        "access.readwrite.statementTimeout": "4min",
        "access.readwrite.idleInTransactionSessionTimeout": "5min",
        "access.readwrite.connectionLimit": 12,
        "access.readwrite.credentialsSecretName": "other-write-creds",
        "access.readwrite.clientNamespaceName": "e2e-data-database",
        "rowLevelSecurity.tenantColumn": "customer_id",
        "rowLevelSecurity.tenantSetting": "app.customer_id",
        "rowLevelSecurity.confineOwner": true,
        "sqlJob.image": imagesByDigest.postgresql,
        "sqlJob.deadlineSeconds": 250,
        "sqlJob.retries": 3,
        "backup.recipientCertificates": [RECIPIENT, RECIPIENT],
        "backup.schedule": "18 3 * * 6",
        "backup.timeZone": "Europe/Berlin",
        "backup.suspend": true,
        "backup.keep": 5,
        "backup.deadlineSeconds": 3_000,
        "backup.retries": 1,
        "backup.image": imagesByDigest.postgresql,
        "backup.roleName": "dumper",
        ...under("backup.resources", resources),
        ...under("resources", resources),
        "tunnel.localPort": 15_735,
        "tunnel.kubeconfig": kubeconfig,
        "tunnel.context": /^current-context: (.*)$/m.exec(fs.readFileSync(kubeconfig, "utf8"))?.[1],
        minimumTlsVersion: "TLSv1.2",
        maxConnections: 60,
        "exporter.install": true,
        "audit.log": ["ddl", "role", "write"],
        "audit.statements": false,
        sharedPreloadLibraries: ["pgaudit", "pg_stat_statements"],
        "chart.chart": chart,
        "chart.version": version,
        "chart.timeoutSeconds": 290,
        "image.digest": imagesByDigest.postgresql.split("@")[1],
    };
}

/** Changes on top of the base, as a stack's settings have them. */
export function overrides(changes: Changes): Overrides {
    const database: Record<string, unknown> = {};
    for (const [setting, value] of Object.entries({ ...BASE, ...changes })) {
        const groups = setting.split(".");
        const last = groups.pop() ?? "";
        let group = database;
        for (const name of groups) {
            group[name] ??= {};
            group = group[name] as Record<string, unknown>;
        }
        group[last] = value;
    }
    // The other layers have tests of their own.
    const light = { replicas: 1, resources: { cpuRequest: "10m" } };
    return { database, workload: light, cluster: { guardrails: { install: false }, operators: { install: false } } };
}

function under(group: string, members: Changes): Changes {
    return Object.fromEntries(Object.entries(members).map(([name, value]) => [`${group}.${name}`, value]));
}
