import type * as pulumi from "@pulumi/pulumi";
import { majorVersionOfTag, upgradeFault } from "./major-version";
import { MAJOR_VERSION_ANNOTATION } from "./postgresql-values";
import { beforeUpdate } from "./update-hook";

/** The part of a release's inputs that tells which server it runs. */
interface ReleaseInputs {
    name?: unknown;
    values?: { image?: { tag?: unknown }; primary?: { annotations?: Record<string, unknown> } };
}

/**
 * An option of the server's release: refuses an update to another major version, in previews already, by what the last
 * update gave to the release. A release of another name is another server with a volume of its own, which is no update.
 */
export function upgradeGuard(name: string): Pick<pulumi.ResourceOptions, "hooks"> {
    return beforeUpdate(`${name}-upgrade-guard`, refuseUpgrade);
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
