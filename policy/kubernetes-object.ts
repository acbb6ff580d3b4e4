/** Kubernetes objects as the engine shows them to policies. */
import { UnknownValueError } from "@pulumi/policy";

/** Inputs of a Kubernetes resource, read as far as they are known. */
export interface KubernetesObject {
    /** API group; empty for the core group. */
    group: string;
    kind: string;
    /** The object, without what is not known yet. */
    object: { kind: string; metadata?: { name?: string; namespace?: string }; [field: string]: unknown };
    /** What was met first of what is not known yet. A finding may then be about nothing but the gap. */
    unknown?: UnknownValueError;
}

const TOKEN = /^kubernetes:(?<group>[^/:]+)\/[^/:]+:(?<kind>[A-Za-z]+)$/;

/** The object that a resource of the Kubernetes provider makes, or undefined: another provider's, a list or a patch. */
export function kubernetesObject(type: string, props: Record<string, unknown>): KubernetesObject | undefined {
    const { group, kind } = TOKEN.exec(type)?.groups ?? {};
    if (group === undefined || kind === undefined || group === "helm.sh" || /(List|Patch)$/.test(kind)) {
        return undefined;
    }
    const { value, unknown } = knownPart(props);
    const object = { ...(value as Record<string, unknown>), kind };
    return { group: group === "core" ? "" : group, kind, object, ...(unknown && { unknown }) };
}

/** A copy of a value without what is not known yet. The engine's proxies throw when such a thing is touched. */
export function knownPart(value: unknown): { value: unknown; unknown?: UnknownValueError } {
    let unknown: UnknownValueError | undefined;
    const copy = (part: unknown): unknown => {
        if (Array.isArray(part)) {
            return [...part.keys()].flatMap((index) => member(() => part[index]));
        }
        if (typeof part !== "object" || part === null) {
            return part;
        }
        return Object.fromEntries(
            Object.keys(part).flatMap((key) =>
                member(() => (part as Record<string, unknown>)[key]).map((known) => [key, known]),
            ),
        );
    };
    const member = (read: () => unknown): unknown[] => {
        try {
            return [copy(read())];
        } catch (error) {
            if (!(error instanceof UnknownValueError)) {
                throw error;
            }
            unknown ??= error;
            return [];
        }
    };
    const known = copy(value);
    return { value: known, ...(unknown && { unknown }) };
}
