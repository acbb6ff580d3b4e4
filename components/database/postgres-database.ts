import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type ContainerImageArgs, chartSource, hardenedRelease } from "../chart";
import { childOptions } from "../child-options";
import { type DnsArgs, SecureNamespace } from "../cluster/secure-namespace";
import { DEFAULTS } from "../defaults";
import { fingerprint } from "../fingerprint";
import { checkLabels, standardLabels } from "../labels";
import { dnsLabelFault, hostFault } from "../names";
import { wholeNumber } from "../numbers";
import { bytesFault } from "../quantity";
import { type ComputeResourcesArgs, resourceRequirements, toRequirements } from "../resources";
import { validationOf } from "../structure";
import { adminPasswords, settledAdminPassword } from "./admin-password";
import { serverCertificate } from "./certificates";
import { type DatabaseExporterArgs, exporterPassword, exporterRole } from "./exporter";
import { serverInPlace } from "./guarded-settings";
import { chartFullName, POSTGRES_PORT, postgresqlPodLabels, postgresqlValues, serverNames } from "./postgresql-values";
import { rotationFault } from "./rotation";
import { checkServerSettings, type DatabaseLoginsArgs, type ServerSettingsArgs } from "./server-settings";
import { checkSqlJobSettings, type SqlJobSettingsArgs } from "./sql-job";
import { upgradeGuard } from "./upgrade-guard";

export { AuditClass, TlsVersion } from "./server-settings";

/** The server: what can be said of it wherever it is made. */
export interface PostgresSettingsArgs extends ServerSettingsArgs {
    /** Namespace of the database; it is made, isolated and holds nothing else. Defaults to `database`. */
    namespaceName?: pulumi.Input<string> | undefined;
    /** Name of the Helm release; Service, pod and volume are named after it. Defaults to `pgdb`. */
    releaseName?: pulumi.Input<string> | undefined;
    /** Image of the container that installs the certificate. Defaults to `docker.io/bitnamilegacy/os-shell`. */
    helperImage?: ContainerImageArgs | undefined;
    /** postgres_exporter beside the server. Defaults to none. */
    exporter?: DatabaseExporterArgs | undefined;
    /** Size of the data volume. It can't change once the volume exists. Defaults to `8Gi`. */
    storageSize?: pulumi.Input<string> | undefined;
    /** StorageClass of the data volume. Defaults to the cluster's default class. */
    storageClassName?: pulumi.Input<string> | undefined;
    /** Compute resources of PostgreSQL. Defaults to 512Mi of memory requested and 1Gi at most. */
    resources?: ComputeResourcesArgs | undefined;
    /**
     * How often authority, key and certificate of the server have been made new. One more makes them new once and restarts
     * the server. Only ever one step up. Plain. Defaults to 0.
     */
    certificateRotation?: number | undefined;
    /**
     * How often the superuser's password has been made new. One more makes it new once. Only ever one step up. Plain.
     * Defaults to 0.
     */
    adminRotation?: number | undefined;
    /** DNS domain of the cluster, part of the names in the server certificate. Defaults to `cluster.local`. */
    clusterDomain?: pulumi.Input<string> | undefined;
    /** Whether Pulumi refuses to delete the release and its passwords. Plain. Defaults to false. */
    protectData?: boolean | undefined;
    /** Whether a change of namespace, release or storage may leave the data behind or lose it. Plain. Defaults to false. */
    allowDataLoss?: boolean | undefined;
}

