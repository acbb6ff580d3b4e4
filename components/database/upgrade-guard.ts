import * as pulumi from "@pulumi/pulumi";
import { majorVersionOfTag, upgradeFault } from "./major-version";
import { MAJOR_VERSION_ANNOTATION } from "./postgresql-values";

/** The part of a release's inputs that tells which server it runs. */
interface ReleaseInputs {
    name?: unknown;
    values?: { image?: { tag?: unknown }; primary?: { annotations?: Record<string, unknown> } };
}

/**
 * Refuses an update of the server's release to another major version, in previews already: with what the last update
 * gave to the release. For the release's options. A release of another name is another server with a volume of its own, which is no update.
 */
export function upgradeGuard(name: string): { hooks?: pulumi.ResourceHookBinding } {
    // The mocks of a program's own unit tests have no engine that would call a hook, and fail on one.
    if (typeof pulumi.runtime.getMonitor()?.registerResourceHook !== "function") {
        return {};
    }
    const hook = new pulumi.ResourceHook(`${name}-upgrade-guard`, refuseUpgrade, { onDryRun: true });
    return { hooks: { beforeUpdate: [hook] } };
}

/**
 * The hook itself.
 *
 * @throws RangeError with the way to the other version.
 */
export function refuseUpgrade({
    oldInputs,
    newInputs,
}: Pick<pulumi.ResourceHookArgs, "oldInputs" | "newInputs">): void {
    const [before, after] = [oldInputs, newInputs] as [ReleaseInputs | undefined, ReleaseInputs | undefined];
    const fault = upgradeFault(String(after?.name), majorVersionIn(before), majorVersionIn(after));
    if (fault) {
        throw new RangeError(fault);
    }
}

/** The recorded major version; that of the image's tag where an older Bulwark has recorded none. */
function majorVersionIn(inputs: ReleaseInputs | undefined): number | undefined {
    const { image, primary } = inputs?.values ?? {};
    const recorded = primary?.annotations?.[MAJOR_VERSION_ANNOTATION];
    const tag = image?.tag;
    return majorVersionOfTag(typeof recorded === "string" ? recorded : typeof tag === "string" ? tag : undefined);
}
