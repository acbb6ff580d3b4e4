/** Values out of a fixed set. Pure; no Pulumi import. */

/** A check for one of the values of an `as const` object: other languages and YAML can pass any text. */
export function oneOf(choices: Record<string, string>): (value: string) => string | undefined {
    const values = Object.values(choices);
    return (value) =>
        values.includes(value)
            ? undefined
            : `must be one of ${values.map((each) => JSON.stringify(each)).join(", ")}, is ${JSON.stringify(value)}`;
}