/** Arguments of PostgresDatabase. */
export interface PostgresDatabaseArgs extends PostgresSettingsArgs {
    /** Pod Security Standards version that the namespace pins. Defaults to `v1.35`. */
    podSecurityVersion?: pulumi.Input<string> | undefined;
    /** Where DNS is found in the cluster. Defaults to `kube-dns` in `kube-system`. */
    dns?: DnsArgs | undefined;
    /** Who may log in where, beside the superuser. Defaults to every role in every database but the server's own. */
    logins?: DatabaseLoginsArgs[] | undefined;
    /** How the jobs run that change the superuser's password and make the exporter's role. */
    job?: SqlJobSettingsArgs | undefined;
    /** Labels for every object made here. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * PostgreSQL by the Bitnami chart, reachable inside the cluster only, over TLS only, with SCRAM passwords only.
 *
 * Passwords and keys are generated and reach the chart as names of Secrets. The namespace admits no traffic: open it to
 * the application with an AllowedFlow. Roles and grants are made by DatabaseAccess. The data volume outlives the release.
 */
export class PostgresDatabase extends pulumi.ComponentResource {
    /** Namespace of the database. */
    public readonly namespaceName: pulumi.Output<string>;
    /** DNS name of the Service; the server's certificate is valid for it. */
    public readonly host: pulumi.Output<string>;
    /** Port of the Service and of the pod. */
    public readonly port: pulumi.Output<number>;
    /** Name of the superuser. */
    public readonly adminUsername: pulumi.Output<string>;
    /** Password of the superuser, a secret, known once the server has it. */
    public readonly adminPassword: pulumi.Output<string>;
    /** Certificates of the authority that signed the server's and of the next one, in PEM: what clients verify against. */
    public readonly caCertificate: pulumi.Output<string>;
    /** Name of the pod, the target of a tunnel. */
    public readonly podName: pulumi.Output<string>;
    /** Labels that select the pod in a NetworkPolicy. */
    public readonly podLabels: pulumi.Output<Record<string, string>>;
    /** URN of the Helm release; what lives inside the database is gone when the release is. */
    public readonly releaseUrn: pulumi.Output<string>;

