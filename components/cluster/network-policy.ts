/** Specs of NetworkPolicies. Pure; no Pulumi import. */
import { isPartOf } from "../cidr";
import { labelsFault } from "../label-rules";

/** Transport protocol of a port. */
export const FlowProtocol = {
    /** TCP. */
    Tcp: "TCP",
    /** UDP. */
    Udp: "UDP",
    /** SCTP. */
    Sctp: "SCTP",
} as const;
export type FlowProtocol = (typeof FlowProtocol)[keyof typeof FlowProtocol];

/** One end of a flow. Pods of a namespace, or addresses, or, with neither, anyone. */
export interface FlowEnd {
    namespaceName?: string;
    podLabels?: Record<string, string>;
    cidrs?: string[];
}

/** A port of a pod, never of a Service: policies see packets after the Service's address was translated. */
export interface FlowPort {
    port: number;
    protocol: string;
}

interface PodSelector {
    matchLabels?: Record<string, string>;
}

/** One element of a rule's `from` or `to`. */
export interface PolicyPeer {
    namespaceSelector?: PodSelector;
    podSelector?: PodSelector;
    ipBlock?: { cidr: string; except?: string[] };
}

/** A NetworkPolicy's `spec`. */
export interface PolicySpec {
    podSelector: PodSelector;
    policyTypes: string[];
    ingress?: { from?: PolicyPeer[]; ports: FlowPort[] }[];
    egress?: { to?: PolicyPeer[]; ports: FlowPort[] }[];
}

/**
 * Private, shared, looped back and link-local addresses, where the cluster, its nodes and most clouds' metadata servers are
 * (RFC 1918, RFC 6598, RFC 1122, RFC 3927, RFC 6890, RFC 4193, RFC 4291), and Azure's platform address, which looks public
 * (https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16).
 */
const NOT_PUBLIC = [
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
];

/** Isolates every pod of a namespace in both directions. */
export function defaultDeny(): PolicySpec {
    return { podSelector: {}, policyTypes: ["Ingress", "Egress"] };
}

/** Lets every pod of a namespace ask any of these for names; answers that don't fit into UDP come over TCP. */
export function allowDns(servers: FlowEnd[]): PolicySpec {
    const ports = [FlowProtocol.Udp, FlowProtocol.Tcp].map((protocol) => ({ port: 53, protocol }));
    const to = servers.flatMap((server) => peers(server) ?? []);
    return { podSelector: {}, policyTypes: ["Egress"], egress: [{ to, ports }] };
}

/** Lets pods reach the other end; of a range around ranges that aren't public, only what is public. */
export function allowEgress(podLabels: Record<string, string>, to: FlowEnd, ports: FlowPort[]): PolicySpec {
    const others = peers(to)?.map(withoutPrivate);
    return {
        podSelector: selector(podLabels),
        policyTypes: ["Egress"],
        egress: [{ ...(others && { to: others }), ports }],
    };
}

/** Lets the other end reach pods. */
export function allowIngress(podLabels: Record<string, string>, from: FlowEnd, ports: FlowPort[]): PolicySpec {
    const others = peers(from);
    return {
        podSelector: selector(podLabels),
        policyTypes: ["Ingress"],
        ingress: [{ ...(others && { from: others }), ports }],
    };
}

/** What is wrong with labels that select pods, or undefined. */
export function podLabelsFault(podLabels: Record<string, string>): string | undefined {
    return Object.keys(podLabels).length === 0
        ? "must hold at least one label, is {}, which would select every pod of the namespace"
        : labelsFault(podLabels);
}

/** What is wrong with a list that narrows a rule, or undefined: Kubernetes takes an empty list for no restriction. */
export function emptyListFault(list: unknown[]): string | undefined {
    return list.length === 0 ? "must hold at least one member, is [], which would lift the restriction" : undefined;
}

/** The peers of a rule; undefined leaves the rule open to anyone, as an empty list would. */
function peers(end: FlowEnd): PolicyPeer[] | undefined {
    if (end.namespaceName !== undefined) {
        // Both selectors in ONE element mean "and"; in two elements they would mean "or".
        return [
            {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": end.namespaceName } },
                podSelector: selector(end.podLabels ?? {}),
            },
        ];
    }
    return end.cidrs?.map((cidr) => ({ ipBlock: { cidr } }));
}

/** Whoever opens the internet doesn't mean the metadata server, nor the API server. */
function withoutPrivate(peer: PolicyPeer): PolicyPeer {
    if (peer.ipBlock === undefined) {
        return peer;
    }
    const { cidr } = peer.ipBlock;
    const except = NOT_PUBLIC.filter((range) => isPartOf(range, cidr));
    return except.length === 0 ? peer : { ipBlock: { cidr, except } };
}

function selector(podLabels: Record<string, string>): PodSelector {
    return Object.keys(podLabels).length === 0 ? {} : { matchLabels: podLabels };
}
