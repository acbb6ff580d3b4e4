import type * as pulumi from "@pulumi/pulumi";
import { checkIngressController } from "../application/ingress-controller";
import { checkProtectedIngress } from "../application/protected-ingress";
import { checkAdmissionGuardrails } from "../cluster/admission-guardrails";
import { checkOperatorAccess } from "../cluster/operator-access";
import { checkSecureNamespace } from "../cluster/secure-namespace";
import { checkHardenedWorkload } from "../container/hardened-workload";
import { checkDatabaseAccess } from "../database/database-access";
import { checkDatabaseBackup } from "../database/database-backup";
import { checkPostgresDatabase } from "../database/postgres-database";
import { checkRowLevelSecurity } from "../database/row-level-security";
import { checkSqlJobSettings } from "../database/sql-job";
import { DEFAULTS } from "../defaults";
import { checkLabels } from "../labels";
import { checkAlerts } from "../monitoring/alerts-check";
import { checkAuditTrail } from "../monitoring/audit-trail";
import { checkThreatDetection } from "../monitoring/threat-detection";
import { checkVulnerabilityScanning } from "../monitoring/vulnerability-scanning";
import { dnsLabelFault } from "../names";
import type { SecureApplicationArgs } from "../secure-application-args";
import { validationOf } from "../structure";
import { gated, type Validation } from "../validation";
import { furtherBindingsFault } from "./binding-names";
import { checkWays } from "./ways";

/** What every layer is told about the cluster is one argument of the whole. */
const OF_THE_CLUSTER = {
    apiServer: "cluster.apiServer",
    dns: "cluster.dns",
    podSecurityVersion: "cluster.podSecurityVersion",
};

/** In the place of what another layer makes, which is sound and not there yet. */
const MADE = {
    namespaceName: "made",
    podLabels: { made: "made" },
    port: 1,
    server: {
        namespaceName: "made",
        podName: "made",
        podLabels: { made: "made" },
        host: "made.svc",
        adminPassword: "",
        caCertificate: "",
    },
};

/** Where a component's check reports: to a group of the whole; `moved` tells which of its arguments are elsewhere. */
type Check = (group: string, moved?: Record<string, string>) => Validation;

/** Arguments that were looked at together. */
export interface CheckedApplication {
    /** The arguments; as long as one of them is unsound, none that came as an output is known. */
    args: SecureApplicationArgs;
    /** For `dependsOn`: resolves once all are sound, so that nothing is registered before. */
    sound: Promise<pulumi.Resource[]>;
}

/**
 * Runs every component's own check before any of them is made: otherwise the faults of the last one would be found
 * while the first ones are being created.
 *
 * @throws pulumi.InputPropertiesError with all faults that are known when this is called.
 */
export function checkApplication(name: string, args: SecureApplicationArgs): CheckedApplication {
    const validation = validationOf("SecureApplication", name, args);
    const at: Check = (group, moved = {}) =>
        validation.part((path) => {
            const places = Object.entries({ ...OF_THE_CLUSTER, ...moved });
            const [own, place] = places.find(([each]) => isWithin(path, each)) ?? ["", `${group}.`];
            return place + path.slice(own.length);
        });
    validation.value("name", name, dnsLabelFault);
    checkClusterLayer(name, args, at);
    checkWorkloadLayer(name, args, at);
    checkDatabaseLayer(name, args, at);
    checkMonitoringLayer(name, args, at);
    checkLabels(validation, args.labels);
    validation.done();
    const sound = validation.sound().then(() => []);
    return { args: gated(args, sound), sound };
}

