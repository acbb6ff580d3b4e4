/** Settings of the database layer. Pure; no Pulumi import. */
import { DEFAULTS } from "../components/defaults";
import {
    chartFaults,
    chartSource,
    computeResources,
    containerImage,
    mutableImageFaults,
    resourcesFaults,
} from "./common";
import { field, group, optional, optionalGroup, required } from "./field";
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
    readwrite,
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
    access,
    rowLevelSecurity,
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
    yield* resourcesFaults(read, "database.resources");
    yield* chartFaults(read, "database.chart");
    yield* mutableImageFaults(read, "database.image");
    yield* mutableImageFaults(read, "database.helperImage");
};

function majorOf(version: string): number {
    return Number.parseInt(version.replace(/^v/, ""), 10);
}
