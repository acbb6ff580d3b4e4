/** What the readers of a text take out of it: the values in JSON, YAML, SQL, CEL and URIs. Pure. */
import { parseAllDocuments } from "yaml";

/** The texts that a reader of the given one gets: itself, and the values within it, at any depth. */
export function decoded(text: string, depth = 2): string[] {
    const inner = [...leaves(structure(text)), ...literals(text), ...uriParts(text)];
    const further = inner.filter((each) => each !== text && each.length < text.length);
    return depth === 0 ? [text] : [text, ...further.flatMap((each) => decoded(each, depth - 1))];
}

/** All texts of a value, its keys included. */
export function leaves(value: unknown): string[] {
    if (typeof value === "string") {
        return [value];
    }
    if (typeof value !== "object" || value === null) {
        return [];
    }
    return Object.entries(value).flatMap(([key, member]) => [key, ...leaves(member)]);
}

/** JSON is YAML. */
function structure(text: string): unknown {
    const documents = parseAllDocuments(text);
    const sound = Array.isArray(documents) && documents.every(({ errors }) => errors.length === 0);
    return sound ? documents.map((document) => document.toJS({ maxAliasCount: 0 }) as unknown) : undefined;
}

/** What SQL and CEL have in quotes, without the quotes. A quote that isn't closed makes everything after it none. */
function literals(text: string): string[] {
    const found: string[] = [];
    const token = /E'((?:[^'\\]|''|\\.)*)'|'((?:[^']|'')*)'|"((?:[^"\\]|""|\\.)*)"/gs;
    for (const [, escaped, literal, identifier] of text.matchAll(token)) {
        if (escaped !== undefined) {
            found.push(escaped.replaceAll("''", "'").replaceAll("\\\\", "\\"));
        } else if (literal !== undefined) {
            found.push(literal.replaceAll("''", "'"));
        } else if (identifier !== undefined) {
            found.push(identifier.replaceAll('""', '"'), ...json(`"${identifier}"`));
        }
    }
    return found;
}

function json(text: string): string[] {
    try {
        return [JSON.parse(text) as string];
    } catch {
        return [];
    }
}

function uriParts(text: string): string[] {
    const parts =
        /^[a-z]+:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^/:?]*)(?::\d+)?(?:\/([^?#]*))?/s.exec(text)?.slice(1) ?? [];
    return parts.filter((part) => part !== undefined).map(component);
}

function component(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return "";
    }
}
