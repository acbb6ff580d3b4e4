/** What Bulwark says to the Falco chart for the release that takes audit events. Pure; no Pulumi import. */
import { chartLabels } from "../chart-labels";
import type { ImageParts } from "../image";
import type { ResourceRequirements } from "../resources";
import { AUDIT_RULES_FILE, type AuditRulesInput, auditRulesText } from "./falco-audit-rules";
import { falcoctlValues, falcoImage, SIDEKICK_PORT, UNPRIVILEGED } from "./falco-values";

/** Port on which Falco takes audit events. */
export const AUDIT_PORT = 9765;

/** Path at which Falco takes audit events. */
export const AUDIT_PATH = "/k8s-audit";

/** Key of the certificate and its key, together, in their Secret: the plugin reads both from one file. */
export const AUDIT_CERTIFICATE_FILE = "server.pem";

const CERTIFICATE_FOLDER = "/etc/bulwark/certificate";

/** Falco and what downloads its plugin need no user of their image: they only read it. */
const USER = 1234;

/** What the values are made from, every value known. */
export interface AuditValuesInput extends AuditRulesInput {
    image: ImageParts;
    falcoctlImage: ImageParts;
    resources: ResourceRequirements;
    pluginArtifact: string;
    /** Further files of rules by name. */
    customRules: Record<string, string>;
    certificateSecretName: string;
    /** Changes with the certificate, so that Falco is started anew. */
    certificateFingerprint: string;
    /** Release whose falcosidekick gets the alerts, or undefined for the log alone. */
    sidekickReleaseName?: string | undefined;
    labels: Record<string, string>;
}

/** Name of the release for audit events beside the one that watches system calls. */
export function auditReleaseName(releaseName: string): string {
    return `${releaseName}-audit`;
}

/**
 * The chart's values: documented keys only (values.yaml of chart 9.1.0). This Falco watches no system calls, so it needs
 * nothing of the node and keeps every rule of a workload.
 */
export function falcoAuditValues(input: AuditValuesInput): Record<string, unknown> {
    return {
        image: falcoImage(input.image),
        controller: { kind: "deployment", deployment: { replicas: 1 } },
        // Of another kind the chart would let it change ConfigMaps.
        driver: { enabled: false, kind: "modern_ebpf" },
        collectors: { enabled: false },
        podLabels: chartLabels(input.labels),
        podAnnotations: { "bulwark.dev/certificate": input.certificateFingerprint },
        podSecurityContext: {
            runAsNonRoot: true,
            runAsUser: USER,
            runAsGroup: USER,
            fsGroup: USER,
            seccompProfile: UNPRIVILEGED.seccompProfile,
        },
        containerSecurityContext: { ...UNPRIVILEGED, readOnlyRootFilesystem: true },
        resources: input.resources,
        tty: true,
        mounts: {
            volumes: [
                { name: "certificate", secret: { secretName: input.certificateSecretName, defaultMode: 0o440 } },
                { name: "tmp", emptyDir: { sizeLimit: "512Mi" } },
            ],
            volumeMounts: [
                { name: "certificate", mountPath: CERTIFICATE_FOLDER, readOnly: true },
                { name: "tmp", mountPath: "/tmp" },
            ],
        },
        customRules: { [AUDIT_RULES_FILE]: auditRulesText(input), ...input.customRules },
        falcoctl: falcoctlValues(input.pluginArtifact, input.falcoctlImage, {
            securityContext: { ...UNPRIVILEGED, readOnlyRootFilesystem: true },
            // It keeps its index in the user's home folder and unpacks in the one for temporary files.
            env: [{ name: "HOME", value: "/tmp" }],
            mounts: { volumeMounts: [{ name: "tmp", mountPath: "/tmp" }] },
        }),
        falco: {
            json_output: true,
            priority: "notice",
            rule_matching: "all",
            rules_files: ["/etc/falco/rules.d"],
            // Else the chart mounts the node's /proc.
            plugins_hostinfo: false,
            plugins: [
                {
                    name: "k8saudit",
                    library_path: "libk8saudit.so",
                    init_config: { sslCertificate: `${CERTIFICATE_FOLDER}/${AUDIT_CERTIFICATE_FILE}` },
                    open_params: `https://:${AUDIT_PORT}${AUDIT_PATH}`,
                },
            ],
            load_plugins: ["k8saudit"],
            ...(input.sidekickReleaseName === undefined
                ? {}
                : {
                      http_output: {
                          enabled: true,
                          url: `http://${input.sidekickReleaseName}-falcosidekick:${SIDEKICK_PORT}`,
                      },
                  }),
        },
    };
}
