import { strict as assert } from "node:assert";
import {
    databaseFault,
    operatorPodLabels,
    SCAN_POD_LABELS,
    ScanReport,
    scanQuota,
    type TrivyOperatorValuesInput,
    trivyOperatorValues,
} from "../../../components/monitoring/trivy-operator-values";

const RESOURCES = {
    requests: { cpu: "50m", memory: "128Mi", "ephemeral-storage": "16Mi" },
    limits: { cpu: "1", memory: "512Mi", "ephemeral-storage": "1Gi" },
};
const INPUT: TrivyOperatorValuesInput = {
    scannedNamespaceNames: ["shop", "database"],
    reports: [ScanReport.Vulnerabilities, ScanReport.Rbac],
    image: {},
    trivyImage: {},
    resources: RESOURCES,
    scanResources: RESOURCES,
    concurrentScans: 3,
    ignoreUnfixed: false,
    readPullSecrets: false,
    labels: { team: "payments", "app.kubernetes.io/name": "mine" },
};

type Group = Record<string, Record<string, unknown>>;

function values(changes: Partial<TrivyOperatorValuesInput> = {}): Group {
    return trivyOperatorValues({ ...INPUT, ...changes }) as Group;
}

/** What the Pod Security level `restricted` asks of a pod's and a container's context together. */
function assertRestricted(pod: unknown, container: unknown): void {
    const { runAsNonRoot, seccompProfile } = pod as { runAsNonRoot: boolean; seccompProfile: { type: string } };
    const { privileged, allowPrivilegeEscalation, capabilities, readOnlyRootFilesystem } = container as {
        privileged: boolean;
        allowPrivilegeEscalation: boolean;
        readOnlyRootFilesystem: boolean;
        capabilities: { drop: string[]; add?: string[] };
    };
    assert.deepEqual(
        [runAsNonRoot, seccompProfile.type, privileged, allowPrivilegeEscalation, readOnlyRootFilesystem],
        [true, "RuntimeDefault", false, false, true],
    );
    assert.deepEqual(capabilities, { drop: ["ALL"] });
}

describe("the values of the Trivy operator chart", () => {
    it("keep the operator and the pods that scan within the restricted level", () => {
        const all = values();
        assertRestricted(all.podSecurityContext, all.securityContext);
        const { trivyOperator = {} } = all;
        assertRestricted(
            trivyOperator.scanJobPodTemplatePodSecurityContext,
            trivyOperator.scanJobPodTemplateContainerSecurityContext,
        );
        assert.equal(trivyOperator.scanJobAutomountServiceAccountToken, false);
        assert.equal(all.operator?.infraAssessmentScannerEnabled, false, "it needs the node's files");
    });

    it("keep scans out of the namespaces that they look at", () => {
        assert.equal(values().trivyOperator?.scanJobsInSameNamespace, false);
        assert.equal(values().targetNamespaces, "shop,database");
    });

    it("let the operator read the cluster's Secrets only when told to", () => {
        assert.equal(values().operator?.accessGlobalSecretsAndServiceAccount, false);
        assert.equal(values({ readPullSecrets: true }).operator?.accessGlobalSecretsAndServiceAccount, true);
    });

    it("switch every report on or off", () => {
        const switches = (reports: string[]) =>
            Object.entries(values({ reports }).operator ?? {})
                .filter(([key, value]) => key.endsWith("Enabled") && value === true)
                .map(([key]) => key);
        assert.deepEqual(switches([ScanReport.Vulnerabilities, ScanReport.Rbac]), [
            "vulnerabilityScannerEnabled",
            "rbacAssessmentScannerEnabled",
        ]);
        assert.equal(switches(Object.values(ScanReport)).length, Object.values(ScanReport).length);
        assert.deepEqual(switches([]), []);
    });

    it("put images in their place, also by digest", () => {
        const digest = `sha256:${"a".repeat(64)}`;
        const { image, trivy } = values({
            image: { digest },
            trivyImage: { registry: "ghcr.io", repository: "aquasecurity/trivy", tag: "0.72.0" },
        });
        assert.deepEqual(image, { repository: "aquasec/trivy-operator@sha256", tag: "a".repeat(64) });
        assert.deepEqual(trivy?.image, { registry: "ghcr.io", repository: "aquasecurity/trivy", tag: "0.72.0" });
        assert.deepEqual(values().image, {});
    });

    it("take databases from elsewhere", () => {
        const { trivy = {} } = values({
            databaseReference: "ghcr.io/aquasecurity/trivy-db:2",
            javaDatabaseReference: "registry.example.com:5000/java-db",
        });
        assert.deepEqual(
            [trivy.dbRegistry, trivy.dbRepository, trivy.javaDbRegistry, trivy.javaDbRepository],
            ["ghcr.io", "aquasecurity/trivy-db:2", "registry.example.com:5000", "java-db"],
        );
        assert.ok(!("dbRegistry" in (values().trivy ?? {})));
        assert.equal(
            databaseFault("trivy-db"),
            'must be an image reference with its registry, is "trivy-db"; write for example "ghcr.io/aquasecurity/trivy-db"',
        );
        assert.match(databaseFault("no image") ?? "", /with its registry/);
        assert.equal(databaseFault("ghcr.io/aquasecurity/trivy-db"), undefined);
    });

    it("write a scan's resources as the chart wants them", () => {
        assert.deepEqual(values().trivy?.resources, {
            requests: { cpu: "50m", memory: "128Mi", ephemeralStorage: "16Mi" },
            limits: { cpu: "1", memory: "512Mi", ephemeralStorage: "1Gi" },
        });
        assert.deepEqual(values().resources, RESOURCES);
    });

    it("keep the user's labels out of the chart's own", () => {
        assert.deepEqual(values().operator?.podLabels, { team: "payments" });
    });

    it("tell the operator's pod from those that scan", () => {
        assert.deepEqual(operatorPodLabels("scanner"), {
            "app.kubernetes.io/name": "trivy-operator",
            "app.kubernetes.io/instance": "scanner",
        });
        assert.deepEqual(SCAN_POD_LABELS, { "app.kubernetes.io/managed-by": "trivy-operator" });
        const shared = Object.keys(operatorPodLabels("trivy-operator")).filter((key) => key in SCAN_POD_LABELS);
        assert.deepEqual(shared, []);
    });

    it("leave room for every scan and those that wait to be read", () => {
        assert.deepEqual(scanQuota(3), { pods: 10 });
    });
});
