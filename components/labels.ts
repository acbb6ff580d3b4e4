import * as pulumi from "@pulumi/pulumi";
import { labelsFault } from "./label-rules";
import type { Validation } from "./validation";

/** Labels for an object, whose values may be known only later. */
export type Labels = pulumi.Input<Record<string, pulumi.Input<string>>>;

/**
 * The recommended labels of Kubernetes on top of the user's own. The standard ones win: selectors and policies
 * rely on them (https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/).
 */
export function standardLabels(
    part: { name: pulumi.Input<string>; instance: pulumi.Input<string>; component: string },
    userLabels: Labels = {},
): pulumi.Output<Record<string, string>> {
    return pulumi.all([userLabels, part.name, part.instance]).apply(
        ([own, name, instance]): Record<string, string> => ({
            ...own,
            "app.kubernetes.io/name": name,
            "app.kubernetes.io/instance": instance,
            "app.kubernetes.io/component": part.component,
            "app.kubernetes.io/part-of": "bulwark",
            "app.kubernetes.io/managed-by": "pulumi",
        }),
    );
}

/** Checks the labels that the user wants on every object of a component. */
export function checkLabels(validation: Validation, userLabels: Labels | undefined): void {
    validation.optional("labels", userLabels as pulumi.Input<Record<string, string>> | undefined, labelsFault);
}
