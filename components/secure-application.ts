import * as pulumi from "@pulumi/pulumi";
import { IngressController } from "./application/ingress-controller";
import { ProtectedIngress } from "./application/protected-ingress";
import { childOptions } from "./child-options";
import { AllowedFlow } from "./cluster/allowed-flow";
import { SecureNamespace } from "./cluster/secure-namespace";
import { workloadBindings } from "./composition/bindings";
import { checkApplication } from "./composition/check";
import { clusterGuardrails, operatorAccess } from "./composition/cluster";
import { databaseLayer } from "./composition/database";
import { monitoringLayer } from "./composition/monitoring";
import { openWays } from "./composition/ways";
import { HardenedWorkload, workloadPodLabels } from "./container/hardened-workload";
import { DEFAULTS } from "./defaults";
import type { SecureApplicationArgs } from "./secure-application-args";

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
    /** Column by which rows are kept apart, when tenants are. */
    public readonly tenantColumn: pulumi.Output<string> | undefined;
    /** Setting by which a session names its tenant, when they are kept apart. */
    public readonly tenantSetting: pulumi.Output<string> | undefined;
    /** Every namespace made here. */
    public readonly namespaceNames: pulumi.Output<string[]>;
    /** Namespace of the operators' identity, when there is one. */
    public readonly operatorNamespaceName: pulumi.Output<string | undefined>;
    /** ServiceAccount of the operators, when there is one. */
    public readonly operatorAccountName: pulumi.Output<string | undefined>;
    /** Kubeconfig of the operators, a secret, when there is one; with `cluster.operators.token` it is good to use as it is. */
    public readonly operatorKubeconfig: pulumi.Output<string | undefined>;
    /** Namespace of the ingress controller. */
    public readonly ingressNamespaceName: pulumi.Output<string>;
    /** Names of the guardrails' policies, when they are installed. */
    public readonly guardrailPolicyNames: pulumi.Output<string[] | undefined>;
    /** Audit policy for the API server's `--audit-policy-file`. */
    public readonly auditPolicy: pulumi.Output<string>;
    /** Kubeconfig for the API server's `--audit-webhook-config-file`, when Falco takes its events. */
    public readonly auditWebhookConfig: pulumi.Output<string> | undefined;

    constructor(name: string, args: SecureApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:SecureApplication", name, {}, opts);
        const { args: checked, sound } = checkApplication(name, args);
        const { cluster = {}, ingress = {} } = checked;
        const { allowEgress: _out, allowIngress: _in, ...workload } = checked.workload;
        const child = { ...childOptions(this, opts), dependsOn: sound };
        const shared = { podSecurityVersion: cluster.podSecurityVersion, dns: cluster.dns, labels: checked.labels };

        const guardrails = clusterGuardrails(name, checked, shared, child);
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
        const database = databaseLayer(name, checked.database ?? {}, namespace.namespaceName, shared, child);
        const { server, access, tenants } = database;
        const operators = operatorAccess(name, checked, database, shared, child);
        const pods = {
            namespaceName: namespace.namespaceName,
            podLabels: workloadPodLabels(workload.workloadName ?? DEFAULTS.workload.workloadName),
        };
        const toDatabase = new AllowedFlow(
            `${name}-app-to-database`,
            {
                from: pods,
                to: { namespaceName: server.namespaceName, podLabels: server.podLabels },
                ports: [{ port: server.port }],
                labels: checked.labels,
            },
            child,
        );
        const ways = openWays(name, checked, pods, child);
        const deployed = new HardenedWorkload(
            `${name}-workload`,
            {
                ...workload,
                requireImmutableImage: cluster.requireImmutableImages || workload.requireImmutableImage,
                namespaceName: namespace.namespaceName,
                serviceBindings: workloadBindings(checked, access),
                labels: checked.labels,
            },
            // Without the flows the pods would start, miss the database, and count as broken; without the separation of
            // tenants they would see every tenant's rows. Not by an input: with it, the workload would be replaced
            // whenever the separation's job is.
            { ...child, dependsOn: [toDatabase, ...ways, ...(tenants ? [tenants] : [])] },
        );
        database.retire(
            [deployed.deploymentName, ...(operators?.bastionName ? [operators.bastionName] : [])],
            workload.gracePeriodSeconds,
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
        const controllerNamespaceName =
            installed?.namespaceName ?? controller.namespaceName ?? DEFAULTS.ingress.controller.namespaceName;
        const protectedIngress = new ProtectedIngress(
            `${name}-ingress`,
            {
                ...ingress,
                namespaceName: namespace.namespaceName,
                serviceName: deployed.serviceName,
                servicePort: deployed.servicePort,
                podLabels: deployed.podLabels,
                podPort: deployed.podPort,
                controllerNamespaceName,
                controllerPodLabels: installed?.podLabels ?? presentPodLabels,
                controllerUnmanaged: !installController,
                ingressClassName: installed?.ingressClassName ?? controller.ingressClassName,
                labels: checked.labels,
            },
            child,
        );
        const monitoring = monitoringLayer(
            name,
            checked,
            { namespaceName: namespace.namespaceName, deployed, database, controller: installed, guardrails },
            shared,
            child,
        );

        this.url = protectedIngress.url;
        this.namespaceName = namespace.namespaceName;
        this.deploymentName = deployed.deploymentName;
        this.serviceName = deployed.serviceName;
        this.databaseNamespaceName = server.namespaceName;
        this.databaseHost = server.host;
        this.databaseName = access.databaseName;
        this.credentialsSecretName = access.credentialsSecretName;
        this.ownerSecretName = access.ownerSecretName;
        const tenantDefaults = DEFAULTS.database.rowLevelSecurity;
        const separation = checked.database?.rowLevelSecurity;
        this.tenantColumn = separation && pulumi.output(separation.tenantColumn ?? tenantDefaults.tenantColumn);
        this.tenantSetting = separation && pulumi.output(separation.tenantSetting ?? tenantDefaults.tenantSetting);
        this.namespaceNames = pulumi
            .all([namespace, server, operators, installed, ...monitoring.namespaces].map((each) => each?.namespaceName))
            .apply((names) => names.filter((each) => each !== undefined));
        this.operatorNamespaceName = pulumi.output(operators?.namespaceName);
        this.operatorAccountName = pulumi.output(operators?.accountName);
        this.operatorKubeconfig = pulumi.secret(pulumi.output(operators?.kubeconfig));
        this.ingressNamespaceName = pulumi.output(controllerNamespaceName);
        this.guardrailPolicyNames = pulumi.output(guardrails?.policyNames);
        this.auditPolicy = monitoring.auditPolicy;
        this.auditWebhookConfig = monitoring.auditWebhookConfig;
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
            tenantColumn: this.tenantColumn,
            tenantSetting: this.tenantSetting,
            namespaceNames: this.namespaceNames,
            operatorNamespaceName: this.operatorNamespaceName,
            operatorAccountName: this.operatorAccountName,
            operatorKubeconfig: this.operatorKubeconfig,
            ingressNamespaceName: this.ingressNamespaceName,
            guardrailPolicyNames: this.guardrailPolicyNames,
            auditPolicy: this.auditPolicy,
            auditWebhookConfig: this.auditWebhookConfig,
        });
    }
}
