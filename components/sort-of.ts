/** What sort of value something is, for messages. Pure; no Pulumi import. */

const SORTS: Record<string, string> = {
    string: "a text",
    number: "a number",
    boolean: "a switch",
    object: "an object",
};

/** The sort of a value, without the value: a whole object may hold anything. */
export function sortOf(value: unknown): string {
    if (value === null) {
        return "null";
    }
    return Array.isArray(value) ? "a list" : (SORTS[typeof value] ?? `of type ${typeof value}`);
}
