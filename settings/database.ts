/** Settings of the database layer. Pure; no Pulumi import. */
import { AuditClass, TlsVersion } from "../components/database/server-configuration";
import { DEFAULTS } from "../components/defaults";
import {
    chartFaults,
    chartSource,
    computeResources,
    containerImage,
    mutableImageFaults,
    resourcesFaults,
} from "./common";
import { field, group, list, optional, optionalGroup, required, requiredList } from "./field";
import * as kinds from "./kinds";
import { at, type Rule } from "./reader";
import { code } from "./show";

const defaults = DEFAULTS.database;

/** The default image is the frozen copy of what charts up to this major version installed. */
const NEWEST_WITH_DEFAULT_IMAGE = 17;

const readwrite = optionalGroup({
    roleName: optional(kinds.sqlName, "Role that can read and change rows", code(defaults.readwrite.roleName)),
    statementTimeout: optional(
        kinds.duration,
        "How long a statement of the read-write role may run",
        code(defaults.access.statementTimeout),
    ),
    idleInTransactionSessionTimeout: optional(
        kinds.duration,
        "How long a transaction of the read-write role may lie idle",
        code(defaults.access.idleInTransactionSessionTimeout),
    ),
    connectionLimit: optional(
        kinds.count(1, 10_000),
        "Connections of the read-write role at the same time",
        code(defaults.access.connectionLimit),
    ),
    credentialsSecretName: optional(
        kinds.subdomain,
        "Secret with the read-write role's credentials",
        code(defaults.readwrite.credentialsSecretName),
    ),
    clientNamespaceName: optional(kinds.dnsLabel, "Namespace of that Secret", "the application's"),
    validUntil: optional(kinds.time, "Time after which the read-write role's password is refused", "never"),
});

const rowLevelSecurity = optionalGroup({
    schema: optional(
        kinds.tenantSchema,
        "Schema whose rows are kept apart by tenant; any setting of the group switches row-level security on",
        code(defaults.rowLevelSecurity.schema),
    ),
    tenantColumn: optional(
        kinds.sqlName,
        "Column that says whose a row is",
        code(defaults.rowLevelSecurity.tenantColumn),
    ),
    tenantSetting: optional(
        kinds.tenantSetting,
        "Setting by which a session says for whom it works",
        code(defaults.rowLevelSecurity.tenantSetting),
    ),
    confineOwner: optional(kinds.flag, "Let the owner see one tenant at a time too", code(false)),
});

const access = group({
    databaseName: field(kinds.sqlName, "Database of the application", defaults.databaseName),
    ownerRole: field(
        kinds.sqlName,
        "Role that owns the database and runs migrations; never for the application",
        defaults.access.ownerRole,
    ),
    ownerConnectionLimit: field(
        kinds.count(1, 10_000),
        "Connections of the owner at the same time",
        defaults.access.ownerConnectionLimit,
    ),
    readonlyRole: field(kinds.sqlName, "Role of the application, which can only read", defaults.access.readonlyRole),
    statementTimeout: field(
        kinds.duration,
        "How long a statement of the read-only role may run",
        defaults.access.statementTimeout,
    ),
    idleInTransactionSessionTimeout: field(
        kinds.duration,
        "How long a transaction of the read-only role may lie idle",
        defaults.access.idleInTransactionSessionTimeout,
    ),
    connectionLimit: field(
        kinds.count(1, 10_000),
        "Connections of the read-only role at the same time",
        defaults.access.connectionLimit,
    ),
    credentialsSecretName: field(
        kinds.dnsLabel,
        "Secret with the read-only role's credentials, in the application's namespace",
        defaults.access.credentialsSecretName,
    ),
    validUntil: optional(kinds.time, "Time after which the read-only role's password is refused", "never"),
    rotation: field(
        kinds.rotation,
        "How often the roles' credentials have been made new; one more makes them new, without a failed connection",
        0,
    ),
    readwrite,
});

const backup = optionalGroup({
    recipientCertificates: requiredList(
        kinds.recipient,
        "Certificates of those who can decrypt the backups, in PEM; the group switches backups on",
    ),
    schedule: optional(kinds.schedule, "When a backup is made, as a CronJob says it", code(defaults.backup.schedule)),
    timeZone: optional(kinds.timeZone, "Time zone of the schedule", code(defaults.backup.timeZone)),
    suspend: optional(kinds.flag, "Make no backups for now", code(false)),
    keep: optional(kinds.count(1, 1000), "How many backups are kept", code(defaults.backup.keep)),
    storageSize: optional(kinds.bytes, "Size of the volume that holds them", code(defaults.backup.storageSize)),
    storageClassName: optional(kinds.dnsLabel, "StorageClass of that volume", "the cluster's default class"),
    deadlineSeconds: optional(
        kinds.count(90, 604_800),
        "Seconds after which a backup is given up",
        code(defaults.backup.deadlineSeconds),
    ),
    retries: optional(kinds.count(0, 10), "How often a failed backup is tried again", code(defaults.backup.retries)),
    image: optional(
        kinds.image,
        "Image with pg_dump of the server's version, OpenSSL 3, bash and coreutils",
        "`database.image` when it is given whole",
    ),
    roleName: optional(kinds.sqlName, "Role that dumps", code(defaults.backup.roleName)),
    cronJobName: optional(kinds.dnsLabel, "Name of CronJob and volume", code(defaults.backup.cronJobName)),
    resources: computeResources("a backup", defaults.backup.resources),
});

