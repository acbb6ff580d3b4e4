import * as pulumi from "@pulumi/pulumi";
import { IngressController, type IngressControllerSettingsArgs } from "./application/ingress-controller";
import { type IngressRulesArgs, ProtectedIngress } from "./application/protected-ingress";
import { AllowedFlow } from "./cluster/allowed-flow";
import type { ApiServerArgs } from "./cluster/api-server";
import {
    type DnsArgs,
    type NamespaceLimitArgs,
    type NamespaceQuotaArgs,
    SecureNamespace,
} from "./cluster/secure-namespace";
import { HardenedWorkload, type WorkloadSettingsArgs, workloadPodLabels } from "./container/hardened-workload";
import { DatabaseAccess, type DatabaseRolesArgs } from "./database/database-access";
import type { DatabaseDirectArgs, DatabaseTunnelArgs } from "./database/database-connection";
import { PostgresDatabase, type PostgresSettingsArgs } from "./database/postgres-database";
import { DEFAULTS } from "./defaults";
import { ThreatDetection, type ThreatDetectionSettingsArgs } from "./monitoring/threat-detection";

/** What all layers share about the cluster. */
export interface ClusterArgs {
    /** Pod Security Standards version that every namespace pins. Defaults to `v1.35`. */
    podSecurityVersion?: pulumi.Input<string> | undefined;
    /** Where the API server is reached. Defaults to what the EndpointSlice `default/kubernetes` says. */
    apiServer?: ApiServerArgs | undefined;
    /** Where DNS is found in the cluster. Defaults to `kube-dns` in `kube-system`. */
    dns?: DnsArgs | undefined;
    /** Whether the application's image must have a digest or a fixed tag. Plain. Defaults to false. */
    requireImmutableImages?: boolean | undefined;
    /** What the objects of the application's namespace may use together. */
    quota?: NamespaceQuotaArgs | undefined;
    /** What a container of the application's namespace gets that names no resources of its own. */
    containerLimits?: NamespaceLimitArgs | undefined;
}

/** The application's workload and its namespace. */
export interface ApplicationWorkloadArgs extends WorkloadSettingsArgs {
    /** Namespace of the application; it is made and isolated. Defaults to `secure-app`. */
    namespaceName?: pulumi.Input<string> | undefined;
}

/** The way in. */
export interface ApplicationIngressArgs extends IngressRulesArgs {
    /** The controller behind it. */
    controller?: ApplicationControllerArgs | undefined;
}

/** The ingress controller: installed, or one that the cluster has. */
export interface ApplicationControllerArgs extends IngressControllerSettingsArgs {
    /** Whether to install it. If not, names and labels describe one that is there. Plain. Defaults to true. */
    install?: boolean | undefined;
    /** Labels of the pods of a controller that is there. Defaults to those of the ingress-nginx chart. */
    podLabels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/** The database, its roles, and the way to it for Pulumi. */
export interface ApplicationDatabaseArgs extends PostgresSettingsArgs {
    /** Database and roles. */
    access?: DatabaseRolesArgs | undefined;
    /** The way by port-forward, which is the default. Plain by presence. */
    tunnel?: DatabaseTunnelArgs | undefined;
    /** The way by address instead. Plain by presence. */
    direct?: DatabaseDirectArgs | undefined;
}

/** Falco: installed or not. */
export interface ApplicationThreatDetectionArgs extends ThreatDetectionSettingsArgs {
    /** Whether to install it; without it nobody watches what happens inside the containers. Plain. Defaults to true. */
    install?: boolean | undefined;
}

/** Arguments of SecureApplication. */
export interface SecureApplicationArgs {
    /** The application's workload. */
    workload: ApplicationWorkloadArgs;
    /** What all layers share about the cluster. */
    cluster?: ClusterArgs | undefined;
    /** The way in. */
    ingress?: ApplicationIngressArgs | undefined;
    /** The database. */
    database?: ApplicationDatabaseArgs | undefined;
    /** Threat detection. */
    threatDetection?: ApplicationThreatDetectionArgs | undefined;
    /** Labels for every object made here. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

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
        const { access: roles, tunnel, direct, ...database } = args.database ?? {};
        const child = { parent: this };
        const shared = { podSecurityVersion: cluster.podSecurityVersion, dns: cluster.dns, labels: args.labels };

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
                // Known once the flow is there: without it the pods would start, miss the database, and count as broken.
                namespaceName: pulumi
                    .all([namespace.namespaceName, toDatabase.policyNames])
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
            podLabels: controllerPodLabels,
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
                controllerPodLabels: installed?.podLabels ?? controllerPodLabels,
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

/** The ingress controller watches the API server all the time, which Falco would report. */
function apiClients(
    detection: ThreatDetectionSettingsArgs,
    controller: IngressController | undefined,
): pulumi.Output<string[]> {
    return pulumi
        .all([detection.apiClientNamespaceNames ?? [], controller?.namespaceName])
        .apply(([own, installed]) => (installed === undefined ? own : [...own, installed]));
}
