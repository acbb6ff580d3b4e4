/** What must hold between the members of ways out. Pure; no Pulumi import. */

/** A fault of one way out, by its place in the list. */
export interface EgressFault {
    index: number;
    /** Undefined for the way out as a whole. */
    member?: string;
    reason: string;
}

/** What is known of a way out before its values are. */
export interface EgressShape {
    name: string | undefined;
    /** Whether a member is given. */
    has(member: "cidrs" | "namespaceName" | "podLabels" | "isolated"): boolean;
}

/** Every fault between the members of ways out, and between their names. */
export function egressFaults(ways: EgressShape[]): EgressFault[] {
    return ways.flatMap((way, index) => [
        ...aimFaults(way).map((fault) => ({ index, ...fault })),
        ...nameFaults(ways.slice(0, index), way).map((reason) => ({ index, member: "name", reason })),
    ]);
}

function aimFaults({ has }: EgressShape): Omit<EgressFault, "index">[] {
    const demand = "must have exactly one of cidrs and namespaceName";
    if (has("namespaceName")) {
        return has("cidrs") ? [{ reason: `${demand}, has both; leave one of them out` }] : [];
    }
    const stray = (["podLabels", "isolated"] as const).filter((member) => has(member));
    return [
        ...(has("cidrs")
            ? []
            : [{ reason: `${demand}, has none of them; write for example cidrs: ["203.0.113.25/32"]` }]),
        ...stray.map((member) => ({
            member,
            reason: "must come with namespaceName, which is missing; name the namespace or leave this out",
        })),
    ];
}

function nameFaults(others: EgressShape[], { name }: EgressShape): string[] {
    return name !== undefined && others.some((other) => other.name === name)
        ? [`must be a name of its own, is "${name}" once more`]
        : [];
}
