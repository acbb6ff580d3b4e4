/** Defaults of nested arguments. Pure; no Pulumi import. */

/** The defaults with what is given in their place; a member that is undefined counts as left out. */
export function withDefaults<D extends object, G extends { [K in keyof D]?: unknown }>(
    defaults: D,
    given: G | undefined,
): { [K in keyof D]: D[K] | Exclude<G[K], undefined> } {
    const present = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
    return { ...defaults, ...Object.fromEntries(present) } as { [K in keyof D]: D[K] | Exclude<G[K], undefined> };
}
