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
