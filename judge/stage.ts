/** The pods for which a stack's policies are judged. Pure. */
import type { PolicyPeer, PolicySpec } from "../components/cluster/network-policy";
import type { Manifest } from "./rendering";
import { podTemplate } from "./workloads";

/** A pod on the stage, for policies to select or not. */
export interface Actor {
    name: string;
    namespace: string;
    labels: Record<string, string>;
}

/** Who is there: two pods of everything that policies speak of, and some that nothing speaks of. */
export interface Stage {
    actors: Actor[];
    /** The stack's own namespaces. */
    namespaces: string[];
    policies: { namespace: string; spec: PolicySpec }[];
}

const NAMESPACE_LABEL = "kubernetes.io/metadata.name";
const OUTSIDE = "somewhere-else";
/** The cluster's DNS, as the policies know it. */
export const DNS = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, ports: ["TCP 53", "UDP 53"] };

/** Sets the stage for the objects of a stack. Charts that can't be rendered have stand-ins that way, too. */
export function stageOf(objects: Manifest[]): Stage {
    const namespaces = objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name);
    const policies = objects
        .filter(({ kind }) => kind === "NetworkPolicy")
        .map(({ metadata, spec }) => ({ namespace: metadata.namespace ?? "", spec: spec as PolicySpec }));
    const spoken = policies.flatMap(({ namespace, spec }) => [
        { namespace, labels: spec.podSelector.matchLabels ?? {} },
        ...peersOf(spec).flatMap((peer) => (peer.ipBlock ? [] : [selected(peer, namespace)])),
    ]);
    const made = objects.flatMap((object) => {
        const labels = podTemplate(object)?.metadata?.labels;
        return labels === undefined ? [] : [{ namespace: object.metadata.namespace ?? "", labels }];
    });
    const strangers = [...namespaces, DNS.namespace, OUTSIDE].map((namespace) => ({
        namespace,
        labels: { app: "stranger" },
    }));
    const kinds = new Map(
        [...spoken, ...made, ...strangers, DNS].map((kind) => [JSON.stringify([kind.namespace, kind.labels]), kind]),
    );
    // Two of each, for what pods of the same kind may do to each other.
    const actors = [...kinds.values()].flatMap(({ namespace, labels }, index) =>
        [0, 1].map((copy) => ({ name: `pod-${index}-${copy}`, namespace, labels })),
    );
    return { actors, namespaces, policies };
}

/** The stage as objects for netpol-analyzer. */
export function stageObjects({ actors, policies }: Stage): Manifest[] {
    const namespaces = [...new Set(actors.map(({ namespace }) => namespace))];
    return [
        ...namespaces.map((name) => ({
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name, labels: { [NAMESPACE_LABEL]: name } },
        })),
        ...actors.map(({ name, namespace, labels }) => ({
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name, namespace, labels },
            spec: { containers: [{ name: "pod", image: "pod" }] },
        })),
        ...policies.map(({ namespace, spec }, index) => ({
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { name: `policy-${index}`, namespace },
            spec,
        })),
    ];
}

function peersOf({ ingress = [], egress = [] }: PolicySpec): PolicyPeer[] {
    return [...ingress.flatMap(({ from = [] }) => from), ...egress.flatMap(({ to = [] }) => to)];
}

/** The pods that a rule's peer selects, for a policy in the namespace `own`. */
export function selected({ namespaceSelector, podSelector }: PolicyPeer, own: string) {
    return {
        namespace: namespaceSelector?.matchLabels?.[NAMESPACE_LABEL] ?? own,
        labels: podSelector?.matchLabels ?? {},
    };
}

/** Whether a selector of the namespace selects a pod. */
export function isSelected(actor: Actor, namespace: string, labels: Record<string, string> = {}): boolean {
    return actor.namespace === namespace && matches(actor.labels, labels);
}

/** Whether labels have all that are wanted. */
export function matches(labels: Record<string, string>, wanted: Record<string, string>): boolean {
    return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}
