import { parse } from "yaml";

/** The least that a stack must say; everything else has a default. */
const SOUND = {
    workload: { image: "ghcr.io/example/app:1.4.2" },
    ingress: { tls: { clusterIssuer: "letsencrypt" } },
};

/** Sound settings with others, as in a stack's file, over them. */
export function soundSettings(yaml = "{}"): Record<string, unknown> {
    return merged(structuredClone(SOUND), parse(yaml)) as Record<string, unknown>;
}

function merged(base: unknown, over: unknown): unknown {
    if (!isObject(base) || !isObject(over)) {
        return over;
    }
    const members = Object.entries(over).map(([key, value]) => [
        key,
        Object.hasOwn(base, key) ? merged(base[key], value) : value,
    ]);
    // Not by assignment: a setting called `__proto__` must stay one.
    return Object.fromEntries([...Object.entries(base), ...members]);
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
