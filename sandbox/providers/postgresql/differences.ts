/** What differs between the server and the program, and what follows from it. Pure. */
import type { Properties } from "../properties";
import type { Difference } from "../resource-type";
import { isUnknown, type Props, sameValue } from "../wire";

export interface Rules {
    properties: Properties;
    /** Left to the server when the program doesn't set them. */
    computed?: readonly string[];
    /** Changed by replacement only. */
    replaced?: readonly string[];
    deleteBeforeReplace?: boolean;
}

/** Compares the last known state of the server, not the last inputs: so a refresh makes drift visible. */
export function differences(rules: Rules, state: Props, olds: Props, news: Props): Difference {
    const changed = Object.keys(rules.properties).filter((name) => {
        if (news[name] === undefined && rules.computed?.includes(name) && olds[name] === undefined) {
            return false;
        }
        return isUnknown(news[name]) || !sameValue(filled(state[name]), filled(news[name]));
    });
    return {
        changed,
        replace: changed.filter((name) => rules.replaced?.includes(name)),
        deleteBeforeReplace: rules.deleteBeforeReplace ?? false,
    };
}

/** The inputs that describe what was found: those that the program gave, and whatever else is set. */
export function foundInputs(properties: Properties, computed: readonly string[], inputs: Props, found: Props): Props {
    const names = Object.keys(properties).filter(
        (name) => inputs[name] !== undefined || (!computed.includes(name) && filled(found[name]) !== undefined),
    );
    return Object.fromEntries(names.map((name) => [name, found[name]]));
}

/** Sorts the lists whose order means nothing. */
export function sorted(inputs: Props, names: readonly string[]): Props {
    const result = { ...inputs };
    for (const name of names) {
        const list = inputs[name];
        if (Array.isArray(list) && !list.some(isUnknown)) {
            result[name] = [...new Set(list)].sort();
        }
    }
    return result;
}

/** Absent, empty and zero are one and the same to the provider. */
function filled(value: unknown): unknown {
    const empty = value === "" || value === 0 || value === false || (Array.isArray(value) && value.length === 0);
    return empty ? undefined : (value ?? undefined);
}
