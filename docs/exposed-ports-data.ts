/** What the policies can't tell about a port: who listens there, and what protects the connection. */
import { controllerPodLabels } from "../components/application/ingress-nginx-values";
import { workloadPodLabels } from "../components/container/hardened-workload";
import { postgresqlPodLabels } from "../components/database/postgresql-values";
import { DEFAULTS } from "../components/defaults";
import { Alerts } from "../components/monitoring/alerts";
import { falcoPodLabels } from "../components/monitoring/falco-values";
import { operatorPodLabels } from "../components/monitoring/trivy-operator-values";
import { RECIPIENT } from "../test/unit/support/recipient";

/** One listener. */
export interface Listener {
    what: string;
    encryption: string;
    authentication: string;
}

/** By name of the pods and port. */
export const LISTENERS: Record<string, Listener> = {
    "acme.cert-manager.io/http01-solver:8089": {
        what: "cert-manager's solver, while it proves a host",
        encryption: "none; the answer is public",
        authentication: "none",
    },
    "falco:8765": {
        what: "Falco's metrics",
        encryption: "none; numbers only",
        authentication: "none",
    },
    "falco:9765": {
        what: "Falco for the API server's events",
        encryption: "TLS, by a certificate of Bulwark's own making",
        authentication: "none; the API server's addresses alone",
    },
    "falcosidekick:2801": {
        what: "falcosidekick, which forwards alerts",
        encryption: "none; within the namespace",
        authentication: "none",
    },
    "ingress-nginx:80": {
        what: "ingress controller, plain HTTP",
        encryption: "none; every request is redirected to HTTPS",
        authentication: "none",
    },
    "ingress-nginx:443": {
        what: "ingress controller, HTTPS",
        encryption: "TLS 1.2 or 1.3",
        authentication: "the application's own",
    },
    "ingress-nginx:8443": {
        what: "admission webhook of the ingress controller",
        encryption: "TLS, by a certificate of the cluster's own making",
        authentication: "none; it answers questions and changes nothing",
    },
    "ingress-nginx:10254": {
        what: "ingress controller's metrics",
        encryption: "none; numbers only",
        authentication: "none",
    },
    "postgresql:5432": {
        what: "PostgreSQL",
        encryption: "TLS 1.3, which clients verify by name (`verify-full`)",
        authentication: "password (SCRAM-SHA-256)",
    },
    "postgresql:9187": {
        what: "PostgreSQL's metrics",
        encryption: "none; numbers only",
        authentication: "none",
    },
    "secure-app:8000": {
        what: "application",
        encryption: "none behind the controller, where TLS ends",
        authentication: "the application's own",
    },
    "trivy-operator:8080": {
        what: "scanner's metrics",
        encryption: "none; numbers only",
        authentication: "none",
    },
};

/** A program whose policies are looked at: the dev stack's with settings over it, or one of its own. */
export interface Variant {
    /** What makes the difference, for the table; empty for the dev stack as it is. */
    when: string;
    settings?: Record<string, unknown>;
    program?: () => unknown;
}

const BASTION_IMAGE = `registry.example.com/bastion@sha256:${"0".repeat(64)}`;

const { workload, database, ingress, threatDetection, vulnerabilityScanning } = DEFAULTS;

/** The API server's address in the recorded program, which asks the recorder for it. */
export const API_SERVER_CIDR = "10.0.0.10/32";

export const VARIANTS: Variant[] = [
    { when: "" },
    {
        when: "`ingress.tls.clusterIssuer` or `ingress.tls.issuer`",
        settings: { ingress: { tls: { clusterIssuer: "letsencrypt", allowSelfSignedCertificate: undefined } } },
    },
    {
        when: "`database.rowLevelSecurity`, `database.backup`, rotations",
        settings: { database: { rowLevelSecurity: {} } },
    },
    {
        when: "`database.backup`",
        settings: { database: { backup: { recipientCertificates: [RECIPIENT] } } },
    },
    {
        when: "`cluster.operators.bastion`",
        settings: { cluster: { operators: { bastion: { image: BASTION_IMAGE } } } },
    },
    {
        when: "`cluster.operators.bastion.allowDatabase`",
        settings: { cluster: { operators: { bastion: { image: BASTION_IMAGE, allowDatabase: true } } } },
    },
    {
        when: "`threatDetection.kubernetesAudit`",
        settings: { threatDetection: { kubernetesAudit: { trustedUserNames: ["deployer"] } } },
    },
    {
        when: "`monitoring.vulnerabilityScanning`",
        settings: { monitoring: { vulnerabilityScanning: { allowAnyRegistry: true } } },
    },
    {
        when: "`threatDetection.alertsSecretName`",
        settings: { threatDetection: { alertsSecretName: "falcosidekick" } },
    },
    {
        when: "Alerts",
        program: () =>
            new Alerts("alerts", {
                operatorInstalled: true,
                workload: {
                    namespaceName: workload.namespaceName,
                    podLabels: workloadPodLabels(workload.workloadName),
                    metrics: { port: workload.port },
                },
                database: {
                    namespaceName: database.namespaceName,
                    podLabels: postgresqlPodLabels(database.releaseName),
                    statefulSetName: "pgdb-postgresql",
                    exporter: true,
                },
                ingressController: {
                    namespaceName: ingress.controller.namespaceName,
                    podLabels: controllerPodLabels(ingress.controller.releaseName),
                },
                threatDetection: {
                    namespaceName: threatDetection.namespaceName,
                    podLabels: falcoPodLabels(threatDetection.releaseName),
                },
                vulnerabilityScanning: {
                    namespaceName: vulnerabilityScanning.namespaceName,
                    podLabels: operatorPodLabels(vulnerabilityScanning.releaseName),
                },
            }),
    },
];
