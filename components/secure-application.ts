import * as pulumi from "@pulumi/pulumi";
import { IngressController } from "./application/ingress-controller";
import { controllerPodLabels } from "./application/ingress-nginx-values";
import { ProtectedIngress } from "./application/protected-ingress";
import { AdmissionGuardrails } from "./cluster/admission-guardrails";
import { AllowedFlow } from "./cluster/allowed-flow";
import { falcoExemption, ingressNginxExemption } from "./cluster/guardrail-exemptions";
import { OperatorAccess, type OperatorAccessArgs } from "./cluster/operator-access";
import { SecureNamespace } from "./cluster/secure-namespace";
import { HardenedWorkload, workloadPodLabels } from "./container/hardened-workload";
import { DatabaseAccess } from "./database/database-access";
import { PostgresDatabase } from "./database/postgres-database";
import { RowLevelSecurity } from "./database/row-level-security";
import { DEFAULTS } from "./defaults";
import { imageText } from "./image";
import { falcoPodLabels } from "./monitoring/falco-values";
import { ThreatDetection, type ThreatDetectionSettingsArgs } from "./monitoring/threat-detection";
import type { ApplicationDatabaseArgs, SecureApplicationArgs } from "./secure-application-args";

export type { SecureApplicationArgs };

/**
 * An application and its PostgreSQL database behind five layers of defence: isolated namespaces, a hardened workload, a
 * rate-limited ingress with TLS, a database with a role that can only read, and threat detection.
 */
export class SecureApplication extends pulumi.ComponentResource {
    /** Address of the application. */
    public readonly url: pulumi.Output<string>;
    /** Namespace of the application. */
    public readonly namespaceName: pulumi.Output<string>;
    /** Deployment of the application. */
    public readonly deploymentName: pulumi.Output<string>;
    /** Service of the application. */
    public readonly serviceName: pulumi.Output<string>;
    /** Namespace of the database. */
    public readonly databaseNamespaceName: pulumi.Output<string>;
    /** DNS name of the database within the cluster. */
    public readonly databaseHost: pulumi.Output<string>;
    /** Name of the database. */
    public readonly databaseName: pulumi.Output<string>;
    /** Secret with the credentials of the role that can only read, in the application's namespace. */
    public readonly credentialsSecretName: pulumi.Output<string>;
    /** Secret with the credentials of the role that owns the database, in the database's namespace. */
    public readonly ownerSecretName: pulumi.Output<string>;

    constructor(name: string, args: SecureApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:SecureApplication", name, {}, opts);
        const { workload, cluster = {}, ingress = {}, threatDetection = {} } = args;
        const { access: roles, rowLevelSecurity, sqlJob, tunnel, direct, ...database } = args.database ?? {};
        const child = { parent: this };
        const shared = { podSecurityVersion: cluster.podSecurityVersion, dns: cluster.dns, labels: args.labels };

        protectCluster(name, args, shared, child);
        const namespace = new SecureNamespace(
            `${name}-app`,
            {
                namespaceName: workload.namespaceName ?? DEFAULTS.workload.namespaceName,
                quota: cluster.quota,
                containerLimits: cluster.containerLimits,
                ...shared,
            },
            child,
        );
        const server = new PostgresDatabase(`${name}-database`, { ...database, ...shared }, child);
        const access = new DatabaseAccess(
            `${name}-access`,
            {
                ...roles,
                server,
                clientNamespaceName: namespace.namespaceName,
                tunnel,
                direct,
                protectData: database.protectData,
                labels: args.labels,
            },
            child,
        );
        const tenants =
            rowLevelSecurity &&
            new RowLevelSecurity(
                `${name}-tenants`,
                {
                    ...rowLevelSecurity,
                    server,
                    databaseName: access.databaseName,
                    roleNames: [access.readonlyRole, ...(access.readwriteRole ? [access.readwriteRole] : [])],
                    job: { image: sqlImage(database), ...sqlJob },
                    labels: args.labels,
                },
                child,
            );
        const toDatabase = new AllowedFlow(
            `${name}-app-to-database`,
            {
                from: {
                    namespaceName: namespace.namespaceName,
                    podLabels: workloadPodLabels(workload.workloadName ?? DEFAULTS.workload.workloadName),
                },
                to: { namespaceName: server.namespaceName, podLabels: server.podLabels },
                ports: [{ port: server.port }],
                labels: args.labels,
            },
            child,
        );
        const deployed = new HardenedWorkload(
            `${name}-workload`,
            {
                ...workload,
                requireImmutableImage: cluster.requireImmutableImages || workload.requireImmutableImage,
                // Known once the flow is there, and tenants are kept apart: without the one the pods would start, miss
                // the database, and count as broken; without the other they would see every tenant's rows.
                namespaceName: pulumi
                    .all([namespace.namespaceName, toDatabase.policyNames, tenants?.databaseName])
                    .apply(([namespaceName]) => namespaceName),
                serviceBindings: [
                    {
                        bindingName: "database",
                        secretName: access.credentialsSecretName,
                        version: access.credentialsVersion,
                    },
                ],
                labels: args.labels,
            },
            child,
        );
        const {
            install: installController = true,
            podLabels: presentPodLabels,
            ...controller
        } = ingress.controller ?? {};
        const installed = installController
            ? new IngressController(
                  `${name}-ingress-controller`,
                  { ...controller, apiServer: cluster.apiServer, ...shared },
                  child,
              )
            : undefined;
        const protectedIngress = new ProtectedIngress(
            `${name}-ingress`,
            {
                ...ingress,
                namespaceName: namespace.namespaceName,
                serviceName: deployed.serviceName,
                servicePort: deployed.servicePort,
                podLabels: deployed.podLabels,
                podPort: deployed.podPort,
                controllerNamespaceName:
                    installed?.namespaceName ?? controller.namespaceName ?? DEFAULTS.ingress.controller.namespaceName,
                controllerPodLabels: installed?.podLabels ?? presentPodLabels,
                controllerUnmanaged: !installController,
                ingressClassName: installed?.ingressClassName ?? controller.ingressClassName,
                labels: args.labels,
            },
            child,
        );
        const { install: installDetection = true, ...detection } = threatDetection;
        if (installDetection) {
            new ThreatDetection(
                `${name}-threat-detection`,
                {
                    ...detection,
                    protectedNamespaceNames: [namespace.namespaceName, server.namespaceName],
                    apiClientNamespaceNames: apiClients(detection, installed),
                    ...shared,
                },
                child,
            );
        }

        this.url = protectedIngress.url;
        this.namespaceName = namespace.namespaceName;
        this.deploymentName = deployed.deploymentName;
        this.serviceName = deployed.serviceName;
        this.databaseNamespaceName = server.namespaceName;
        this.databaseHost = server.host;
        this.databaseName = access.databaseName;
        this.credentialsSecretName = access.credentialsSecretName;
        this.ownerSecretName = access.ownerSecretName;
        this.registerOutputs({
            url: this.url,
            namespaceName: this.namespaceName,
            deploymentName: this.deploymentName,
            serviceName: this.serviceName,
            databaseNamespaceName: this.databaseNamespaceName,
            databaseHost: this.databaseHost,
            databaseName: this.databaseName,
            credentialsSecretName: this.credentialsSecretName,
            ownerSecretName: this.ownerSecretName,
        });
    }
}

