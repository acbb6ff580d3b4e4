/** Arguments for each component of the package that make the most of its children; a new component gets a row here. */
import * as pulumi from "@pulumi/pulumi";
import { RECIPIENT } from "../../unit/support/recipient";

const labels = { team: "payments" };
const image = "ghcr.io/example/app:1.4.2";

/** A stand-in for a server that PostgresDatabase made. */
const server = {
    namespaceName: "database",
    podName: "pgdb-postgresql-0",
    podLabels: { app: "postgresql" },
    host: "pgdb-postgresql.database.svc",
    adminPassword: pulumi.secret("generated-by-the-test"),
    caCertificate: "CERTIFICATE",
};

export const SAMPLES: Record<string, pulumi.Inputs> = {
    SecureNamespace: { labels },
    AllowedFlow: { from: { namespaceName: "a" }, to: { namespaceName: "b" }, ports: [{ port: 8000 }], labels },
    AdmissionGuardrails: { allowedRegistries: ["ghcr.io/example"], labels },
    OperatorAccess: { labels },
    HardenedWorkload: {
        namespaceName: "shop",
        image,
        serviceBindings: [{ bindingName: "database", secretName: "app-db-creds", version: "v1" }],
        labels,
    },
    IngressController: { labels },
    ProtectedIngress: {
        namespaceName: "shop",
        serviceName: "app-service",
        servicePort: 80,
        podLabels: { app: "web" },
        podPort: 8000,
        controllerNamespaceName: "ingress-nginx",
        tls: { allowSelfSignedCertificate: true },
        labels,
    },
    PostgresDatabase: { labels },
    DatabaseAccess: { server, clientNamespaceName: "shop", direct: { host: "10.0.0.5" }, labels },
    DatabaseBackup: { server, databaseName: "mydb", recipientCertificates: [RECIPIENT], labels },
    RoleSettings: { server, databaseName: "mydb", roles: [{ roleName: "readonly", lockTimeout: "5s" }], labels },
    RetiredCredentials: {
        server,
        databaseName: "mydb",
        rotation: 1,
        loginNames: ["readonly"],
        clients: ["secure-app"],
        labels,
    },
    RowLevelSecurity: { server, databaseName: "mydb", roleNames: ["readonly"], labels },
    SqlJob: {
        sql: "SELECT 1;",
        namespaceName: "database",
        credentialsSecretName: "mydb-owner",
        serverPodLabels: { app: "postgresql" },
        labels,
    },
    ThreatDetection: { protectedNamespaceNames: ["shop"], kubernetesAudit: {}, labels },
    AuditTrail: { configMap: { namespaceName: "falco" }, labels },
    Alerts: {
        operatorInstalled: true,
        workload: { namespaceName: "shop", podLabels: { app: "web" }, metrics: { port: 8000 } },
        database: { namespaceName: "database", podLabels: server.podLabels, statefulSetName: "pg", exporter: true },
        labels,
    },
    VulnerabilityScanning: { scannedNamespaceNames: ["shop"], allowAnyRegistry: true, labels },
    SecureApplication: {
        workload: { image },
        ingress: { tls: { allowSelfSignedCertificate: true } },
        database: { direct: { host: "10.0.0.5" } },
        labels,
    },
};
