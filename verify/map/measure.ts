/** Who can really talk to whom, next to what the program's own NetworkPolicies declare. */
import { isAttacker } from "../attackers";
import type { Labels, Namespace, Pod } from "../cluster/objects";
import type { Place } from "../cluster/shell";
import type { Field } from "../field";
import { podsOf } from "../target";
import { CLOSED, type Connection, type Endpoint, LISTENER_PORT } from "../toolbox";
import { type End, isAllowed, type NetworkPolicy } from "./policies";

/** Who talks, or is talked to. */
export interface MapNode {
    id: string;
    /** What kind of thing it is, for the drawing. */
    kind: "product" | "stranger" | "outside";
    title: string;
    namespace: string;
}

/** A way from a node to a port of another. */
export interface MapEdge {
    from: string;
    to: string;
    port: number;
    /** Undefined: nothing could be run at `from`. */
    measured: Connection | undefined;
    declared: boolean;
}

export interface MeasuredMap {
    nodes: MapNode[];
    edges: MapEdge[];
}

/** How an edge compares with what was declared. */
export type Comparison = "as declared" | "undeclared" | "broken" | "not measured";

export function compare({ measured, declared }: Pick<MapEdge, "measured" | "declared">): Comparison {
    if (measured === undefined || (measured !== "open" && !CLOSED.includes(measured))) {
        return "not measured";
    }
    const open = measured === "open";
    return open === declared ? "as declared" : open ? "undeclared" : "broken";
}

interface Station extends MapNode {
    end: End;
    /** Ports that somebody may try; none for what only talks. */
    ports: number[];
    /** Where it can be reached; undefined for what only talks. */
    host: string | undefined;
    /** Undefined for what is only talked to. */
    connect?: (endpoints: Endpoint[]) => Promise<Connection[]>;
}

/** Label of every object of the program: a policy without it is somebody else's, and declares nothing. */
const OWN: [string, string] = ["app.kubernetes.io/part-of", "bulwark"];

export async function measureMap(field: Field): Promise<MeasuredMap> {
    const { api, target } = field;
    const [policies, namespaces] = await Promise.all([
        api.list<NetworkPolicy>("/apis/networking.k8s.io/v1/networkpolicies"),
        api.list<Namespace>("/api/v1/namespaces"),
    ]);
    const declaring = policies.filter(({ metadata }) => metadata.labels?.[OWN[0]] === OWN[1]);
    const labelsOf = (name: string) => namespaces.find(({ metadata }) => metadata.name === name)?.metadata.labels ?? {};
    const present = target.namespaces.filter((name) => namespaces.some(({ metadata }) => metadata.name === name));
    const products = await Promise.all(
        present.map(async (namespace) => representatives(await podsOf(api, namespace), labelsOf(namespace), field)),
    );
    const stations = [outside(field), stranger(field, labelsOf), ...products.flat(), ...surroundings(field)];
    const rows = await Promise.all(
        stations.map(async (from) =>
            from.connect === undefined ? [] : measureFrom(from, from.connect, stations, declaring),
        ),
    );
    const nodes = stations.map(({ id, kind, title, namespace }) => ({ id, kind, title, namespace }));
    return { nodes, edges: rows.flat() };
}

async function measureFrom(
    from: Station,
    connect: NonNullable<Station["connect"]>,
    stations: Station[],
    policies: NetworkPolicy[],
): Promise<MapEdge[]> {
    const others = stations
        .filter((to) => to !== from && !(from.kind === "outside" && to.kind === "outside"))
        .flatMap((to) => (to.host === undefined ? [] : to.ports.map((port) => ({ to, port, host: to.host ?? "" }))));
    // What has no program to connect with leaves the rest of the map as it is.
    const measured: Connection[] = others.length === 0 ? [] : await connect(others).catch(() => []);
    return others.map(({ to, port }, index) => ({
        from: from.id,
        to: to.id,
        port,
        measured: measured[index] === "no-tool" ? undefined : measured[index],
        declared: isAllowed(policies, from.end, to.end, port),
    }));
}

/** One pod of each workload stands for all of them: their labels are the same. */
function representatives(pods: Pod[], namespaceLabels: Labels, field: Field): Station[] {
    const byWorkload = new Map<string, Pod>();
    for (const pod of pods.filter((pod) => !isAttacker(pod))) {
        const title = workloadOf(pod);
        byWorkload.set(title, byWorkload.get(title) ?? pod);
    }
    return [...byWorkload].map(([title, { metadata, spec, status }]) => {
        const { name: pod, namespace, labels = {} } = metadata;
        const ports = spec.containers.flatMap((container) => container.ports ?? []);
        const place: Place = { namespace, pod, container: spec.containers[0]?.name ?? "" };
        return {
            id: `${namespace}/${title}`,
            kind: "product",
            title,
            namespace,
            end: { ip: status.podIP, pod: { namespace, namespaceLabels, labels, ports } },
            ports: ports.filter(({ protocol = "TCP" }) => protocol === "TCP").map(({ containerPort }) => containerPort),
            host: status.podIP,
            connect: (endpoints) => field.connect(place, endpoints),
        };
    });
}

/** The name of what made the pod, without the parts that change: hashes and numbers. */
function workloadOf({ metadata }: Pod): string {
    const [owner] = metadata.ownerReferences ?? [];
    const hash = metadata.labels?.["pod-template-hash"];
    const name = owner?.name ?? metadata.name;
    return hash !== undefined && name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : name;
}

function stranger(field: Field, labelsOf: (namespace: string) => Labels): Station {
    const { place, ip } = field.attacker("stranger");
    const { namespace } = place;
    const pod = {
        namespace,
        namespaceLabels: labelsOf(namespace),
        labels: {},
        ports: [{ containerPort: LISTENER_PORT }],
    };
    return {
        id: "stranger",
        kind: "stranger",
        title: "a stranger",
        namespace,
        end: { ip, pod },
        ports: [LISTENER_PORT],
        host: ip,
        connect: (endpoints) => field.connect(place, endpoints),
    };
}

function outside(field: Field): Station {
    return {
        id: "outside",
        kind: "outside",
        title: "the outside",
        namespace: "",
        end: { ip: undefined },
        ports: [],
        host: undefined,
        connect: async (endpoints) => {
            const words = await field.connectFromOutside(endpoints);
            // Without any way to the pods' addresses, closed says nothing about the policies.
            return words.includes("open") ? words : [];
        },
    };
}

/** What the user has named outside the cluster. */
function surroundings({ surroundings: { egressTarget, metadataTarget } }: Field): Station[] {
    const station = (id: string, title: string, { host, port }: Endpoint): Station => ({
        id,
        kind: "outside",
        title,
        namespace: "",
        end: { ip: /^[\d.]+$/.test(host) ? host : undefined },
        ports: [port],
        host,
    });
    return [
        ...(egressTarget ? [station("internet", "a server outside", egressTarget)] : []),
        ...(metadataTarget ? [station("metadata", "the metadata server", metadataTarget)] : []),
    ];
}
