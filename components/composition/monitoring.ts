import * as pulumi from "@pulumi/pulumi";
import type { IngressController } from "../application/ingress-controller";
import { helmFullName } from "../chart-labels";
import type { AdmissionGuardrails } from "../cluster/admission-guardrails";
import type { HardenedWorkload } from "../container/hardened-workload";
import type { DatabaseAccess } from "../database/database-access";
import { chartFullName } from "../database/postgresql-values";
import { DEFAULTS } from "../defaults";
import { Alerts } from "../monitoring/alerts";
import type { KubernetesAuditArgs } from "../monitoring/audit-source";
import { AuditTrail } from "../monitoring/audit-trail";
import { ThreatDetection, type ThreatDetectionSettingsArgs } from "../monitoring/threat-detection";
import { VulnerabilityScanning, type VulnerabilityScanningSettingsArgs } from "../monitoring/vulnerability-scanning";
import type { ApplicationDatabaseArgs, SecureApplicationArgs } from "../secure-application-args";
import type { DatabaseLayer } from "./database";
import type { SharedArgs } from "./shared";

/** What the other layers made. */
export interface Watched {
    namespaceName: pulumi.Output<string>;
    deployed: HardenedWorkload;
    database: DatabaseLayer;
    controller: IngressController | undefined;
    guardrails: AdmissionGuardrails | undefined;
}

/** What watches them. */
export interface MonitoringLayer {
    /** The components that made a namespace. */
    namespaces: (ThreatDetection | VulnerabilityScanning | undefined)[];
    auditPolicy: pulumi.Output<string>;
    auditWebhookConfig: pulumi.Output<string> | undefined;
}

/** Makes the monitoring layer, as far as it is asked for. */
export function monitoringLayer(
    name: string,
    args: SecureApplicationArgs,
    watched: Watched,
    shared: SharedArgs,
    opts: pulumi.ComponentResourceOptions,
): MonitoringLayer {
    const { cluster = {}, threatDetection = {}, monitoring = {} } = args;
    const { vulnerabilityScanning, auditTrail } = monitoring;
    const { install: installDetection = true, ...detection } = threatDetection;
    const ownNamespaces = [watched.namespaceName, watched.database.server.namespaceName];
    const detector = installDetection
        ? new ThreatDetection(
              `${name}-threat-detection`,
              {
                  ...detection,
                  kubernetesAudit: withReaders(detection.kubernetesAudit, watched.controller),
                  apiServer: cluster.apiServer,
                  protectedNamespaceNames: ownNamespaces,
                  apiClientNamespaceNames: apiClients(detection, watched.controller, vulnerabilityScanning),
                  ...shared,
              },
              opts,
          )
        : undefined;
    const scanner =
        vulnerabilityScanning &&
        new VulnerabilityScanning(
            `${name}-vulnerability-scanning`,
            {
                ...vulnerabilityScanning,
                scannedNamespaceNames: ownNamespaces,
                apiServer: cluster.apiServer,
                ...shared,
            },
            opts,
        );
    const trail = new AuditTrail(`${name}-audit-trail`, { ...auditTrail, labels: shared.labels }, opts);
    alerts(name, args, { ...watched, detector, scanner }, opts);
    return {
        namespaces: [detector, scanner],
        auditPolicy: trail.policy,
        auditWebhookConfig: detector?.auditWebhookConfig,
    };
}

function alerts(
    name: string,
    { monitoring = {}, cluster = {}, database: databaseArgs = {}, labels }: SecureApplicationArgs,
    watched: Watched & { detector: ThreatDetection | undefined; scanner: VulnerabilityScanning | undefined },
    opts: pulumi.ComponentResourceOptions,
): void {
    if (monitoring.alerts === undefined) {
        return;
    }
    const { workloadMetrics, ...settings } = monitoring.alerts;
    const { namespaceName, deployed, database, controller, guardrails, detector, scanner } = watched;
    const { server, backup } = database;
    new Alerts(
        `${name}-alerts`,
        {
            ...settings,
            workload: { namespaceName, podLabels: deployed.podLabels, metrics: workloadMetrics },
            database: {
                namespaceName: server.namespaceName,
                podLabels: server.podLabels,
                statefulSetName: pulumi
                    .output(databaseArgs.releaseName ?? DEFAULTS.database.releaseName)
                    .apply(chartFullName),
                exporter: databaseArgs.exporter?.install,
                connectionLimits: connectionLimits(database.access, databaseArgs),
            },
            ingressController: controller,
            threatDetection: detector,
            vulnerabilityScanning: scanner,
            guardrailPrefix: guardrails && (cluster.guardrails?.namePrefix ?? DEFAULTS.guardrails.namePrefix),
            backup: backup && { namespaceName: backup.namespaceName, cronJobName: backup.cronJobName },
            labels,
        },
        opts,
    );
}

/** How many connections each login of the application's may hold. */
function connectionLimits(
    { readonlyLogins, readwriteLogins }: DatabaseAccess,
    { access = {} }: ApplicationDatabaseArgs,
): pulumi.Output<Record<string, number>> {
    const limit = ({ connectionLimit }: { connectionLimit?: pulumi.Input<number> | undefined } = {}) =>
        connectionLimit ?? DEFAULTS.database.access.connectionLimit;
    return pulumi
        .all([readonlyLogins, limit(access), readwriteLogins ?? [], limit(access.readwrite)])
        .apply(([readers, readersLimit, writers, writersLimit]) => ({
            ...Object.fromEntries(readers.map((login) => [login, readersLimit])),
            ...Object.fromEntries(writers.map((login) => [login, writersLimit])),
        }));
}

/** Ingress controller and scanner watch the API server all the time, which Falco would report. */
function apiClients(
    detection: ThreatDetectionSettingsArgs,
    controller: IngressController | undefined,
    scanning: VulnerabilityScanningSettingsArgs | undefined,
): pulumi.Output<string[]> {
    const scanner = scanning && (scanning.namespaceName ?? DEFAULTS.vulnerabilityScanning.namespaceName);
    return pulumi
        .all([detection.apiClientNamespaceNames ?? [], controller?.namespaceName, scanner])
        .apply(([own, ...installed]) => [...own, ...installed.filter((each) => each !== undefined)]);
}

/** The ingress controller reads the Secrets with certificates. */
function withReaders(
    audit: KubernetesAuditArgs | undefined,
    controller: IngressController | undefined,
): KubernetesAuditArgs | undefined {
    if (audit === undefined || controller === undefined) {
        return audit;
    }
    const account = pulumi
        .all([controller.namespaceName, controller.release.name])
        .apply(
            ([namespaceName, release]) =>
                `system:serviceaccount:${namespaceName}:${helmFullName(release, "ingress-nginx")}`,
        );
    const secretReaderNames = pulumi
        .all([audit.secretReaderNames ?? [], account])
        .apply(([own, installed]) => [...own, installed]);
    return { ...audit, secretReaderNames };
}