    constructor(name: string, args: PostgresDatabaseArgs = {}, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:PostgresDatabase", name, {}, opts);
        const child = childOptions(this, opts);
        const checked = serverInPlace(name, checkPostgresDatabase(name, args), args, child);
        const kept = { ...child, ...(args.protectData && { protect: true }) };

        const namespace = new SecureNamespace(
            `${name}-namespace`,
            {
                namespaceName: checked.namespaceName,
                podSecurityVersion: args.podSecurityVersion,
                dns: args.dns,
                labels: args.labels,
            },
            child,
        );
        const { adminRotation = 0, certificateRotation = 0 } = args;
        const admin = adminPasswords(name, adminRotation, { current: kept, previous: child });
        const fullName = checked.releaseName.apply(chartFullName);
        const certificate = serverCertificate(
            name,
            {
                commonName: fullName,
                dnsNames: pulumi
                    .all([checked.releaseName, checked.namespaceName, checked.clusterDomain])
                    .apply(([release, inNamespace, domain]) => serverNames(release, inNamespace, domain)),
                ipAddresses: ["127.0.0.1"],
                rotation: certificateRotation,
            },
            child,
        );
        const labels = standardLabels(
            { name: "postgresql", instance: checked.releaseName, component: "database" },
            args.labels,
        );
        const secret = (suffix: string, type: string, stringData: Record<string, pulumi.Input<string>>) =>
            new k8s.core.v1.Secret(
                `${name}-${suffix}`,
                {
                    metadata: {
                        name: pulumi.interpolate`${fullName}-${suffix}`,
                        namespace: namespace.namespaceName,
                        labels,
                    },
                    type,
                    stringData,
                },
                child,
            );
        const exporter = args.exporter?.install ? exporterPassword(name, child) : undefined;
        const passwords = secret("admin", "Opaque", {
            "postgres-password": admin.current,
            ...(exporter && { "metrics-password": exporter }),
        });
        const keyPair = secret("certificate", "kubernetes.io/tls", {
            "tls.crt": certificate.certificate,
            "tls.key": certificate.privateKey,
        });
        const release = hardenedRelease(
            `${name}-release`,
            {
                releaseName: checked.releaseName,
                namespace: namespace.namespaceName,
                source: chartSource(args.chart, DEFAULTS.database.chart),
                values: pulumi
                    .output({
                        secrets: { passwords: passwords.metadata.name, certificate: keyPair.metadata.name },
                        certificateFingerprint: certificate.certificate.apply((pem) => fingerprint(pem, 16)),
                        image: { ...DEFAULTS.database.image, ...args.image },
                        helperImage: { ...DEFAULTS.database.helperImage, ...args.helperImage },
                        exporter: exporter && {
                            roleName: DEFAULTS.database.exporter.roleName,
                            image: { ...DEFAULTS.database.exporter.image, ...args.exporter?.image },
                            resources: toRequirements(DEFAULTS.database.exporter.resources),
                        },
                        resources: checked.resources,
                        storageSize: checked.storageSize,
                        storageClassName: checked.storageClassName,
                        ...checked.server,
                        labels: args.labels ?? {},
                    })
                    .apply((known) => postgresqlValues(known)),
            },
            { ...kept, dependsOn: [namespace], ...upgradeGuard(name) },
        );

        this.namespaceName = namespace.namespaceName;
        this.host = pulumi
            .all([fullName, release.status, checked.namespaceName, checked.clusterDomain])
            .apply(([service, , inNamespace, domain]) => `${service}.${inNamespace}.svc.${domain}`);
        this.port = pulumi.output(POSTGRES_PORT);
        this.adminUsername = pulumi.output("postgres");
        // Known once the server has its certificate: a client that trusts the next authorities mustn't meet the last.
        this.caCertificate = pulumi
            .all([certificate.caCertificate, release.status])
            .apply(([certificates]) => certificates);
        this.podName = pulumi.interpolate`${fullName}-0`;
        this.releaseUrn = release.urn;
        this.podLabels = checked.releaseName.apply(postgresqlPodLabels);
        this.adminPassword = settledAdminPassword(
            name,
            admin,
            { rotation: adminRotation, server: this, job: args.job, labels: args.labels },
            child,
        );
        if (exporter) {
            exporterRole(name, exporter, { server: this, job: args.job, labels: args.labels }, child);
        }
        this.registerOutputs({
            namespaceName: this.namespaceName,
            host: this.host,
            port: this.port,
            adminUsername: this.adminUsername,
            adminPassword: this.adminPassword,
            caCertificate: this.caCertificate,
            podName: this.podName,
            podLabels: this.podLabels,
            releaseUrn: this.releaseUrn,
        });
    }
}

/** Checks all arguments; with a validation that is a part of another one, that one reports. */
export function checkPostgresDatabase(
    name: string,
    args: PostgresDatabaseArgs,
    validation = validationOf("PostgresDatabase", name, args),
) {
    const defaults = DEFAULTS.database;
    const checked = {
        namespaceName: validation.value("namespaceName", args.namespaceName ?? defaults.namespaceName, dnsLabelFault),
        // Helm allows 53 characters for a release's name.
        releaseName: validation.value("releaseName", args.releaseName ?? defaults.releaseName, dnsLabelFault, tooLong),
        storageSize: validation.value("storageSize", args.storageSize ?? defaults.storageSize, bytesFault),
        storageClassName: validation.optional("storageClassName", args.storageClassName, dnsLabelFault),
        clusterDomain: validation.value("clusterDomain", args.clusterDomain ?? defaults.clusterDomain, hostFault),
        resources: resourceRequirements(validation, "resources", args.resources, defaults.resources),
        server: checkServerSettings(validation, args),
    };
    validation.value("certificateRotation", args.certificateRotation ?? 0, rotationFault);
    validation.value("adminRotation", args.adminRotation ?? 0, rotationFault);
    validation.optional("chart.timeoutSeconds", args.chart?.timeoutSeconds, wholeNumber(30, 7200));
    checkSqlJobSettings(
        validation.part((path) => `job.${path}`),
        args.job,
    );
    checkLabels(validation, args.labels);
    validation.done();
    return checked;
}

function tooLong(releaseName: string): string | undefined {
    return releaseName.length > 40
        ? `must have at most 40 characters, so that the names made from it stay legal, is ${JSON.stringify(releaseName)}`
        : undefined;
}
