/** What an upgrade from a release would delete, replace or take away. Pure. */
import { isDeepStrictEqual } from "node:util";
import { fixedInputs, GUARD } from "./fixed-inputs";
import { type Known, partsOf } from "./urns";

/** A resource as a release makes it. */
export interface ReleasedResource {
    urn: string;
    /** Inputs that can't change without replacing it, or that others know it by. Secret ones are left out. */
    fixed: Record<string, unknown>;
}

/** A component as a release offers it: names of arguments and outputs, with their types. */
export interface ReleasedComponent {
    token: string;
    required: string[];
    inputs: Record<string, string>;
    outputs: Record<string, string>;
}

/** What would happen to the resources of a stack, one sentence each. */
export function resourceBreaches(released: ReleasedResource[], present: Known[]): string[] {
    const successors = new Map(present.flatMap((each) => each.formerUrns.map((urn) => [urn, each])));
    for (const each of present) {
        successors.set(each.urn, each);
    }
    return released.flatMap(({ urn, fixed }) => {
        const successor = successors.get(urn);
        return successor === undefined ? [deleted(urn)] : replaced(urn, fixed, fixedInputs(successor.registration));
    });
}

function deleted(urn: string): string {
    const { name, type } = partsOf(urn);
    return `${urn} would be deleted: register it again, or tell the resource that takes its place what it was, by aliases: [{ name: ${JSON.stringify(name)}, type: ${JSON.stringify(type)} }] and the parent if that differs`;
}

function replaced(urn: string, before: Record<string, unknown>, now: Record<string, unknown>): string[] {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    // A guard of data may take a further setting under its wing, and let one go.
    const told = partsOf(urn).type === GUARD ? keys.filter((key) => key in before && key in now) : keys;
    return told
        .filter((key) => !isDeepStrictEqual(before[key], now[key]))
        .map(
            (key) =>
                `${urn} would be replaced: its ${key} was ${shown(before[key])} and would be ${shown(now[key])}; keep it, also when its default changes`,
        );
}

/** What programs could no longer say or read, one sentence each. */
export function componentBreaches(released: ReleasedComponent[], present: ReleasedComponent[]): string[] {
    return released.flatMap((before) => {
        const now = present.find(({ token }) => token === before.token);
        if (now === undefined) {
            return [`${before.token} is gone: keep the class under its token, and deprecate it before it goes`];
        }
        return [
            ...changedMembers(before.token, "output", before.outputs, now.outputs),
            ...changedMembers(before.token, "argument", before.inputs, now.inputs),
            ...now.required
                .filter((name) => !before.required.includes(name))
                .map(
                    (name) => `${before.token}: argument ${name} must now be given: let it be left out, with a default`,
                ),
        ];
    });
}

function changedMembers(
    token: string,
    what: string,
    before: Record<string, string>,
    now: Record<string, string>,
): string[] {
    return Object.entries(before)
        .filter(([name, type]) => now[name] !== type)
        .map(([name, type]) => {
            const found = now[name] === undefined ? "is gone" : `was ${type} and is ${now[name]}`;
            return `${token}: ${what} ${name} ${found}: keep it, and add the new one beside it`;
        });
}

function shown(value: unknown): string {
    return value === undefined ? "left out" : JSON.stringify(value);
}
