/** What must hold between the members of ways out of the application and into it. Pure; no Pulumi import. */

/** A fault of one way, by its place in the list. */
export interface WayFault {
    index: number;
    /** Undefined for the way as a whole. */
    member?: string;
    reason: string;
}

/** What is known of a way before its values are. */
export interface WayShape {
    name: string | undefined;
    /** Whether a member is given. */
    has(member: "cidrs" | "namespaceName" | "podLabels" | "isolated"): boolean;
}

/** Every fault between the members of the ways of a list, and between their names. */
export function wayFaults(ways: WayShape[]): WayFault[] {
    return ways.flatMap((way, index) => [
        ...endFaults(way).map((fault) => ({ index, ...fault })),
        ...nameFaults(ways.slice(0, index), way).map((reason) => ({ index, member: "name", reason })),
    ]);
}

function endFaults({ has }: WayShape): Omit<WayFault, "index">[] {
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

function nameFaults(others: WayShape[], { name }: WayShape): string[] {
    return name !== undefined && others.some((other) => other.name === name)
        ? [`must be a name of its own, is "${name}" once more`]
        : [];
}
