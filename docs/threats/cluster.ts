/** Threats that the cluster layer stops. */
import type { Threat } from "./threat";

export const CLUSTER: Threat[] = [
    {
        threat: "A pod that was taken over looks for the application and the database, from another namespace or from theirs",
        defence: "Every namespace denies all traffic, in both directions; only declared flows are open",
        code: ["components/cluster/secure-namespace.ts", "components/cluster/allowed-flow.ts"],
        probes: [
            "cluster/stranger-to-app",
            "cluster/insider-to-app",
            "cluster/neighbour-to-app",
            "cluster/stranger-to-database",
            "cluster/insider-to-database",
            "cluster/neighbour-to-database",
            "cluster/undeclared-pod",
        ],
    },
    {
        threat: "Somebody takes the default-deny away, or opens a flow that the program doesn't declare",
        defence:
            "The suite measures who can talk to whom and compares it with what is declared; `pulumi up --refresh --run-program` puts back what was changed about Bulwark's own policies",
        code: ["components/cluster/network-policy.ts", "verify/map/measure.ts"],
        probes: ["cluster/undeclared-flows", "cluster/namespace-without-policy", "cluster/declared-flows-work"],
    },
    {
        threat: "A pod that was taken over carries data out, or fetches tools",
        defence: "No way out of the cluster, to the metadata server or to the API server; DNS alone is open",
        code: ["components/cluster/network-policy.ts", "components/cluster/secure-namespace.ts"],
        probes: [
            "cluster/app-to-internet",
            "cluster/app-to-metadata",
            "cluster/app-to-api-server",
            "cluster/undeclared-egress",
        ],
    },
    {
        threat: "A client goes round the ingress controller, to pods or to a port of a node",
        defence:
            "Only ClusterIP outside the ingress namespace, no host ports, quotas of zero for load balancers and node ports",
        code: ["components/cluster/guardrail-rules.ts", "components/cluster/namespace-limits.ts"],
        probes: ["cluster/outside-to-pods", "cluster/exposed-ports", "cluster/exposed-service", "cluster/host-port"],
    },
    {
        threat: "A pod takes the node over: privileged, with the node's files, network or processes",
        defence: "Pod Security `restricted` and the guardrails refuse it, from everybody",
        code: ["components/cluster/pod-security.ts", "components/cluster/guardrail-rules.ts"],
        probes: ["cluster/privileged-pod", "cluster/host-path", "cluster/host-network"],
    },
    {
        threat: "A careless or forged pod without hardening runs beside the application",
        defence: "The guardrails ask of every pod what Bulwark's own promise: no root, no capability, a read-only root",
        code: ["components/cluster/admission-guardrails.ts", "components/cluster/guardrail-rules.ts"],
        probes: ["cluster/root-pod", "cluster/writable-root-pod", "cluster/added-capability", "cluster/unconfined-pod"],
    },
    {
        threat: "Somebody softens what runs: edits the Deployment, or adds a debug container as root",
        defence: "The guardrails hold for updates, for all that makes pods, and for ephemeral containers",
        code: ["components/cluster/guardrail-policy.ts"],
        probes: ["cluster/softened-deployment", "cluster/debug-container"],
    },
    {
        threat: "An image of a stranger's, or one that was replaced behind its tag, is started",
        defence:
            "The guardrails refuse it, on demand: `cluster.guardrails.allowedRegistries`, `cluster.requireImmutableImages` (on in `prod`)",
        code: ["components/cluster/guardrail-rules.ts", "components/image.ts"],
        probes: ["cluster/foreign-registry", "cluster/latest-image"],
    },
    {
        threat: "One namespace takes all of the cluster's memory, CPU or disk",
        defence: "A ResourceQuota and a LimitRange in each namespace",
        code: ["components/cluster/namespace-limits.ts"],
        probes: ["cluster/greedy-pod"],
    },
    {
        threat: "A pod talks to the API server with a token that it never needed",
        defence: "No token is mounted, neither by the default account nor by the application's",
        code: ["components/cluster/secure-namespace.ts", "components/container/pod-spec.ts"],
        probes: ["cluster/default-token", "container/api-token"],
    },
    {
        threat: "An operator, or whoever has stolen an operator's token, reads Secrets, enters pods or changes things",
        defence: "An identity that reads, without Secrets, `exec`, `port-forward` and writes; tokens live an hour",
        code: ["components/cluster/operator-rules.ts", "components/cluster/operator-token.ts"],
        probes: [
            "cluster/operator-reads-secrets",
            "cluster/operator-enters-pods",
            "cluster/operator-writes",
            "cluster/operator-escalates",
        ],
    },
    {
        threat: "A program puts something insecure on the cluster in good faith",
        defence: "The policy pack runs the guardrails' own rules in the preview",
        code: ["policy/guardrails.ts", "policy/promises.ts"],
        probes: [],
        tests: ["test/unit/policy/guardrails.test.ts", "test/e2e/policy.ts"],
    },
];
