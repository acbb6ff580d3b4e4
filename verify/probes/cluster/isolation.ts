/** What the product's namespaces must have, and must not have. */
import type { Pod, Service } from "../../cluster/objects";
import type { Field } from "../../field";
import { compare } from "../../map/measure";
import type { NetworkPolicy } from "../../map/policies";
import { held, type Probe, stopped, through, unproven } from "../../probe";
import { podsOf } from "../../target";

/** The objects of every namespace of the product. */
async function inEach<T>(
    field: Field,
    list: (namespace: string) => Promise<T[]>,
): Promise<{ namespace: string; items: T[] }[]> {
    return Promise.all(field.target.namespaces.map(async (namespace) => ({ namespace, items: await list(namespace) })));
}

/** Denies everything in both directions to every pod of its namespace. */
function deniesAll({ spec }: NetworkPolicy): boolean {
    const { podSelector, policyTypes = [], ingress = [], egress = [] } = spec;
    const everyPod =
        Object.keys(podSelector.matchLabels ?? {}).length + (podSelector.matchExpressions ?? []).length === 0;
    return (
        everyPod &&
        policyTypes.includes("Ingress") &&
        policyTypes.includes("Egress") &&
        ingress.length + egress.length === 0
    );
}

/** What of a Service can be reached past the ingress controller. */
function exposed({ metadata, spec }: Service, ingressNamespace: string | undefined): string[] {
    const allowed = metadata.namespace === ingressNamespace;
    return [
        ...(spec.type === "NodePort" && !allowed ? ["is of type NodePort"] : []),
        ...(spec.type === "LoadBalancer" && !allowed ? ["is of type LoadBalancer"] : []),
        ...((spec.externalIPs ?? []).length > 0 ? [`has external addresses ${spec.externalIPs?.join(" ")}`] : []),
    ].map((fault) => `Service ${metadata.namespace}/${metadata.name} ${fault}`);
}

function onTheNode({ metadata, spec }: Pod): string[] {
    const ports = spec.containers.flatMap((container) => container.ports ?? []).filter(({ hostPort }) => hostPort);
    return [
        ...(spec.hostNetwork ? ["is in the node's network"] : []),
        ...ports.map(({ hostPort }) => `takes port ${hostPort} of the node`),
    ].map((fault) => `Pod ${metadata.namespace}/${metadata.name} ${fault}`);
}

export const ISOLATION: Probe[] = [
    {
        name: "undeclared-flows",
        layer: "cluster",
        attack: "each workload of the stack, a stranger and the outside connect to each port of all the others",
        gain: "finds a way that nobody has declared: a policy too many, or a network that enforces none",
        expected: "exactly the flows that the program's own NetworkPolicies declare",
        ifOff: "more is open than declared",
        attackers: ["stranger"],
        async run(field) {
            const { edges } = await field.map();
            const of = (comparison: string) => edges.filter((edge) => compare(edge) === comparison);
            const named = (some: typeof edges) =>
                some.map(({ from, to, port }) => `${from} to ${to}:${port}`).join(", ");
            const measured = edges.length - of("not measured").length;
            if (of("undeclared").length > 0) {
                return through(`open without being declared: ${named(of("undeclared"))}`);
            }
            if (of("broken").length > 0) {
                return unproven(`declared but closed, so the measurement isn't to be trusted: ${named(of("broken"))}`);
            }
            return edges.some((edge) => edge.measured === "open")
                ? held(`${measured} of ${edges.length} ways measured, all as declared`)
                : unproven("no way at all was found open, so closed proves nothing");
        },
    },
    {
        name: "namespace-without-policy",
        layer: "cluster",
        attack: "looks for a namespace of the product that doesn't deny all traffic by default",
        gain: "finds every pod there open, to everybody",
        expected: "a NetworkPolicy in each that selects all pods and allows nothing",
        ifOff: "a namespace without one",
        attackers: [],
        async run(field) {
            const namespaces = await inEach(field, (namespace) =>
                field.api.list<NetworkPolicy>(`/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`),
            );
            return stopped(
                namespaces.map(({ namespace, items }) => {
                    const denying = items.find(deniesAll);
                    return {
                        what: namespace,
                        worked: denying === undefined,
                        seen: denying === undefined ? "open by default" : `denied by "${denying.metadata.name}"`,
                    };
                }),
            );
        },
    },
    {
        name: "exposed-ports",
        layer: "cluster",
        attack: "looks for Services and pods of the product that are reached from outside past the ingress controller",
        gain: "gets around TLS and rate limits, or straight to the database",
        expected: "only Services of type ClusterIP outside the ingress namespace, and no port of a node",
        ifOff: "a NodePort, a LoadBalancer, an external address or a host port",
        attackers: [],
        async run(field) {
            const { ingressNamespace } = field.target;
            const services = await inEach(field, (namespace) =>
                field.api.list<Service>(`/api/v1/namespaces/${namespace}/services`),
            );
            const pods = await inEach(field, (namespace) => podsOf(field.api, namespace));
            const faults = [
                ...services.flatMap(({ items }) => items.flatMap((service) => exposed(service, ingressNamespace))),
                ...pods.flatMap(({ items }) => items.flatMap(onTheNode)),
            ];
            const count = services.flatMap(({ items }) => items).length;
            if (count === 0) {
                return unproven("there is no Service to look at");
            }
            return faults.length > 0 ? through(faults.join("; ")) : held(`${count} Services, none of them exposed`);
        },
    },
    {
        name: "default-token",
        layer: "cluster",
        attack: "a pod that says nothing about tokens looks for one in its file system",
        gain: "speaks to the API server with the rights of the namespace's default account",
        expected: "no token in the product's namespaces",
        ifOff: "a token where every pod of Kubernetes has one by default",
        attackers: ["insider", "neighbour", "stranger"],
        async run(field) {
            const look =
                "if [ -s /var/run/secrets/kubernetes.io/serviceaccount/token ]; then echo token; else echo none; fi";
            const seen = async (name: "insider" | "neighbour" | "stranger") =>
                (await field.run(field.attacker(name).place, look)).stdout.trim();
            if ((await seen("stranger")) !== "token") {
                return unproven("the control failed: a pod of an ordinary namespace has no token either");
            }
            const attempts = await Promise.all(
                (["insider", "neighbour"] as const).map(async (name) => {
                    const found = await seen(name);
                    return { what: field.attacker(name).place.namespace, worked: found !== "none", seen: found };
                }),
            );
            const { verdict, evidence } = stopped(attempts);
            return { verdict, evidence: `${evidence} (control: a pod of an ordinary namespace has one)` };
        },
    },
];