/** The parts of the cluster layer that are about the whole cluster, not about a namespace. */
function protectCluster(
    name: string,
    { cluster = {}, ingress = {}, threatDetection = {} }: SecureApplicationArgs,
    shared: Pick<OperatorAccessArgs, "podSecurityVersion" | "dns" | "labels">,
    opts: pulumi.ComponentResourceOptions,
): void {
    const { install: installGuardrails = true, exemptions = [], ...guardrails } = cluster.guardrails ?? {};
    const { install: installOperators = true, ...operators } = cluster.operators ?? {};
    if (installGuardrails) {
        const defaults = { controller: DEFAULTS.ingress.controller, falco: DEFAULTS.threatDetection };
        const controllerNamespace = ingress.controller?.namespaceName ?? defaults.controller.namespaceName;
        new AdmissionGuardrails(
            `${name}-guardrails`,
            {
                ...guardrails,
                requireImmutableImages: cluster.requireImmutableImages,
                exposedNamespaceNames: [controllerNamespace],
                exemptions: [
                    ingressNginxExemption({
                        namespaceName: controllerNamespace,
                        podLabels: pulumi
                            .output(ingress.controller?.releaseName ?? defaults.controller.releaseName)
                            .apply(controllerPodLabels),
                    }),
                    falcoExemption({
                        namespaceName: threatDetection.namespaceName ?? defaults.falco.namespaceName,
                        podLabels: pulumi
                            .output(threatDetection.releaseName ?? defaults.falco.releaseName)
                            .apply(falcoPodLabels),
                    }),
                    ...exemptions,
                ],
                labels: shared.labels,
            },
            opts,
        );
    }
    if (installOperators) {
        new OperatorAccess(`${name}-operators`, { ...operators, apiServer: cluster.apiServer, ...shared }, opts);
    }
}

/** The database's own image has psql; the default one stands in where only a part of the image is given. */
function sqlImage({ image }: ApplicationDatabaseArgs): pulumi.Output<string> {
    return pulumi.output(image ?? {}).apply(({ repository, ...rest }) => {
        const whole = repository !== undefined && (rest.tag !== undefined || rest.digest !== undefined);
        return whole ? imageText({ ...rest, repository }) : DEFAULTS.database.sqlJob.image;
    });
}

/** The ingress controller watches the API server all the time, which Falco would report. */
function apiClients(
    detection: ThreatDetectionSettingsArgs,
    controller: IngressController | undefined,
): pulumi.Output<string[]> {
    return pulumi
        .all([detection.apiClientNamespaceNames ?? [], controller?.namespaceName])
        .apply(([own, installed]) => (installed === undefined ? own : [...own, installed]));
}
