import { strict as assert } from "node:assert";
import {
    chartFullName,
    PG_HBA,
    postgresqlValues,
    SERVER_CONFIGURATION,
    serverNames,
} from "../../../components/database/postgresql-values";

const input = {
    secrets: { passwords: "pgdb-postgresql-admin", certificate: "pgdb-postgresql-certificate" },
    certificateFingerprint: "0123456789abcdef",
    image: { repository: "bitnamilegacy/postgresql" },
    helperImage: { repository: "bitnamilegacy/os-shell" },
    resources: { requests: { memory: "512Mi" }, limits: { memory: "1Gi" } },
    storageSize: "8Gi",
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
            audit: { logConnections: true, logDisconnections: true },
            commonLabels: { team: "payments" },
            primary: {
                pgHbaConfiguration: PG_HBA,
                extendedConfiguration: SERVER_CONFIGURATION,
                resources: { requests: { memory: "512Mi" }, limits: { memory: "1Gi" } },
                podAnnotations: { "bulwark.dev/certificate": "0123456789abcdef" },
                startupProbe: { enabled: true },
                networkPolicy: { enabled: false },
                persistence: { size: "8Gi" },
            },
        });
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

    it("leave an image alone of which nothing is given", () => {
        const values = postgresqlValues({ ...input, image: {}, helperImage: { digest: undefined } });
        assert.equal("image" in values, false);
        assert.equal("volumePermissions" in values, false);
    });
});

describe("pg_hba.conf", () => {
    const lines = PG_HBA.trim()
        .split("\n")
        .map((line) => line.split(/\s+/));

    it("asks everybody for a SCRAM password", () => {
        assert.deepEqual(
            lines.map((line) => line.at(-1)),
            lines.map(() => "scram-sha-256"),
        );
    });

    it("lets nobody but the pod itself in without TLS", () => {
        const plain = lines.filter(([kind]) => kind === "host").map((line) => line[3]);
        assert.deepEqual(plain, ["127.0.0.1/32", "::1/128"]);
        assert.deepEqual(
            lines.filter(([kind]) => kind === "hostnossl"),
            [],
        );
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
