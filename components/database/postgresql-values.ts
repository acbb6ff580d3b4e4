/** Everything that Bulwark says to the Bitnami PostgreSQL chart. Pure; no Pulumi import. */
import { chartLabels, helmFullName } from "../chart-labels";
import type { ImageParts } from "../image";
import { parseQuantity } from "../quantity";
import type { ResourceRequirements } from "../resources";
import { type DatabaseLogins, pgHba } from "./pg-hba";
import { serverConfiguration } from "./server-configuration";

/** Port on which PostgreSQL listens in its pod and behind its Service. */
export const POSTGRES_PORT = 5432;

/** Names of the Secrets that the chart is pointed at; their content never passes through its values. */
export interface DatabaseSecretNames {
    /** Holds `postgres-password`, and `metrics-password` when there is an exporter. */
    passwords: string;
    /** Holds `tls.crt` and `tls.key`. */
    certificate: string;
}

/** What the values are made from, every value known. */
export interface PostgresqlValuesInput {
    secrets: DatabaseSecretNames;
    /** Changes when the server certificate does: PostgreSQL reads its certificate only when it starts. */
    certificateFingerprint: string;
    image: ImageParts;
    helperImage: ImageParts;
    /** The exporter beside the server; none when it is left out. */
    exporter?: { roleName: string; image: ImageParts; resources: ResourceRequirements } | undefined;
    resources: ResourceRequirements;
    storageSize: string;
    storageClassName?: string | undefined;
    minimumTlsVersion: string;
    maxConnections?: number | undefined;
    audit: DatabaseAudit;
    /** Libraries that the server loads when it starts. */
    sharedPreloadLibraries: string[];
    /** Which roles may log in to which database; all to all when it is left out. */
    logins?: DatabaseLogins[] | undefined;
    /** The image's, as far as it is known; recorded for the next update. */
    majorVersion?: number | undefined;
    labels: Record<string, string>;
}

/** What the audit log holds. */
export interface DatabaseAudit {
    /** Classes of statements. */
    log: string[];
    /** Whether the statements themselves, or only what they are about. */
    statements: boolean;
}

/** Annotation of the StatefulSet that tells the major version of its server. */
export const MAJOR_VERSION_ANNOTATION = "bulwark.dev/postgresql-major-version";

/**
 * The name that the chart gives to its Service, StatefulSet and pods (templates/_helpers.tpl of the `common` chart):
 * the release's, with `-postgresql` behind it unless it is part of the name already.
 */
export function chartFullName(releaseName: string): string {
    return helmFullName(releaseName, "postgresql");
}

/** Labels of the database's pods: the ones that the chart's own selectors use, which never change. */
export function postgresqlPodLabels(releaseName: string): Record<string, string> {
    return {
        "app.kubernetes.io/name": "postgresql",
        "app.kubernetes.io/instance": releaseName,
        "app.kubernetes.io/component": "primary",
    };
}

/**
 * The chart's values: documented keys only (values.yaml of chart 17.1.0), and only those that differ from its defaults.
 */
export function postgresqlValues(input: PostgresqlValuesInput): Record<string, unknown> {
    const { memory } = input.resources.requests;
    const { exporter } = input;
    return {
        global: {
            // The chart refuses every image outside its maker's catalogue, from which the versioned ones have gone.
            security: { allowInsecureImages: true },
            // The chart looks for the exporter's Secret in a group that isn't there otherwise, and breaks off.
            ...(exporter && { auth: {} }),
        },
        ...overriding("image", input.image),
        ...(isEmpty(input.helperImage) ? {} : { volumePermissions: overriding("image", input.helperImage) }),
        auth: {
            existingSecret: input.secrets.passwords,
            // Else the exporter would be the superuser.
            ...(exporter && { metricsUsername: exporter.roleName }),
        },
        ...(exporter && {
            metrics: { enabled: true, ...overriding("image", exporter.image), resources: exporter.resources },
        }),
        tls: {
            enabled: true,
            certificatesSecret: input.secrets.certificate,
            certFilename: "tls.crt",
            certKeyFilename: "tls.key",
            // No certCAFilename: it would demand a certificate from every client.
        },
        postgresqlSharedPreloadLibraries: input.sharedPreloadLibraries.join(","),
        audit: {
            logConnections: true,
            logDisconnections: true,
            logLinePrefix: LOG_LINE_PREFIX,
            logTimezone: "UTC",
            ...(input.audit.log.length === 0 ? {} : { pgAuditLog: input.audit.log.join(",") }),
        },
        commonLabels: chartLabels(input.labels),
        primary: {
            pgHbaConfiguration: pgHba(input.logins, exporter?.roleName),
            extendedConfiguration: serverConfiguration({
                minimumTlsVersion: input.minimumTlsVersion,
                memoryRequest: parseQuantity(memory as string),
                storageSize: parseQuantity(input.storageSize),
                maxConnections: input.maxConnections,
                auditStatements: input.audit.statements,
            }),
            ...(input.majorVersion === undefined
                ? {}
                : { annotations: { [MAJOR_VERSION_ANNOTATION]: String(input.majorVersion) } }),
            resources: input.resources,
            podAnnotations: { "bulwark.dev/certificate": input.certificateFingerprint },
            startupProbe: { enabled: true },
            // The chart's own policy opens the port to the whole cluster, and policies add up.
            networkPolicy: { enabled: false },
            persistence: {
                size: input.storageSize,
                ...(input.storageClassName === undefined ? {} : { storageClass: input.storageClassName }),
            },
        },
    };
}

/** When, which process, and after login who, where, from which address. */
const LOG_LINE_PREFIX = "%m [%p] %q%u@%d from %h ";

/** Every name that a client may use for the server, so that verify-full works for all of them. */
export function serverNames(releaseName: string, namespace: string, clusterDomain: string): string[] {
    const service = chartFullName(releaseName);
    const hosts = [service, `${service}-hl`, `${service}-0.${service}-hl`];
    const inNamespace = hosts.flatMap((host) =>
        ["", `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.${clusterDomain}`].map((suffix) => host + suffix),
    );
    return [...inNamespace, "localhost"];
}

function overriding(key: string, image: ImageParts): Record<string, unknown> {
    const given = Object.fromEntries(Object.entries(image).filter(([, value]) => value !== undefined));
    return isEmpty(image) ? {} : { [key]: given };
}

function isEmpty(image: ImageParts): boolean {
    return Object.values(image).every((value) => value === undefined);
}
