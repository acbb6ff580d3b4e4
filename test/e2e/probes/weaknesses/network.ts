import { all, type Ground, make, patch, remove, type Undo, type Weakness } from "../weakness";

const policies = (namespace: string) => `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;

/** A policy of somebody else's that opens everything: the program's own still declare what they did. */
function openUp({ api }: Ground, namespace: string): Promise<Undo> {
    return make(api, policies(namespace), {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "hole" },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{}], egress: [{}] },
    } as { metadata: { name: string } });
}

export const NETWORK: Weakness[] = [
    {
        what: "NetworkPolicies: everything is open in both namespaces",
        probes: [
            "cluster/stranger-to-app",
            "cluster/insider-to-app",
            "cluster/neighbour-to-app",
            "cluster/stranger-to-database",
            "cluster/insider-to-database",
            "cluster/neighbour-to-database",
            "cluster/outside-to-pods",
            "cluster/app-to-internet",
            "cluster/app-to-metadata",
            "cluster/app-to-api-server",
            "cluster/undeclared-flows",
        ],
        switchOff: (ground) =>
            all(
                () => openUp(ground, ground.outputs.namespace),
                () => openUp(ground, ground.outputs.databaseNamespace),
            ),
    },
    {
        what: "the default deny",
        probes: ["cluster/namespace-without-policy", "cluster/undeclared-pod", "cluster/undeclared-egress"],
        switchOff: ({ api, outputs }) =>
            all(
                () => remove(api, `${policies(outputs.namespace)}/default-deny`),
                // It selects every pod too, so that undeclared ones would still be isolated.
                () => remove(api, `${policies(outputs.namespace)}/allow-dns`),
            ),
    },
    {
        what: "the way to DNS",
        probes: ["cluster/declared-flows-work"],
        switchOff: ({ api, outputs }) => remove(api, `${policies(outputs.namespace)}/allow-dns`),
    },
    {
        what: "the default account's missing token",
        probes: ["cluster/default-token"],
        switchOff: ({ api, outputs }) =>
            patch(
                api,
                `/api/v1/namespaces/${outputs.namespace}/serviceaccounts/default`,
                { automountServiceAccountToken: true },
                { automountServiceAccountToken: false },
            ),
    },
];
