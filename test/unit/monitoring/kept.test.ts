/** What is made for the monitoring from sound input, whole: other tests say why it is so, and run it. */
import * as path from "node:path";
import { podMonitorSpec } from "../../../components/monitoring/alert-monitors";
import { alertGroups } from "../../../components/monitoring/alert-rules";
import type { AlertSubjects, AlertThresholds } from "../../../components/monitoring/alert-subjects";
import { auditPolicyText } from "../../../components/monitoring/audit-policy";
import { auditWebhookConfig } from "../../../components/monitoring/audit-webhook";
import { dashboard } from "../../../components/monitoring/dashboard";
import { auditReleaseName, falcoAuditValues } from "../../../components/monitoring/falco-audit-values";
import { falcoRules } from "../../../components/monitoring/falco-rules";
import { trivyOperatorValues } from "../../../components/monitoring/trivy-operator-values";
import { assertKept, yaml } from "../support/kept";

const kept = (name: string) => path.join(__dirname, "kept", name);

const LIMITS: AlertThresholds = {
    rateLimitedPercent: 10,
    serverErrorPercent: 5,
    failedLoginsPerMinute: 30,
    certificateDays: 21,
    connectionPercent: 80,
    failedProbes: 5,
    backupAgeSeconds: 7_200,
};
const DATABASE = { namespaceName: "database", statefulSetName: "pgdb-postgresql" };
const MOST: AlertSubjects = {
    instance: "sample",
    workload: { namespaceName: "shop.a" },
    ingressController: true,
    database: { ...DATABASE, exporter: true, connectionLimits: { readonly: 20, readwrite: 10 } },
    falco: { namespaceName: "falco" },
    vulnerabilities: true,
    guardrailPrefix: "bulwark",
    backup: { namespaceName: "database", cronJobName: "backup" },
    scrapeJobs: ["shop/workload", "database/database"],
};
const SOME: AlertSubjects = {
    ...MOST,
    ingressController: false,
    database: { ...DATABASE, exporter: false, connectionLimits: { readonly: 20 } },
    falco: undefined,
    backup: undefined,
};
const LEAST: AlertSubjects = {
    instance: "sample",
    workload: { namespaceName: "shop" },
    ingressController: false,
    vulnerabilities: true,
    scrapeJobs: [],
};
const SUBJECTS = { most: MOST, some: SOME, least: LEAST };
const RESOURCES = {
    requests: { cpu: "50m", memory: "128Mi", "ephemeral-storage": "16Mi" },
    limits: { cpu: "1", memory: "512Mi", "ephemeral-storage": "1Gi" },
};
const LABELS = { team: "payments", "helm.sh/chart": "lost" };

/** The same of each of the subjects. */
const ofEach = (make: (subjects: AlertSubjects) => unknown) =>
    yaml(Object.fromEntries(Object.entries(SUBJECTS).map(([name, subjects]) => [name, make(subjects)])));

describe("what is made for the monitoring", () => {
    it("alerts by these rules", () => {
        assertKept(
            kept("alerts.yaml"),
            ofEach((subjects) => alertGroups(subjects, LIMITS, "docs/alerts.md")),
        );
    });

    it("shows these panels", () => {
        assertKept(kept("dashboard.yaml"), ofEach(dashboard));
    });

    it("reads metrics from these", () => {
        const endpoint = { port: 8080, portName: "metrics", path: "/metrics" };
        assertKept(kept("monitor.yaml"), yaml(podMonitorSpec({ app: "web" }, endpoint, 30)));
    });

    it("detects threats by these rules", () => {
        const rules = falcoRules({
            protectedNamespaceNames: ["shop", "database"],
            apiClientNamespaceNames: ["ingress-nginx", "trivy"],
            expectedPorts: [53, 5432],
        });
        assertKept(kept("falco-rules.yaml"), rules);
    });

    it("logs these requests, and sends them there", () => {
        assertKept(kept("audit-policy.yaml"), auditPolicyText(["system:serviceaccount:ci:deployer"]));
        const webhook = { address: "10.96.200.1", serverName: "falco-audit.falco.svc", caCertificate: "CERTIFICATE" };
        const overIPv6 = auditWebhookConfig({ ...webhook, address: "fd00::1" });
        assertKept(kept("audit-webhook.txt"), auditWebhookConfig(webhook) + overIPv6);
    });

    it("gives the chart of Falco these values for audit events", () => {
        const input = {
            protectedNamespaceNames: ["shop", "database"],
            trustedUserNames: ["kubernetes-admin"],
            secretReaderNames: ["system:serviceaccount:ingress-nginx:ingress-nginx"],
            image: { tag: "0.44.1" },
            falcoctlImage: { tag: "0.12.1" },
            resources: RESOURCES,
            pluginArtifact: "k8saudit:0.16.0",
            customRules: { "z.yaml": "[]" },
            certificateSecretName: "certificate",
            certificateFingerprint: "f1",
            labels: LABELS,
        };
        const sending = { ...input, sidekickReleaseName: auditReleaseName("falco") };
        assertKept(
            kept("falco-audit-values.yaml"),
            yaml({ silent: falcoAuditValues(input), sending: falcoAuditValues(sending) }),
        );
    });

    it("gives the chart of Trivy operator these values", () => {
        const values = trivyOperatorValues({
            scannedNamespaceNames: ["shop", "database"],
            reports: ["vulnerabilities", "sbom"],
            image: { tag: "0.32.0" },
            trivyImage: {},
            databaseReference: "ghcr.io/aquasecurity/trivy-db:2",
            javaDatabaseReference: "ghcr.io/aquasecurity/trivy-java-db:1",
            resources: RESOURCES,
            scanResources: RESOURCES,
            concurrentScans: 3,
            ignoreUnfixed: true,
            readPullSecrets: false,
            labels: LABELS,
        });
        assertKept(kept("trivy-operator-values.yaml"), yaml(values));
    });
});
