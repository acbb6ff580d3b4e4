/** Access to the fields of Kubernetes objects, whose shape only the API server knows. */
import type { Props } from "../wire";

/** The value at a path, or undefined when there is none. */
export function field(value: unknown, ...path: string[]): unknown {
    return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

export function text(value: unknown, ...path: string[]): string {
    const found = field(value, ...path);
    return typeof found === "string" ? found : "";
}

export function integer(value: unknown, ...path: string[]): number {
    const found = field(value, ...path);
    return typeof found === "number" ? found : 0;
}

/** The members of a list; empty when there is no list. */
export function list(value: unknown, ...path: string[]): unknown[] {
    const found = field(value, ...path);
    return Array.isArray(found) ? found : [];
}

/** The entries of a map; empty when there is no map. */
export function map(value: unknown, ...path: string[]): Props {
    const found = field(value, ...path);
    return isObject(found) ? found : {};
}

export function annotation(object: unknown, name: string): string {
    return text(object, "metadata", "annotations", name);
}

export function isObject(value: unknown): value is Props {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
