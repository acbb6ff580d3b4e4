/** Everything that Bulwark says to the Bitnami PostgreSQL chart. Pure; no Pulumi import. */
import { chartLabels } from "../chart-labels";
import type { ImageParts } from "../image";
import type { ResourceRequirements } from "../resources";

/** Port on which PostgreSQL listens in its pod and behind its Service. */
export const POSTGRES_PORT = 5432;

/** Names of the Secrets that the chart is pointed at; their content never passes through its values. */
export interface DatabaseSecretNames {
    /** Holds `postgres-password`. */
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
    resources: ResourceRequirements;
    storageSize: string;
    storageClassName?: string | undefined;
    labels: Record<string, string>;
}

/**
 * The name that the chart gives to its Service, StatefulSet and pods (templates/_helpers.tpl of the `common` chart):
 * the release's, with `-postgresql` behind it unless it is part of the name already.
 */
export function chartFullName(releaseName: string): string {
    const full = releaseName.includes("postgresql") ? releaseName : `${releaseName}-postgresql`;
    return full.slice(0, 63).replace(/-$/, "");
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
 * Who may log in, and how. TLS is required from everywhere but the pod itself: the chart's probes connect over loopback,
 * and a port-forward arrives there too, already inside the API server's own TLS. Everybody needs a SCRAM password.
 */
export const PG_HBA = `local   all all              scram-sha-256
host    all all 127.0.0.1/32 scram-sha-256
host    all all ::1/128      scram-sha-256
hostssl all all 0.0.0.0/0    scram-sha-256
hostssl all all ::/0         scram-sha-256
`;

/**
 * Server-wide settings on top of the chart's. `log_statement` stays `none`: it would write the passwords of
 * `CREATE ROLE` and `ALTER ROLE` into the log.
 */
export const SERVER_CONFIGURATION = `password_encryption = 'scram-sha-256'
ssl_min_protocol_version = 'TLSv1.3'
lock_timeout = '30s'
idle_in_transaction_session_timeout = '15min'
idle_session_timeout = '1h'
`;

/**
 * The chart's values: documented keys only (values.yaml of chart 17.1.0), and only those that differ from its defaults.
 */
export function postgresqlValues(input: PostgresqlValuesInput): Record<string, unknown> {
    return {
        // The chart refuses every image outside its maker's catalogue, from which the versioned ones have gone.
        global: { security: { allowInsecureImages: true } },
        ...overriding("image", input.image),
        ...(isEmpty(input.helperImage) ? {} : { volumePermissions: overriding("image", input.helperImage) }),
        auth: { existingSecret: input.secrets.passwords },
        tls: {
            enabled: true,
            certificatesSecret: input.secrets.certificate,
            certFilename: "tls.crt",
            certKeyFilename: "tls.key",
            // No certCAFilename: it would demand a certificate from every client.
        },
        audit: { logConnections: true, logDisconnections: true },
        commonLabels: chartLabels(input.labels),
        primary: {
            pgHbaConfiguration: PG_HBA,
            extendedConfiguration: SERVER_CONFIGURATION,
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
