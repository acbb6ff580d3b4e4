import * as pulumi from "@pulumi/pulumi";

/**
 * An option for a check of what would be updated, in previews too: what it throws, the update fails with, before anything
 * happens.
 */
export function beforeUpdate(name: string, check: pulumi.ResourceHookFunction): Pick<pulumi.ResourceOptions, "hooks"> {
    // The mocks of a program's own unit tests have no engine that would call a hook, and fail on one.
    if (typeof pulumi.runtime.getMonitor()?.registerResourceHook !== "function") {
        return {};
    }
    return { hooks: { beforeUpdate: [new pulumi.ResourceHook(name, check, { onDryRun: true })] } };
}
