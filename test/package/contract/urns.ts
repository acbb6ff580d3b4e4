/**
 * The URNs of what a program registers, those of today and those that its aliases tell of: what the engine would take for
 * the same resource. The rules are the engine's own (pkg/resource/deploy/step_generator.go, generateAliases). Pure.
 */
import type { AliasRequest, Registration } from "../../unit/support/recorder";

/** A registration with the URN that the engine gives it, and those that it may have had. */
export interface Known {
    registration: Registration;
    urn: string;
    formerUrns: string[];
}

/** The recorder's own URNs know a parent's type alone; these know the whole line of parents, like the engine's. */
export function knownResources(all: Registration[]): Known[] {
    const byRecordedUrn = new Map<string, Known>();
    for (const registration of all) {
        // A parent is registered before its children.
        byRecordedUrn.set(registration.urn, known(registration, byRecordedUrn));
    }
    return [...byRecordedUrn.values()];
}

function known(registration: Registration, others: Map<string, Known>): Known {
    const { urn: recorded, type, name, aliases } = registration;
    const parent = others.get(registration.parent);
    const own = aliases.map((alias) => aliasUrn(alias, registration, others));
    const before = [`${prefixOf(recorded)}::${type}::${name}`, ...own];
    const inherited = (parent?.formerUrns ?? []).flatMap((parentUrn) =>
        before.map((urn) => inheritedUrn(urn, parent?.registration.name ?? "", parentUrn)),
    );
    return {
        registration,
        urn: urnBelow(parent?.urn, prefixOf(recorded), type, name),
        formerUrns: [...own, ...inherited],
    };
}

function aliasUrn({ urn, spec }: AliasRequest, registration: Registration, others: Map<string, Known>): string {
    if (spec === undefined) {
        return urn;
    }
    const { project, stack } = partsOf(registration.urn);
    const parent = spec.noparent ? undefined : others.get(spec.parenturn || registration.parent)?.urn;
    const prefix = `urn:pulumi:${spec.stack || stack}::${spec.project || project}`;
    return urnBelow(parent, prefix, spec.type || registration.type, spec.name || registration.name);
}

/** The child of a parent that had another URN: a name that begins with the parent's name changes with it. */
function inheritedUrn(childUrn: string, parentName: string, parentUrn: string): string {
    const child = partsOf(childUrn);
    const name = child.name.startsWith(parentName)
        ? partsOf(parentUrn).name + child.name.slice(parentName.length)
        : child.name;
    return urnBelow(parentUrn, prefixOf(childUrn), child.type, name);
}

function urnBelow(parent: string | undefined, prefix: string, type: string, name: string): string {
    const line = parent === undefined ? type : `${parent.split("::")[2]}$${type}`;
    return `${prefix}::${line}::${name}`;
}

function prefixOf(urn: string): string {
    return urn.split("::", 2).join("::");
}

/** The parts of a URN; a name may hold "::", too. */
export function partsOf(urn: string): { stack: string; project: string; type: string; name: string } {
    const [stack = "", project = "", types = "", ...name] = urn.split("::");
    return {
        stack: stack.replace("urn:pulumi:", ""),
        project,
        type: types.split("$").at(-1) ?? "",
        name: name.join("::"),
    };
}
