/** The audit policy of the API server: which requests it logs, and how much of each. Pure; no Pulumi import. */

/** How much of a request is logged. */
type Level = "None" | "Metadata" | "Request" | "RequestResponse";

/** Resources of one API group; none named means all of the group's. */
interface GroupResources {
    group: string;
    resources?: string[];
}

/** A rule of the policy. All of its conditions must hold, and the first rule that holds decides. */
export interface AuditRule {
    level: Level;
    users?: string[];
    userGroups?: string[];
    verbs?: string[];
    resources?: GroupResources[];
    nonResourceURLs?: string[];
}

/** A rule, and why it is there. */
interface ReasonedRule {
    why: string;
    rule: AuditRule;
}

const READ = ["get", "list", "watch"];
const WRITE = ["create", "update", "patch", "delete", "deletecollection"];

/** Components of Kubernetes that read the whole cluster all the time. */
const SYSTEM_USERS = [
    "system:apiserver",
    "system:kube-controller-manager",
    "system:kube-scheduler",
    "system:kube-proxy",
];

/**
 * The rules, in order. What could carry a credential in its body (Secrets, ConfigMaps, tokens) never gets beyond
 * `Metadata`, and stands before the rules that leave something out: nobody reads a Secret unseen.
 *
 * @param quietUsers further users that read the cluster all the time, such as a network plugin
 */
export function auditRules(quietUsers: string[]): ReasonedRule[] {
    return [
        {
            why: "Health checks and discovery: every client asks, all the time.",
            rule: {
                level: "None",
                nonResourceURLs: [
                    ...["/healthz*", "/livez*", "/readyz*", "/metrics"],
                    ...["/version", "/openapi*", "/api", "/api/*", "/apis", "/apis/*"],
                ],
            },
        },
        {
            why: "Heartbeats and messages of the cluster itself.",
            rule: {
                level: "None",
                resources: [
                    { group: "coordination.k8s.io", resources: ["leases"] },
                    { group: "", resources: ["events"] },
                    { group: "events.k8s.io", resources: ["events"] },
                ],
            },
        },
        {
            why: "Ways into a running pod, with the command.",
            rule: {
                level: "RequestResponse",
                resources: [{ group: "", resources: ["pods/exec", "pods/attach", "pods/portforward"] }],
            },
        },
        {
            why: "A container put into a running pod, with its image and command.",
            rule: { level: "Request", resources: [{ group: "", resources: ["pods/ephemeralcontainers"] }] },
        },
        {
            why: "Credentials: who asked for which, never what is in them.",
            rule: {
                level: "Metadata",
                resources: [
                    { group: "", resources: ["secrets", "configmaps", "serviceaccounts/token"] },
                    { group: "authentication.k8s.io", resources: ["tokenreviews"] },
                ],
            },
        },
        {
            why: "Changes of the defences, with what they say from then on.",
            rule: {
                level: "Request",
                verbs: WRITE,
                resources: [
                    { group: "", resources: ["namespaces"] },
                    { group: "rbac.authorization.k8s.io" },
                    { group: "networking.k8s.io", resources: ["networkpolicies"] },
                    { group: "admissionregistration.k8s.io" },
                ],
            },
        },
        {
            why: "What the cluster's own components read to do their work.",
            rule: { level: "None", users: [...SYSTEM_USERS, ...quietUsers], verbs: READ },
        },
        {
            why: "The same for nodes and for what runs in kube-system.",
            rule: {
                level: "None",
                userGroups: ["system:nodes", "system:serviceaccounts:kube-system"],
                verbs: READ,
            },
        },
        { why: "Everything else: who, what, where, and how it ended.", rule: { level: "Metadata" } },
    ];
}

/** The policy as the file for `--audit-policy-file`: YAML, whose values are in JSON, which is YAML as well. */
export function auditPolicyText(quietUsers: string[] = []): string {
    const rules = auditRules(quietUsers).map(({ why, rule }) => {
        const members = Object.entries(rule).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
        return `    # ${why}\n    - ${members.join("\n      ")}\n`;
    });
    return `apiVersion: audit.k8s.io/v1
kind: Policy
# Each request once, when it has been answered or begins to be.
omitStages: ["RequestReceived"]
omitManagedFields: true
rules:
${rules.join("")}`;
}

/** What is wrong with the name of a user, or undefined. */
export function userNameFault(text: string): string | undefined {
    return typeof text === "string" && /^[\x21-\x7e]{1,253}$/.test(text)
        ? undefined
        : `must be the name of a user, without spaces, is ${JSON.stringify(text)}; write for example "system:serviceaccount:ci:deployer"`;
}
