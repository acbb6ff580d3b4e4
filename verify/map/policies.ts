/**
 * What NetworkPolicies allow, by the rules of Kubernetes
 * (https://kubernetes.io/docs/concepts/services-networking/network-policies/). Pure.
 */
import { BlockList, isIPv4 } from "node:net";
import type { Labels, Metadata } from "../cluster/objects";

export interface LabelSelector {
    matchLabels?: Labels;
    matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

interface Peer {
    podSelector?: LabelSelector;
    namespaceSelector?: LabelSelector;
    ipBlock?: { cidr: string; except?: string[] };
}

interface PolicyPort {
    protocol?: string;
    port?: number | string;
    endPort?: number;
}

export interface NetworkPolicy {
    metadata: Metadata;
    spec: {
        podSelector: LabelSelector;
        policyTypes?: string[];
        ingress?: { from?: Peer[]; ports?: PolicyPort[] }[];
        egress?: { to?: Peer[]; ports?: PolicyPort[] }[];
    };
}

/** One end of a connection: a pod, or a host that is none. */
export interface End {
    /** Undefined for a host outside the cluster whose address isn't known. */
    ip: string | undefined;
    pod?: {
        namespace: string;
        namespaceLabels: Labels;
        labels: Labels;
        ports: { name?: string; containerPort: number }[];
    };
}

/** Whether a TCP connection is allowed by the policies on both sides. */
export function isAllowed(policies: NetworkPolicy[], from: End, to: End, port: number): boolean {
    return leaves(policies, from, to, port) && enters(policies, from, to, port);
}

/** Whether labels match; an empty selector matches everything. */
export function matches({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
    return (
        Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
        matchExpressions.every(({ key, operator, values = [] }) => {
            const value = labels[key];
            switch (operator) {
                case "In":
                    return value !== undefined && values.includes(value);
                case "NotIn":
                    return value === undefined || !values.includes(value);
                case "Exists":
                    return value !== undefined;
                case "DoesNotExist":
                    return value === undefined;
                default:
                    throw new Error(`unknown operator ${operator} in a label selector`);
            }
        })
    );
}

function leaves(policies: NetworkPolicy[], from: End, to: End, port: number): boolean {
    const { pod } = from;
    if (pod === undefined) {
        return true;
    }
    const isolating = policies.filter((policy) => selects(policy, pod) && types(policy).includes("Egress"));
    return (
        isolating.length === 0 ||
        isolating.some((policy) =>
            policy.spec.egress?.some(
                (rule) => peersMatch(rule.to, to, policy.metadata.namespace) && portsMatch(rule.ports, port, to),
            ),
        )
    );
}

function enters(policies: NetworkPolicy[], from: End, to: End, port: number): boolean {
    const { pod } = to;
    if (pod === undefined) {
        return true;
    }
    const isolating = policies.filter((policy) => selects(policy, pod) && types(policy).includes("Ingress"));
    return (
        isolating.length === 0 ||
        isolating.some((policy) =>
            policy.spec.ingress?.some(
                (rule) => peersMatch(rule.from, from, policy.metadata.namespace) && portsMatch(rule.ports, port, to),
            ),
        )
    );
}

function selects({ metadata, spec }: NetworkPolicy, pod: NonNullable<End["pod"]>): boolean {
    return metadata.namespace === pod.namespace && matches(spec.podSelector, pod.labels);
}

function types({ spec }: NetworkPolicy): string[] {
    return spec.policyTypes ?? ["Ingress", ...(spec.egress ? ["Egress"] : [])];
}

/** No peers at all means everybody. */
function peersMatch(peers: Peer[] | undefined, end: End, policyNamespace: string): boolean {
    return peers === undefined || peers.length === 0 || peers.some((peer) => peerMatches(peer, end, policyNamespace));
}

function peerMatches({ podSelector, namespaceSelector, ipBlock }: Peer, end: End, policyNamespace: string): boolean {
    if (ipBlock !== undefined) {
        return inBlock(ipBlock, end.ip);
    }
    const { pod } = end;
    if (pod === undefined) {
        return false;
    }
    const inNamespace =
        namespaceSelector === undefined
            ? pod.namespace === policyNamespace
            : matches(namespaceSelector, pod.namespaceLabels);
    return inNamespace && matches(podSelector ?? {}, pod.labels);
}

/** A host of unknown address is only in a block that holds every address. */
function inBlock({ cidr, except = [] }: NonNullable<Peer["ipBlock"]>, ip: string | undefined): boolean {
    if (ip === undefined) {
        return cidr.endsWith("/0");
    }
    return contains(cidr, ip) && !except.some((each) => contains(each, ip));
}

function contains(cidr: string, ip: string): boolean {
    const [network = "", prefix = ""] = cidr.split("/");
    const family = isIPv4(network) ? "ipv4" : "ipv6";
    const list = new BlockList();
    list.addSubnet(network, Number(prefix), family);
    return isIPv4(ip) === isIPv4(network) && list.check(ip, family);
}

/** No ports at all means every port. A named port is that of the pod at the connection's end. */
function portsMatch(ports: PolicyPort[] | undefined, port: number, to: End): boolean {
    return (
        ports === undefined ||
        ports.length === 0 ||
        ports.some(({ protocol = "TCP", port: wanted, endPort }) => {
            if (protocol !== "TCP") {
                return false;
            }
            if (typeof wanted === "string") {
                return (
                    to.pod?.ports.some(({ name, containerPort }) => name === wanted && containerPort === port) ?? false
                );
            }
            return wanted === undefined || (port >= wanted && port <= (endPort ?? wanted));
        })
    );
}
