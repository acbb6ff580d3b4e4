/** Everything that Bulwark says to the Trivy operator chart. Pure; no Pulumi import. */
import { digestlessImage } from "../chart-image";
import { chartLabels } from "../chart-labels";
import { type ImageParts, imageText, parseImage } from "../image";
import type { ResourceRequirements } from "../resources";

/** What is reported, each as objects of a kind of its own. */
export const ScanReport = {
    /** Known vulnerabilities of images: VulnerabilityReport. */
    Vulnerabilities: "vulnerabilities",
    /** Secrets that lie in images: ExposedSecretReport. */
    ExposedSecrets: "exposedSecrets",
    /** Settings of workloads that weaken them: ConfigAuditReport. */
    ConfigAudit: "configAudit",
    /** Roles that allow too much: RbacAssessmentReport. */
    Rbac: "rbac",
    /** What is inside the images: SbomReport. */
    Sbom: "sbom",
} as const;
export type ScanReport = (typeof ScanReport)[keyof typeof ScanReport];

/** What the values are made from, every value known. */
export interface TrivyOperatorValuesInput {
    scannedNamespaceNames: string[];
    reports: string[];
    image: ImageParts;
    trivyImage: ImageParts;
    databaseReference?: string | undefined;
    javaDatabaseReference?: string | undefined;
    resources: ResourceRequirements;
    scanResources: ResourceRequirements;
    concurrentScans: number;
    ignoreUnfixed: boolean;
    readPullSecrets: boolean;
    labels: Record<string, string>;
}

/** Labels of the operator's pod: the ones that the chart's own selectors use, which never change. */
export function operatorPodLabels(releaseName: string): Record<string, string> {
    return { "app.kubernetes.io/name": "trivy-operator", "app.kubernetes.io/instance": releaseName };
}

/** A label of the pods that scan, which the operator makes. */
export const SCAN_POD_LABELS: Record<string, string> = { "app.kubernetes.io/managed-by": "trivy-operator" };

/** The user that both images are made for; its number also satisfies checks that ask for one above 10,000. */
const USER = 10_001;
const POD_CONTEXT = {
    runAsNonRoot: true,
    runAsUser: USER,
    runAsGroup: USER,
    fsGroup: USER,
    seccompProfile: { type: "RuntimeDefault" },
};
const CONTAINER_CONTEXT = {
    privileged: false,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
};

/**
 * The chart's values: documented keys only (values.yaml of chart 0.34.0), and only those that differ from its defaults,
 * or on which the hardening rests.
 */
export function trivyOperatorValues(input: TrivyOperatorValuesInput): Record<string, unknown> {
    return {
        targetNamespaces: input.scannedNamespaceNames.join(","),
        image: digestlessImage(input.image, "aquasec/trivy-operator"),
        resources: input.resources,
        podSecurityContext: POD_CONTEXT,
        securityContext: CONTAINER_CONTEXT,
        operator: {
            labels: chartLabels(input.labels),
            podLabels: chartLabels(input.labels),
            scanJobsConcurrentLimit: input.concurrentScans,
            ...reportValues(input.reports),
            // The collector mounts the node's files, which no namespace but a privileged one allows.
            infraAssessmentScannerEnabled: false,
            clusterComplianceEnabled: false,
            // With it the operator could read every Secret of the cluster.
            accessGlobalSecretsAndServiceAccount: input.readPullSecrets,
        },
        trivyOperator: {
            // In the scanned namespaces there is no way out for them, and shall be none.
            scanJobsInSameNamespace: false,
            scanJobAutomountServiceAccountToken: false,
            scanJobPodTemplatePodSecurityContext: POD_CONTEXT,
            scanJobPodTemplateContainerSecurityContext: CONTAINER_CONTEXT,
        },
        trivy: {
            image: digestlessImage(input.trivyImage, "aquasec/trivy"),
            resources: scanResources(input.scanResources),
            ignoreUnfixed: input.ignoreUnfixed,
            ...databaseValues("dbRegistry", "dbRepository", input.databaseReference),
            ...databaseValues("javaDbRegistry", "javaDbRepository", input.javaDatabaseReference),
            // The rules for settings of workloads are those within the image, so that the operator needs no way out.
            useBuiltinRegoPolicies: "false",
            useEmbeddedRegoPolicies: "true",
        },
    };
}

/** Pods of the namespace at most, the operator's among them, and what they need: a quota that never stops a scan. */
export function scanQuota(concurrentScans: number): { pods: number } {
    // Pods of finished scans stay until the operator has read their log.
    return { pods: 2 * concurrentScans + 4 };
}

function reportValues(reports: string[]): Record<string, boolean> {
    return {
        vulnerabilityScannerEnabled: reports.includes(ScanReport.Vulnerabilities),
        exposedSecretScannerEnabled: reports.includes(ScanReport.ExposedSecrets),
        configAuditScannerEnabled: reports.includes(ScanReport.ConfigAudit),
        rbacAssessmentScannerEnabled: reports.includes(ScanReport.Rbac),
        sbomGenerationEnabled: reports.includes(ScanReport.Sbom),
    };
}

/** What is wrong with the reference of a database, or undefined. */
export function databaseFault(reference: string): string | undefined {
    return parseImage(reference)?.registry
        ? undefined
        : `must be an image reference with its registry, is ${JSON.stringify(reference)}; write for example "ghcr.io/aquasecurity/trivy-db"`;
}

function databaseValues(registryKey: string, repositoryKey: string, reference = ""): Record<string, string> {
    const { registry, ...rest } = parseImage(reference) ?? { registry: "", repository: "" };
    return registry === "" ? {} : { [registryKey]: registry, [repositoryKey]: imageText(rest) };
}

/** The chart's own way of writing the resources of a pod that scans. */
function scanResources({ requests, limits }: ResourceRequirements): Record<string, unknown> {
    const renamed = ({ "ephemeral-storage": ephemeralStorage, ...rest }: Record<string, string>) => ({
        ...rest,
        ephemeralStorage,
    });
    return { requests: renamed(requests), limits: renamed(limits) };
}