const tunnel = optionalGroup({
    localPort: optional(
        kinds.unprivilegedPort,
        "Local port of the tunnel through which Pulumi reaches the database",
        code(defaults.tunnel.localPort),
    ),
    kubeconfig: optional(
        kinds.filePath,
        "Path of the kubeconfig for the tunnel",
        "`KUBECONFIG`, or the one in the home folder",
    ),
    context: optional(kinds.someText, "Context within that kubeconfig", "its current one"),
});

const direct = optionalGroup({
    host: required(kinds.address, "Address at which Pulumi reaches the database without a tunnel"),
    port: optional(kinds.port, "Port at that address", code(5432)),
});

export const database = group({
    namespaceName: field(kinds.dnsLabel, "Namespace of the database", defaults.namespaceName),
    releaseName: field(kinds.releaseName(), "Helm release of PostgreSQL", defaults.releaseName),
    storageSize: field(kinds.bytes, "Size of the data volume; it can't change later", defaults.storageSize),
    storageClassName: optional(kinds.dnsLabel, "StorageClass of the data volume", "the cluster's default class"),
    clusterDomain: field(kinds.host, "DNS domain of the cluster", defaults.clusterDomain),
    protectData: field(kinds.flag, "Refuse to delete the database and its passwords", false),
    allowDataLoss: field(
        kinds.flag,
        "Let a change of namespace, release or storage leave the data behind or lose it",
        false,
    ),
    majorVersion: optional(
        kinds.majorVersion,
        "Major version of PostgreSQL in the image; it can't change while there is data",
        "what the image's tag begins with",
    ),
    minimumTlsVersion: field(
        kinds.oneOf(...Object.values(TlsVersion)),
        "Oldest version of TLS that the server speaks",
        defaults.minimumTlsVersion as TlsVersion,
    ),
    maxConnections: optional(
        kinds.count(20, 10_000),
        "Connections at the same time, 8 of them for superusers alone",
        "one for each 5Mi of memory requested",
    ),
    audit: group({
        log: list(
            kinds.oneOf(...Object.values(AuditClass)),
            "Classes of statements that the audit log holds; those that read or write hold rows",
            defaults.audit.log as AuditClass[],
        ),
        statements: field(kinds.flag, "Log the statements themselves, not only their kind", defaults.audit.statements),
    }),
    sharedPreloadLibraries: list(
        kinds.preloadLibrary,
        "Libraries that the server loads when it starts",
        defaults.sharedPreloadLibraries,
    ),
    certificateRotation: field(
        kinds.rotation,
        "How often authority and certificate of the server have been made new; one more makes them new",
        0,
    ),
    adminRotation: field(
        kinds.rotation,
        "How often the superuser's password has been made new; one more makes it new",
        0,
    ),
    access,
    rowLevelSecurity,
    backup,
    sqlJob: group({
        image: optional(
            kinds.image,
            "Image with psql for the jobs that run SQL",
            "`database.image` when it is given whole",
        ),
        deadlineSeconds: field(
            kinds.count(30, 86_400),
            "Seconds that such a job may take",
            defaults.sqlJob.deadlineSeconds,
        ),
        retries: field(kinds.count(0, 10), "How often such a job is tried again", defaults.sqlJob.retries),
    }),
    exporter: group({
        install: field(kinds.flag, "Run postgres_exporter beside the server, for alerts about connections", false),
        image: containerImage("that exporter", defaults.exporter.image),
    }),
    tunnel,
    direct,
    resources: computeResources("PostgreSQL", defaults.resources),
    chart: chartSource(defaults.chart),
    image: containerImage("PostgreSQL", defaults.image),
    helperImage: containerImage("the container that installs the certificate", defaults.helperImage),
});

export const databaseRules: Rule = function* (read) {
    const [owner, reader] = [read.text("database.access.ownerRole"), read.text("database.access.readonlyRole")];
    if (owner !== undefined && owner === reader) {
        yield at(
            "database.access.readonlyRole",
            `must not be the name of database.access.ownerRole, is ${read.shown("database.access.readonlyRole")}; a role that owns tables can do more than read`,
        );
    }
    const writer = read.given("database.access.readwrite")
        ? (read.text("database.access.readwrite.roleName") ?? defaults.readwrite.roleName)
        : undefined;
    if (writer !== undefined && (writer === owner || writer === reader)) {
        yield at(
            "database.access.readwrite.roleName",
            `must differ from the other roles, is ${JSON.stringify(writer)}; each level of access has a role of its own`,
        );
    }
    if (read.given("database.tunnel") && read.given("database.direct")) {
        yield at(
            "database.direct",
            "must be left out together with database.tunnel; keep the one way that Pulumi takes",
        );
    }
    const version = read.text("database.chart.version");
    if (
        version !== undefined &&
        majorOf(version) > NEWEST_WITH_DEFAULT_IMAGE &&
        !read.given("database.image.repository")
    ) {
        yield at(
            "database.image.repository",
            `is missing, since database.chart.version is ${read.shown("database.chart.version")} and the default image ends with PostgreSQL 17; name an image that fits the chart, with its digest`,
        );
    }
    const libraries = read.list("database.sharedPreloadLibraries");
    if (libraries && !libraries.includes("pgaudit") && (read.list("database.audit.log")?.length ?? 0) > 0) {
        yield at(
            "database.sharedPreloadLibraries",
            `must hold "pgaudit", which writes the classes of database.audit.log, is ${read.shown("database.sharedPreloadLibraries")}; or set database.audit.log to []`,
        );
    }
    yield* resourcesFaults(read, "database.resources");
    yield* chartFaults(read, "database.chart");
    yield* mutableImageFaults(read, "database.image");
    yield* mutableImageFaults(read, "database.helperImage");
    yield* mutableImageFaults(read, "database.exporter.image");
};

function majorOf(version: string): number {
    return Number.parseInt(version.replace(/^v/, ""), 10);
}
