import * as pulumi from "@pulumi/pulumi";

/**
 * The server's release as the options of resources take it. A component takes its URN alone, because a reference to the
 * resource itself doesn't survive the way from a program in another language.
 */
export function serverRelease(urn: pulumi.Input<string> | undefined): pulumi.Resource | undefined {
    return urn === undefined
        ? undefined
        : Object.assign(new pulumi.DependencyResource(""), { urn: pulumi.output(urn) });
}
