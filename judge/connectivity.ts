/** Which connections the policies of a stack leave open, and which ones are declared. Pure. */
import { callerOf, type Exit, type Exposure, nameOf } from "../docs/exposed-ports";
import { API_SERVER_CIDR } from "../docs/exposed-ports-data";
import { ANYWHERE, cidrRange, joinedRanges } from "./address-ranges";
import { type Actor, DNS, isSelected, matches, type Stage, selected } from "./stage";

/** One line of netpol-analyzer's list. */
export interface Connection {
    src: string;
    dst: string;
    conn: string;
}

/** The declared connections, one a text. */
export function declared(stage: Stage, exposures: Exposure[], exits: Exit[]): Set<string> {
    const { actors, namespaces } = stage;
    const ways = exposures.map((exposure) => way(stage, exposure));
    const leaves = exits.map((exit) => ({ ...exit, from: leavers(stage, exit) }));
    const own = ({ namespace }: Actor) => namespaces.includes(namespace);
    const found = new Set<string>();
    for (const { listeners, callers, ranges, anyone, port } of ways) {
        for (const listener of listeners) {
            for (const actor of actors) {
                const goesAnywhere = leaves.some(
                    (exit) => exit.to === "any address" && exit.port === port && exit.from.includes(actor),
                );
                if (callers.includes(actor) || (anyone && (!own(actor) || goesAnywhere))) {
                    found.add(text(actorText(actor), actorText(listener), `TCP ${port}`));
                }
            }
            for (const range of ranges) {
                found.add(text(range, actorText(listener), `TCP ${port}`));
            }
        }
    }
    for (const { from, to, port } of leaves) {
        for (const actor of from) {
            found.add(text(actorText(actor), rangeOf(to), `TCP ${port}`));
            for (const other of to === "any address" ? actors.filter((each) => !own(each)) : []) {
                found.add(text(actorText(actor), actorText(other), `TCP ${port}`));
            }
        }
    }
    for (const actor of actors.filter(own)) {
        for (const server of actors.filter(
            ({ namespace, labels }) => namespace === DNS.namespace && matches(labels, DNS.labels),
        )) {
            for (const port of DNS.ports) {
                found.add(text(actorText(actor), actorText(server), port));
            }
        }
    }
    return found;
}

/** What netpol-analyzer found, one port a text, without what happens among strangers. */
export function measured({ namespaces, actors }: Stage, connections: Connection[]): Set<string> {
    const names = new Map(actors.map((actor) => [`${actor.namespace}/${actor.name}[Pod]`, actor]));
    const own = (peer: string) => namespaces.includes(names.get(peer)?.namespace ?? "");
    const single = connections
        .filter(({ src, dst }) => own(src) || own(dst))
        .flatMap(({ conn, ...ends }) => portsOf(conn).map((port) => ({ ...ends, port })));
    const found = new Set<string>();
    // Addresses come in ranges, cut wherever some policy makes a difference: those that meet are put together.
    const ranges = new Map<string, string[]>();
    for (const { src, dst, port } of single) {
        const [source, destination] = [names.get(src), names.get(dst)];
        if (source && destination) {
            found.add(text(actorText(source), actorText(destination), port));
        } else {
            const key = source
                ? text(actorText(source), "*", port)
                : text("*", destination ? actorText(destination) : dst, port);
            ranges.set(key, [...(ranges.get(key) ?? []), source ? dst : src]);
        }
    }
    for (const [key, all] of ranges) {
        for (const range of joinedRanges(all)) {
            found.add(key.replace("*", range));
        }
    }
    return found;
}

/** `TCP 80,443,UDP 53` in single ports; ranges and `All Connections` stay as they are. */
export function portsOf(conn: string): string[] {
    let protocol = "";
    return conn.split(",").map((part) => {
        const [, named, port = part] = /^(TCP|UDP|SCTP) (.+)$/.exec(part.trim()) ?? [];
        protocol = named ?? protocol;
        return `${protocol} ${port}`.trim();
    });
}

function way({ actors, policies }: Stage, { listener, namespace, callers }: Exposure) {
    const split = listener.lastIndexOf(":");
    const name = listener.slice(0, split);
    const port = Number(listener.slice(split + 1));
    const opening = policies.filter(
        (each) =>
            each.namespace === namespace &&
            nameOf(each.spec.podSelector.matchLabels ?? {}) === name &&
            (each.spec.ingress ?? []).some(({ ports }) => ports.some((open) => open.port === port)),
    );
    const peers = opening.flatMap(({ spec }) => (spec.ingress ?? []).flatMap(({ from = [] }) => from));
    const invited = peers.filter((peer) => !peer.ipBlock && callers.includes(callerOf(peer)));
    return {
        port,
        listeners: actors.filter((actor) =>
            opening.some(({ spec }) => isSelected(actor, namespace, spec.podSelector.matchLabels)),
        ),
        callers: actors.filter((actor) =>
            invited.some((peer) => {
                const { namespace: where, labels } = selected(peer, namespace);
                return isSelected(actor, where, labels);
            }),
        ),
        ranges: [
            ...(callers.includes("anyone") ? [ANYWHERE] : []),
            ...peers
                .filter(({ ipBlock }) => ipBlock)
                .map(callerOf)
                .filter((caller) => callers.includes(caller))
                .map(rangeOf),
        ],
        anyone: callers.includes("anyone"),
    };
}

function leavers({ actors, policies }: Stage, { caller, namespace, port }: Exit): Actor[] {
    const opening = policies.filter(
        (each) =>
            each.namespace === namespace &&
            nameOf(each.spec.podSelector.matchLabels ?? {}) === caller &&
            (each.spec.egress ?? []).some(
                ({ to, ports }) =>
                    (!to || to.some(({ ipBlock }) => ipBlock)) && ports.some((open) => open.port === port),
            ),
    );
    return actors.filter((actor) =>
        opening.some(({ spec }) => isSelected(actor, namespace, spec.podSelector.matchLabels)),
    );
}

function rangeOf(words: string): string {
    switch (words) {
        case "any address":
            return ANYWHERE;
        case "the API server":
            return cidrRange(API_SERVER_CIDR);
        default:
            return cidrRange(words.replaceAll("`", ""));
    }
}

/** Without the copy: pods of one kind are alike to every policy. */
function actorText({ name, namespace, labels }: Actor): string {
    return `${namespace}/${nameOf(labels)} (${name.replace(/-[01]$/, "")})`;
}

function text(from: string, to: string, port: string): string {
    return `${from} => ${to} : ${port}`;
}
