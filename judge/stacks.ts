/** What is shown to the judges: the two stacks of this repository, and one with every optional part. */
import { VARIANTS } from "../docs/exposed-ports-data";
import { RECIPIENT } from "../test/unit/support/recipient";

/** A stack to judge. */
export interface JudgedStack {
    name: string;
    /** The stack whose settings it has. */
    settings: string;
    /** Settings over those. */
    changes: Record<string, unknown>;
    /** Whether it has what docs/exposed-ports.md says of itself in its column "when". */
    has(when: string): boolean;
}

const BY_ISSUER = VARIANTS.map(({ when }) => when).filter((when) => when.includes("clusterIssuer"));

export const judgedStacks: JudgedStack[] = [
    { name: "dev", settings: "dev", changes: {}, has: (when) => when === "" },
    { name: "prod", settings: "prod", changes: {}, has: (when) => when === "" || BY_ISSUER.includes(when) },
    {
        name: "all parts",
        settings: "prod",
        changes: {
            cluster: {
                operators: {
                    bastion: { image: `registry.example.com/bastion@sha256:${"0".repeat(64)}`, allowDatabase: true },
                },
            },
            database: { rowLevelSecurity: {}, backup: { recipientCertificates: [RECIPIENT] } },
            threatDetection: {
                kubernetesAudit: { trustedUserNames: ["deployer"] },
                alertsSecretName: "falcosidekick",
            },
            monitoring: { vulnerabilityScanning: { allowAnyRegistry: true } },
        },
        // The program has no part for Alerts: they belong to a cluster that has an operator of Prometheus.
        has: (when) => when !== "Alerts",
    },
];
