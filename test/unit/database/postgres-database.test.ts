import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { pgHba } from "../../../components/database/pg-hba";
import { PostgresDatabase, type PostgresDatabaseArgs } from "../../../components/database/postgres-database";
import { DEFAULTS } from "../../../components/defaults";
import { one, type Registration, record, recorded, resolved } from "../support/recorder";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const SECRET = "kubernetes:core/v1:Secret";

function values(all: Registration[]): Record<string, unknown> {
    return one(all, RELEASE).inputs.values as Record<string, unknown>;
}

describe("PostgresDatabase", () => {
    it("installs the chart under a fixed name, whole or not at all", async () => {
        const all = await record(() => new PostgresDatabase("db"));
        const { inputs, protect, dependencies } = one(all, RELEASE);
        const { values: _, ...rest } = inputs;
        assert.deepEqual(rest, {
            name: "pgdb",
            namespace: "database",
            chart: "oci://registry-1.docker.io/bitnamicharts/postgresql",
            version: "16.7.27",
            repositoryOpts: {},
            timeout: 600,
            atomic: true,
            cleanupOnFail: true,
            maxHistory: 5,
            compat: "true",
        });
        assert.equal(protect, false);
        for (const kind of ["Secret", "NetworkPolicy", "ResourceQuota", "LimitRange"]) {
            assert.ok(
                dependencies.some((urn) => urn.includes(`:${kind}::`)),
                `the release waits for the ${kind}`,
            );
        }
    });

    it("gives the chart names of Secrets, and its values no secret", async () => {
        const all = await record(() => new PostgresDatabase("db"));
        assert.deepEqual(values(all).auth, { existingSecret: "pgdb-postgresql-admin" });
        assert.equal((values(all).tls as Record<string, unknown>).certificatesSecret, "pgdb-postgresql-certificate");
        assert.deepEqual(one(all, RELEASE).secretInputs, []);
        assert.ok(!JSON.stringify(values(all)).includes("generated-by-the-mock"));
    });

    it("puts password and key into Secrets as secrets", async () => {
        const all = await record(() => new PostgresDatabase("db"));
        const admin = one(all, SECRET, "-admin");
        assert.deepEqual(admin.inputs.stringData, { "postgres-password": "generated-by-the-mock" });
        assert.ok(admin.secretInputs.includes("stringData"));
        const certificate = one(all, SECRET, "-certificate");
        assert.deepEqual(certificate.inputs.stringData, { "tls.crt": "CERTIFICATE", "tls.key": "PRIVATE KEY" });
        assert.equal(certificate.inputs.type, "kubernetes.io/tls");
        assert.ok(certificate.secretInputs.includes("stringData"));
    });

    it("has a certificate for every name that clients use, and for the tunnel's address", async () => {
        const all = await record(() => new PostgresDatabase("db", { namespaceName: "data", releaseName: "main" }));
        const request = one(all, "tls:index/certRequest:CertRequest").inputs;
        assert.deepEqual(request.ipAddresses, ["127.0.0.1"]);
        assert.ok((request.dnsNames as string[]).includes("main-postgresql.data.svc.cluster.local"));
        const { inputs } = one(all, "tls:index/locallySignedCert:LocallySignedCert");
        assert.deepEqual(inputs.allowedUses, ["digital_signature", "server_auth"]);
        assert.equal(inputs.validityPeriodHours, 8760);
        assert.equal(inputs.earlyRenewalHours, 720);
    });

    it("tells where the server is", async () => {
        let database: PostgresDatabase | undefined;
        await record(() => {
            database = new PostgresDatabase("db", { clusterDomain: "k8s.example" });
        });
        assert.equal(await resolved(database?.host ?? ""), "pgdb-postgresql.database.svc.k8s.example");
        assert.equal(await resolved(database?.port ?? 0), 5432);
        assert.equal(await resolved(database?.podName ?? ""), "pgdb-postgresql-0");
        assert.equal(await pulumi.isSecret(database?.adminPassword ?? pulumi.output("")), true);
    });

    it("protects release and password only when asked", async () => {
        const all = await record(() => new PostgresDatabase("db", { protectData: true }));
        assert.equal(one(all, RELEASE).protect, true);
        assert.equal(one(all, "random:index/randomPassword:RandomPassword").protect, true);
        const open = await record(() => new PostgresDatabase("db"));
        assert.deepEqual(
            open.filter(({ protect }) => protect),
            [],
        );
    });

    it("takes a chart of the user's own without the default version", async () => {
        const all = await record(() => new PostgresDatabase("db", { chart: { chart: "./charts/postgresql" } }));
        assert.equal(one(all, RELEASE).inputs.chart, "./charts/postgresql");
        assert.equal("version" in one(all, RELEASE).inputs, false);
    });

    it("puts a given image in the place of the default one, part by part", async () => {
        const digest = `sha256:${"0".repeat(64)}`;
        const all = await record(() => new PostgresDatabase("db", { image: { registry: "mirror.example", digest } }));
        assert.deepEqual(values(all).image, {
            registry: "mirror.example",
            repository: "bitnamilegacy/postgresql",
            digest,
        });
    });

    it("records the major version as far as anything tells it", async () => {
        const recordedFor = async (args: PostgresDatabaseArgs) => {
            const { primary } = values(await record(() => new PostgresDatabase("db", args))) as {
                primary: { annotations?: Record<string, string> };
            };
            return primary.annotations?.["bulwark.dev/postgresql-major-version"];
        };
        const digest = `sha256:${"0".repeat(64)}`;
        assert.equal(await recordedFor({}), "17");
        assert.equal(
            await recordedFor({ image: { ...DEFAULTS.database.image }, chart: DEFAULTS.database.chart }),
            "17",
        );
        assert.equal(await recordedFor({ image: { tag: "latest" } }), undefined);
        assert.equal(await recordedFor({ image: { tag: pulumi.output("16.4-r1") } }), "16");
        assert.equal(await recordedFor({ image: { tag: "main", digest }, majorVersion: 18 }), "18");
        assert.equal(await recordedFor({ image: { digest } }), undefined);
        assert.equal(await recordedFor({ chart: { version: "18.8.11" } }), undefined);
    });

    it("gives the exporter a role and a password of its own, only when it is asked for", async () => {
        const SECRET = "kubernetes:core/v1:Secret";
        const without = await record(() => new PostgresDatabase("db"));
        assert.equal(values(without).metrics, undefined);
        assert.deepEqual(Object.keys(one(without, SECRET, "-admin").inputs.stringData as object), [
            "postgres-password",
        ]);

        const all = await record(() => new PostgresDatabase("db", { exporter: { install: true } }));
        const admin = one(all, SECRET, "db-admin").inputs.stringData as Record<string, string>;
        assert.ok(admin["metrics-password"]);
        assert.ok(all.some(({ name }) => name === "db-exporter-password"));
        assert.equal((values(all).auth as Record<string, unknown>).metricsUsername, "postgres_exporter");
        assert.ok(!JSON.stringify(values(all)).includes(admin["metrics-password"]));
        const files = one(all, SECRET, "-exporter-role-credentials");
        const verifier = (files.inputs.stringData as Record<string, string>)["password.verifier"] ?? "";
        assert.match(verifier, /^SCRAM-SHA-256\$/);
        assert.ok(files.secretInputs.includes("stringData"));
        const { data } = one(all, "kubernetes:core/v1:ConfigMap", "-exporter-role-sql-script").inputs;
        assert.match(JSON.stringify(data), /GRANT pg_monitor TO \\"postgres_exporter\\"/);
        assert.ok(!JSON.stringify(data).includes(verifier));
    });

    it("lets only the given roles into the given databases", async () => {
        const logins = [{ databaseName: "mydb", roleNames: ["readonly"] }];
        const { primary } = values(await record(() => new PostgresDatabase("db", { logins }))) as {
            primary: { pgHbaConfiguration: string };
        };
        assert.equal(primary.pgHbaConfiguration, pgHba(logins));
    });

    it("reports what is wrong with the server's settings", async () => {
        const args = {
            image: { tag: "16.4" },
            majorVersion: 17,
            minimumTlsVersion: "TLSv1.1",
            maxConnections: 5,
            audit: { log: ["ddl", "everything"] },
            sharedPreloadLibraries: ["pg_stat_statements", "a,b"],
            logins: [{ databaseName: "postgres", roleNames: ["readonly", "Owner"] }],
        } as unknown as PostgresDatabaseArgs;
        await assert.rejects(
            record(() => new PostgresDatabase("db", args)),
            (error: Error) => {
                const paths = error.message.split("\n").slice(1);
                assert.deepEqual(
                    paths.map((line) => line.trim().split(":")[0]),
                    [
                        "sharedPreloadLibraries",
                        "minimumTlsVersion",
                        "maxConnections",
                        "audit.log[1]",
                        "sharedPreloadLibraries[1]",
                        "logins[0].databaseName",
                        "logins[0].roleNames[1]",
                        "image.tag",
                    ],
                );
                return true;
            },
        );
    });

    it("reports every fault at once and creates nothing", async () => {
        await assert.rejects(
            record(
                () =>
                    new PostgresDatabase("db", {
                        namespaceName: "Data",
                        storageSize: "8",
                        resources: { memoryRequest: "2Gi" },
                        chart: { timeoutSeconds: 5 },
                    }),
            ),
            (error: Error) => {
                assert.equal(
                    error.message,
                    [
                        'PostgresDatabase "db" can\'t be created:',
                        '  namespaceName: must be 1 to 63 lower-case letters, digits or "-", starting and ending with a letter or digit, is "Data"; write for example "secure-app"',
                        '  storageSize: must be at least 1Mi, is "8"; the unit of memory and storage is the byte, write for example "512Mi"',
                        '  resources: memoryRequest must not be greater than memoryLimit, is "2Gi" over "1Gi"; raise the limit or lower the request',
                        "  chart.timeoutSeconds: must be a whole number from 30 to 7200, is 5",
                    ].join("\n"),
                );
                return true;
            },
        );
        assert.deepEqual(
            recorded().filter(({ custom }) => custom),
            [],
        );
    });

    it("creates nothing from a value that turns out wrong later", async () => {
        const later = pulumi.output("Data");
        await assert.rejects(
            record(() => new PostgresDatabase("db", { namespaceName: later })),
            /namespaceName: must be/,
        );
        assert.deepEqual(
            recorded().filter(({ type }) => type.startsWith("kubernetes:")),
            [],
        );
    });
});
