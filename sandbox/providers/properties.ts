/** The properties that a stand-in implements for a resource type; everything else is refused by name. */
import type { CheckFailure } from "./resource-type";
import { isUnknown, type Props } from "./wire";

/** The kinds of property values. */
const KINDS = {
    string: (value: unknown) => typeof value === "string",
    integer: (value: unknown) => Number.isInteger(value),
    boolean: (value: unknown) => typeof value === "boolean",
    strings: (value: unknown) => Array.isArray(value) && value.every((item) => isUnknown(item) || isString(item)),
    stringMap: (value: unknown) =>
        isMap(value) && Object.values(value).every((item) => isUnknown(item) || isString(item)),
    object: isMap,
};

export interface Property {
    kind: keyof typeof KINDS;
    required?: boolean;
    default?: unknown;
    /** The only values that are accepted. */
    values?: readonly string[];
    /** The least value of an integer. */
    minimum?: number;
}

export type Properties = Record<string, Property>;

/** Fills in the defaults and reports every property that is missing, of the wrong kind or not implemented. */
export function checkProperties(properties: Properties, news: Props): { inputs: Props; failures: CheckFailure[] } {
    const inputs: Props = {};
    const failures: CheckFailure[] = [];
    for (const name of Object.keys(news)) {
        if (news[name] !== null && !properties[name]) {
            failures.push({ property: name, reason: "the offline stand-in does not implement this property" });
        }
    }
    for (const [name, property] of Object.entries(properties)) {
        const value = news[name] ?? property.default;
        if (value === undefined) {
            if (property.required) {
                failures.push({ property: name, reason: "is required" });
            }
            continue;
        }
        inputs[name] = value;
        const reason = isUnknown(value) ? undefined : fault(property, value);
        if (reason) {
            failures.push({ property: name, reason });
        }
    }
    return { inputs, failures };
}

function fault({ kind, values, minimum }: Property, value: unknown): string | undefined {
    if (!KINDS[kind](value)) {
        return `must be of kind ${kind}`;
    }
    const given = Array.isArray(value) ? value : [value];
    if (values && given.some((item) => !isUnknown(item) && !values.includes(String(item)))) {
        return `must be one of ${values.join(", ")}`;
    }
    return minimum !== undefined && Number(value) < minimum ? `must be at least ${minimum}` : undefined;
}

function isString(value: unknown): boolean {
    return typeof value === "string";
}

function isMap(value: unknown): value is Props {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
