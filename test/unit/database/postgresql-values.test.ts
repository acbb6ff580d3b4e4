import { strict as assert } from "node:assert";
import { pgHba } from "../../../components/database/pg-hba";
import {
    chartFullName,
    postgresqlPodLabels,
    postgresqlValues,
    serverNames,
} from "../../../components/database/postgresql-values";
import { serverConfiguration } from "../../../components/database/server-configuration";

const input = {
    secrets: { passwords: "pgdb-postgresql-admin", certificate: "pgdb-postgresql-certificate" },
    certificateFingerprint: "0123456789abcdef",
    image: { repository: "bitnamilegacy/postgresql" },
    helperImage: { repository: "bitnamilegacy/os-shell" },
    resources: { requests: { memory: "512Mi" }, limits: { memory: "1Gi" } },
    storageSize: "8Gi",
    minimumTlsVersion: "TLSv1.3",
    audit: { log: ["ddl", "role"], statements: true },
    sharedPreloadLibraries: ["pgaudit", "pg_stat_statements"],
    majorVersion: 17,
    labels: { team: "payments" },
};

describe("values of the PostgreSQL chart", () => {
    it("are exactly these", () => {
        assert.deepEqual(postgresqlValues(input), {
            global: { security: { allowInsecureImages: true } },
            image: { repository: "bitnamilegacy/postgresql" },
            volumePermissions: { image: { repository: "bitnamilegacy/os-shell" } },
            auth: { existingSecret: "pgdb-postgresql-admin" },
            tls: {
                enabled: true,
                certificatesSecret: "pgdb-postgresql-certificate",
                certFilename: "tls.crt",
                certKeyFilename: "tls.key",
            },
            postgresqlSharedPreloadLibraries: "pgaudit,pg_stat_statements",
            audit: {
                logConnections: true,
                logDisconnections: true,
                logLinePrefix: "%m [%p] %q%u@%d from %h ",
                logTimezone: "UTC",
                pgAuditLog: "ddl,role",
            },
            commonLabels: { team: "payments" },
            primary: {
                pgHbaConfiguration: pgHba(undefined),
                extendedConfiguration: serverConfiguration({
                    minimumTlsVersion: "TLSv1.3",
                    memoryRequest: 512 * 2 ** 20,
                    storageSize: 8 * 2 ** 30,
                    auditStatements: true,
                }),
                annotations: { "bulwark.dev/postgresql-major-version": "17" },
                resources: { requests: { memory: "512Mi" }, limits: { memory: "1Gi" } },
                podAnnotations: { "bulwark.dev/certificate": "0123456789abcdef" },
                startupProbe: { enabled: true },
                networkPolicy: { enabled: false },
                persistence: { size: "8Gi" },
            },
        });
    });

    it("have the exporter log in as its own role, with a Secret by name", () => {
        const resources = { requests: { memory: "32Mi" }, limits: { memory: "128Mi" } };
        const exporter = { roleName: "watcher", image: { repository: "example/exporter" }, resources };
        const values = postgresqlValues({ ...input, exporter });
        assert.deepEqual(values.metrics, { enabled: true, image: { repository: "example/exporter" }, resources });
        assert.deepEqual(values.auth, { existingSecret: "pgdb-postgresql-admin", metricsUsername: "watcher" });
        assert.deepEqual(values.global, { security: { allowInsecureImages: true }, auth: {} });
        assert.equal((values.primary as Record<string, unknown>).pgHbaConfiguration, pgHba(undefined, "watcher"));
    });

    it("name a StorageClass only when one is given", () => {
        const { primary } = postgresqlValues({ ...input, storageClassName: "fast" }) as {
            primary: { persistence: unknown };
        };
        assert.deepEqual(primary.persistence, { size: "8Gi", storageClass: "fast" });
    });

    it("leave the labels to the chart that its selectors are made of", () => {
        const labels = { team: "payments", "app.kubernetes.io/name": "other", "app.kubernetes.io/version": "1" };
        assert.deepEqual(postgresqlValues({ ...input, labels }).commonLabels, { team: "payments" });
    });

    it("leave out the audit log's classes when there are none, and a major version that nobody knows", () => {
        const values = postgresqlValues({ ...input, audit: { log: [], statements: true }, majorVersion: undefined });
        assert.equal("pgAuditLog" in (values.audit as object), false);
        assert.equal("annotations" in (values.primary as object), false);
    });

    it("leave an image alone of which nothing is given", () => {
        const values = postgresqlValues({ ...input, image: {}, helperImage: { digest: undefined } });
        assert.equal("image" in values, false);
        assert.equal("volumePermissions" in values, false);
    });
});

describe("names after the release", () => {
    it("follow the chart's rule", () => {
        assert.equal(chartFullName("pgdb"), "pgdb-postgresql");
        assert.equal(chartFullName("my-postgresql-1"), "my-postgresql-1");
        assert.equal(chartFullName("p".repeat(60)).length, 63);
    });

    it("cover every name that a client may use", () => {
        const names = serverNames("pgdb", "database", "cluster.local");
        for (const expected of [
            "pgdb-postgresql",
            "pgdb-postgresql.database",
            "pgdb-postgresql.database.svc",
            "pgdb-postgresql.database.svc.cluster.local",
            "pgdb-postgresql-0.pgdb-postgresql-hl.database.svc.cluster.local",
            "localhost",
        ]) {
            assert.ok(names.includes(expected), expected);
        }
        assert.equal(new Set(names).size, names.length);
    });
});

describe("labels of the database's pods", () => {
    it("are those of the chart's own selectors", () => {
        assert.deepEqual(postgresqlPodLabels("pgdb"), {
            "app.kubernetes.io/name": "postgresql",
            "app.kubernetes.io/instance": "pgdb",
            "app.kubernetes.io/component": "primary",
        });
    });
});