function isWithin(path: string, outer: string): boolean {
    return path.startsWith(outer) && /^([.[]|$)/.test(path.slice(outer.length));
}

function checkClusterLayer(name: string, { cluster = {} }: SecureApplicationArgs, at: Check): void {
    const { guardrails, operators } = cluster;
    if (guardrails?.install !== false) {
        checkAdmissionGuardrails(`${name}-guardrails`, guardrails ?? {}, at("cluster.guardrails"));
    }
    if (operators?.install !== false) {
        const { apiServer } = cluster;
        checkOperatorAccess(`${name}-operators`, { ...operators, apiServer }, at("cluster.operators"));
    }
}

function checkWorkloadLayer(name: string, args: SecureApplicationArgs, at: Check): void {
    const { cluster = {}, ingress = {} } = args;
    const { allowEgress: _out, allowIngress: _in, ...workload } = args.workload;
    const { install = true, podLabels = MADE.podLabels, ...controller } = ingress.controller ?? {};
    const namespaceName = workload.namespaceName ?? DEFAULTS.workload.namespaceName;
    checkSecureNamespace(
        `${name}-app`,
        { ...cluster, guardrails: true, namespaceName },
        at("cluster", { namespaceName: "workload.namespaceName" }),
    );
    const requireImmutableImage = cluster.requireImmutableImages || workload.requireImmutableImage;
    checkHardenedWorkload(`${name}-workload`, { ...workload, namespaceName, requireImmutableImage }, at("workload"));
    at("workload").value(
        "serviceBindings",
        (workload.serviceBindings ?? []).map(({ bindingName }) => bindingName) as string[],
        furtherBindingsFault,
    );
    checkWays(name, args.workload, at);
    if (install) {
        const { apiServer } = cluster;
        checkIngressController(`${name}-ingress-controller`, { ...controller, apiServer }, at("ingress.controller"));
    }
    checkProtectedIngress(
        `${name}-ingress`,
        {
            ...ingress,
            namespaceName: MADE.namespaceName,
            serviceName: MADE.namespaceName,
            servicePort: MADE.port,
            podLabels: MADE.podLabels,
            podPort: MADE.port,
            controllerNamespaceName: controller.namespaceName ?? MADE.namespaceName,
            controllerPodLabels: podLabels,
            ingressClassName: controller.ingressClassName,
        },
        at("ingress", {
            controllerNamespaceName: "ingress.controller.namespaceName",
            controllerPodLabels: "ingress.controller.podLabels",
            ingressClassName: "ingress.controller.ingressClassName",
        }),
    );
}

function checkDatabaseLayer(name: string, { database = {} }: SecureApplicationArgs, at: Check): void {
    const { access = {}, rowLevelSecurity, backup, sqlJob, tunnel, direct, ...settings } = database;
    const { server, namespaceName } = MADE;
    const inServer = { server, databaseName: "made" };
    checkPostgresDatabase(`${name}-database`, settings, at("database"));
    checkDatabaseAccess(
        `${name}-access`,
        { ...access, server, clientNamespaceName: namespaceName, tunnel, direct },
        at("database.access", { tunnel: "database.tunnel", direct: "database.direct" }),
    );
    checkSqlJobSettings(at("database.sqlJob"), sqlJob);
    if (rowLevelSecurity) {
        const tenants = { ...inServer, ...rowLevelSecurity, roleNames: ["made"] };
        checkRowLevelSecurity(`${name}-tenants`, tenants, at("database.rowLevelSecurity"));
    }
    if (backup) {
        checkDatabaseBackup(`${name}-backup`, { ...inServer, ...backup }, at("database.backup"));
    }
}

function checkMonitoringLayer(name: string, args: SecureApplicationArgs, at: Check): void {
    const { cluster = {}, threatDetection = {}, monitoring = {} } = args;
    const { apiServer } = cluster;
    const { namespaceName, podLabels } = MADE;
    if (threatDetection.install !== false) {
        const watched = { protectedNamespaceNames: [namespaceName], apiServer };
        checkThreatDetection(`${name}-threat-detection`, { ...threatDetection, ...watched }, at("threatDetection"));
    }
    const { vulnerabilityScanning, auditTrail = {}, alerts } = monitoring;
    if (vulnerabilityScanning) {
        checkVulnerabilityScanning(
            `${name}-vulnerability-scanning`,
            { ...vulnerabilityScanning, scannedNamespaceNames: [namespaceName], apiServer },
            at("monitoring.vulnerabilityScanning"),
        );
    }
    checkAuditTrail(`${name}-audit-trail`, auditTrail, at("monitoring.auditTrail"));
    if (alerts) {
        const { workloadMetrics: metrics, ...settings } = alerts;
        checkAlerts(
            `${name}-alerts`,
            { ...settings, workload: { namespaceName, podLabels, metrics } },
            at("monitoring.alerts", { "workload.metrics": "monitoring.alerts.workloadMetrics" }),
        );
    }
}
