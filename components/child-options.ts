import type * as pulumi from "@pulumi/pulumi";

/** What the SDK's host for component packages makes of timeouts: none is an empty text, and one has another name. */
type GivenTimeouts = pulumi.CustomTimeouts & { pb_delete?: string };

/**
 * Options of everything that a component makes: it is the parent, and the timeouts that a program gives it are theirs.
 * The engine hands protection, retention and providers down by itself, timeouts not.
 */
export function childOptions(
    parent: pulumi.Resource,
    { customTimeouts }: pulumi.ComponentResourceOptions = {},
): pulumi.ResourceOptions {
    if (customTimeouts === undefined) {
        return { parent };
    }
    const { pb_delete, create, update, delete: deletion = pb_delete } = customTimeouts as GivenTimeouts;
    const given = Object.entries({ create, update, delete: deletion }).filter(([, duration]) => duration);
    return { parent, customTimeouts: Object.fromEntries(given) };
}
