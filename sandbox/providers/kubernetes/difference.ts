/** What changed between two sets of inputs, and what of it needs a new object. Pure. */
import type { Difference } from "../resource-type";
import { isUnknown, type Props } from "../wire";
import { annotation, field, isObject, text } from "./fields";
import { AUTONAMED } from "./inputs";
import type { Kind } from "./kinds";
import { jobVerdict } from "./readiness";

export interface Mutability {
    /** Whether a Secret's data may be changed in place. */
    secrets: boolean;
    /** Whether a ConfigMap's data may be changed in place. */
    configMaps: boolean;
}

const IDENTITY = ["metadata.name", "metadata.namespace"];

/** Maps below these hold resource quantities, which can be written in several ways. */
const QUANTITIES = new Set([
    "capacity",
    "default",
    "defaultRequest",
    "hard",
    "limits",
    "max",
    "maxLimitRequestRatio",
    "min",
    "requests",
    "sizeLimit",
]);

/** How the new inputs differ from the old ones. */
export function difference(kind: Kind, olds: Props, news: Props, mutability: Mutability): Difference {
    const changed = changedPaths(olds, news);
    const fixed = kind.patch ? IDENTITY : [...IDENTITY, ...immutableFields(kind, news, mutability)];
    const replace = changed.filter((path) => fixed.some((other) => isWithin(path, other) || isWithin(other, path)));
    // Two objects can't have one name: the old one has to go first, unless the new one gets a name of its own.
    const sameName = IDENTITY.every((path) => field(olds, ...path.split(".")) === field(news, ...path.split(".")));
    const autonamed = annotation(news, AUTONAMED) === "true";
    return {
        changed: topLevel(changed),
        replace: topLevel(replace),
        deleteBeforeReplace: replace.length > 0 && sameName && !autonamed,
    };
}

/**
 * Like the real provider, which replaces a Job that asks for it by its annotation and has not completed: a Job that
 * failed stays failed, so there is nothing to update.
 */
export function withUnready(found: Difference, kind: Kind, news: Props, live: Props | undefined): Difference {
    const asked = kind.kind === "Job" && annotation(news, "pulumi.com/replaceUnready") === "true";
    if (!asked || live === undefined || found.replace.length > 0 || jobVerdict(live).state === "ready") {
        return found;
    }
    return { changed: [...found.changed, "status"], replace: ["status"], deleteBeforeReplace: true };
}

/** The engine shows what changed in the properties that it is told of, and knows only whole ones. */
function topLevel(paths: string[]): string[] {
    return [...new Set(paths.map((path) => path.split(/[.[]/, 1)[0] ?? path))];
}

/** Like the real provider, which replaces Secrets and ConfigMaps so that pods that name them start anew. */
function immutableFields(kind: Kind, news: Props, mutability: Mutability): string[] {
    const immutable = news.immutable === true;
    if (kind.kind === "Secret" && (immutable || !mutability.secrets)) {
        return [...kind.replaceOn, "data"];
    }
    if (kind.kind === "ConfigMap" && (immutable || !mutability.configMaps)) {
        return [...kind.replaceOn, "data", "binaryData"];
    }
    return kind.replaceOn;
}

function isWithin(path: string, outer: string): boolean {
    return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}

/** The paths of the values that differ; a list of another length is named as a whole. */
export function changedPaths(olds: unknown, news: unknown, path: string[] = []): string[] {
    if (isUnknown(olds) || isUnknown(news)) {
        return [render(path)];
    }
    if (isObject(olds) && isObject(news)) {
        const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
        return keys.flatMap((key) => changedPaths(olds[key], news[key], [...path, key]));
    }
    if (Array.isArray(olds) && Array.isArray(news) && olds.length === news.length) {
        return olds.flatMap((item, index) => changedPaths(item, news[index], [...path, `[${index}]`]));
    }
    return sameScalar(olds, news, path) ? [] : [render(path)];
}

/**
 * The inputs with every value that the live object has otherwise: what a refresh finds. Fields that the inputs don't
 * mention belong to the cluster.
 */
export function driftedInputs(inputs: unknown, live: unknown, path: string[] = []): unknown {
    if (isObject(inputs) && isObject(live)) {
        const entries = Object.entries(inputs).map(([key, value]) => [
            key,
            driftedInputs(value, live[key], [...path, key]),
        ]);
        return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
    }
    if (Array.isArray(inputs) && Array.isArray(live) && inputs.length === live.length) {
        return inputs.map((item, index) => driftedInputs(item, live[index], [...path, `[${index}]`]));
    }
    // The API server leaves out what is empty or false anyway.
    const dropped = live === undefined && isEmpty(inputs);
    return dropped || sameScalar(inputs, live, path) ? inputs : live;
}

function sameScalar(left: unknown, right: unknown, path: string[]): boolean {
    if ((left ?? null) === (right ?? null)) {
        return true;
    }
    const quantity = path[0] === "spec" && path.some((key) => QUANTITIES.has(key));
    const [first, second] = [quantityValue(left), quantityValue(right)];
    return quantity && first !== undefined && first === second;
}

const SUFFIXES = ["", "k", "M", "G", "T", "P", "E"];

/** A quantity in thousandths of its unit. */
function quantityValue(value: unknown): number | undefined {
    const parts = /^(\d+(?:\.\d+)?)(m|[kKMGTPE]i?)?$/.exec(String(value));
    if (!parts) {
        return undefined;
    }
    const [, digits, suffix = ""] = parts;
    const power = SUFFIXES.indexOf(suffix.charAt(0).replace("K", "k"));
    const factor = suffix === "m" ? 1 : 1000 * (suffix.endsWith("i") ? 1024 : 1000) ** power;
    return Math.round(Number(digits) * factor);
}

function isEmpty(value: unknown): boolean {
    const hollow = isObject(value) ? Object.values(value).every(isEmpty) : Array.isArray(value) && value.length === 0;
    return hollow || value === null || value === false || value === 0 || value === "";
}

function render(path: string[]): string {
    return path.join(".").replaceAll(".[", "[");
}

/** The name of an object as messages show it. */
export function displayName(object: unknown): string {
    const namespace = text(object, "metadata", "namespace");
    return `${namespace ? `${namespace}/` : ""}${text(object, "metadata", "name")}`;
}
