import type * as pulumi from "@pulumi/pulumi";
import type { IngressControllerSettingsArgs } from "./application/ingress-controller";
import type { IngressRulesArgs } from "./application/protected-ingress";
import type { GuardrailSettingsArgs } from "./cluster/admission-guardrails";
import type { FlowProtocol } from "./cluster/allowed-flow";
import type { ApiServerArgs } from "./cluster/api-server";
import type { BastionPodArgs } from "./cluster/bastion";
import type { OperatorSettingsArgs } from "./cluster/operator-access";
import type { DnsArgs, NamespaceLimitArgs, NamespaceQuotaArgs } from "./cluster/secure-namespace";
import type { WorkloadSettingsArgs } from "./container/hardened-workload";
import type { BackupSettingsArgs } from "./database/database-backup";
import type { DatabaseDirectArgs, DatabaseTunnelArgs } from "./database/database-connection";
import type { DatabaseRolesArgs } from "./database/database-roles";
import type { PostgresSettingsArgs } from "./database/postgres-database";
import type { TenantSettingsArgs } from "./database/row-level-security";
import type { SqlJobSettingsArgs } from "./database/sql-job";
import type { AlertsSettingsArgs, WorkloadMetricsArgs } from "./monitoring/alerts-settings";
import type { AuditTrailSettingsArgs } from "./monitoring/audit-trail";
import type { ThreatDetectionSettingsArgs } from "./monitoring/threat-detection";
import type { VulnerabilityScanningSettingsArgs } from "./monitoring/vulnerability-scanning";

/** What all layers share about the cluster. */
export interface ClusterArgs {
    /** Pod Security Standards version that every namespace pins. Defaults to `v1.35`. */
    podSecurityVersion?: pulumi.Input<string> | undefined;
    /** Where the API server is reached. Defaults to what the EndpointSlice `default/kubernetes` says. */
    apiServer?: ApiServerArgs | undefined;
    /** Where DNS is found in the cluster. Defaults to `kube-dns` in `kube-system`. */
    dns?: DnsArgs | undefined;
    /** What the API server refuses from everybody. */
    guardrails?: ApplicationGuardrailsArgs | undefined;
    /** The identity of operators. */
    operators?: ApplicationOperatorsArgs | undefined;
    /** Whether the application's image must have a digest or a fixed tag. Plain. Defaults to false. */
    requireImmutableImages?: boolean | undefined;
    /** What the objects of the application's namespace may use together. */
    quota?: NamespaceQuotaArgs | undefined;
    /** What a container of the application's namespace gets that names no resources of its own. */
    containerLimits?: NamespaceLimitArgs | undefined;
}

/** Guardrails: installed or not. */
export interface ApplicationGuardrailsArgs extends GuardrailSettingsArgs {
    /** Whether to install them; without them only Bulwark's own workloads keep the rules. Plain. Defaults to true. */
    install?: boolean | undefined;
}

/** Operators' access: installed or not. */
export interface ApplicationOperatorsArgs extends OperatorSettingsArgs {
    /** Whether to install it; without it operators need rights of another kind. Plain. Defaults to true. */
    install?: boolean | undefined;
    /** A pod to work from. Defaults to none. Plain by presence. */
    bastion?: ApplicationBastionArgs | undefined;
}

/** The bastion beside the application's database. */
export interface ApplicationBastionArgs extends BastionPodArgs {
    /** Whether it reaches the database, as the role that can only read. Plain. Defaults to false. */
    allowDatabase?: boolean | undefined;
}

/** The application's workload and its namespace. */
export interface ApplicationWorkloadArgs extends WorkloadSettingsArgs {
    /** Namespace of the application; it is made and isolated. Defaults to `secure-app`. */
    namespaceName?: pulumi.Input<string> | undefined;
    /** Ways out beside the database and DNS. Plain list. Defaults to none. */
    allowEgress?: ApplicationEgressArgs[] | undefined;
    /**
     * Ways in beside the ingress controller's, to the workload's port: without its TLS, limits and sign-in. Plain list.
     * Defaults to none.
     */
    allowIngress?: ApplicationPeerArgs[] | undefined;
}

/** Who may talk with the application's pods: exactly one of `cidrs` and `namespaceName` is given. */
export interface ApplicationPeerArgs {
    /** What the way is for, such as `mail` or `reports`; its NetworkPolicy is called after it. Plain. */
    name: string;
    /**
     * Address ranges. On the way out, a range around private or link-local ones, such as `0.0.0.0/0`, leaves those
     * closed. Plain by presence.
     */
    cidrs?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** Namespace of the pods. Plain by presence. */
    namespaceName?: pulumi.Input<string> | undefined;
    /** Labels of these pods. Defaults to every pod of the namespace. Plain by presence. */
    podLabels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
    /** Whether Bulwark isolates that namespace, so that the way is opened there too. Plain. Defaults to false. */
    isolated?: boolean | undefined;
}

/** A way out of the application's pods, such as to a mail server. */
export interface ApplicationEgressArgs extends ApplicationPeerArgs {
    /** Ports at the other end; of pods, never of a Service. Plain list. */
    ports: pulumi.Input<number>[];
    /** Transport protocol of the ports. Defaults to `TCP`. */
    protocol?: pulumi.Input<FlowProtocol> | undefined;
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
    /** Keep tenants apart by row. Plain by presence. Defaults to none. */
    rowLevelSecurity?: TenantSettingsArgs | undefined;
    /** The pods that run SQL as the superuser, where the provider has no resource for it. */
    sqlJob?: SqlJobSettingsArgs | undefined;
    /** Encrypted backups. Plain by presence. Defaults to none. */
    backup?: BackupSettingsArgs | undefined;
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

/** Alerts, and where the application itself answers with metrics. */
export interface ApplicationAlertsArgs extends AlertsSettingsArgs {
    /** The application's own metrics. Plain by presence. Defaults to none. */
    workloadMetrics?: WorkloadMetricsArgs | undefined;
}

/** The monitoring layer beside threat detection. */
export interface ApplicationMonitoringArgs {
    /** Alerts by Prometheus, for clusters with its operator. Plain by presence. Defaults to none. */
    alerts?: ApplicationAlertsArgs | undefined;
    /** Vulnerability scanning by Trivy. Plain by presence. Defaults to none. */
    vulnerabilityScanning?: VulnerabilityScanningSettingsArgs | undefined;
    /** The audit policy for the API server. */
    auditTrail?: AuditTrailSettingsArgs | undefined;
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
    /** What else watches. */
    monitoring?: ApplicationMonitoringArgs | undefined;
    /** Labels for every object made here. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}
