import * as pulumi from "@pulumi/pulumi";
import { subdomainFault } from "../names";
import type { Validation } from "../validation";
import { BINDING_ROOT } from "./pod-spec";
import { bindingNameFault, duplicateBindingFault, variablePrefix } from "./workload-rules";

/** Credentials for the application. */
export interface ServiceBindingArgs {
    /** Name of the binding; its files lie in `/bindings/<bindingName>`. */
    bindingName: pulumi.Input<string>;
    /** Secret in the workload's namespace whose entries become the files. */
    secretName: pulumi.Input<string>;
    /** A text that changes with the credentials and restarts the pods. It is shown, so it must not be one of them. */
    version: pulumi.Input<string>;
    /**
     * Whether the entries become environment variables too. Danger: every child process inherits them, and crash reports
     * and debug pages show them. Plain. Defaults to false.
     */
    allowEnvironment?: boolean | undefined;
}

/** A binding with every value checked. */
export interface CheckedBinding {
    bindingName: pulumi.Output<string>;
    secretName: pulumi.Output<string>;
    version: pulumi.Output<string>;
    allowEnvironment: boolean;
}

/** Checks the bindings of a workload. */
export function checkBindings(validation: Validation, bindings: ServiceBindingArgs[]): CheckedBinding[] {
    validation.value(
        "serviceBindings",
        bindings.map(({ bindingName }) => ({ bindingName })) as { bindingName: string }[],
        duplicateBindingFault,
    );
    return bindings.map(({ bindingName, secretName, version, allowEnvironment = false }, index) => ({
        bindingName: validation.value(`serviceBindings[${index}].bindingName`, bindingName, bindingNameFault),
        secretName: validation.value(`serviceBindings[${index}].secretName`, secretName, subdomainFault),
        version: validation.value(`serviceBindings[${index}].version`, version),
        allowEnvironment,
    }));
}

/** The binding as a folder of the pod. */
export function boundSecret({ bindingName, secretName }: CheckedBinding) {
    return {
        volumeName: pulumi.interpolate`binding-${bindingName}`,
        secretName,
        mountPath: pulumi.interpolate`${BINDING_ROOT}/${bindingName}`,
    };
}

/** Annotations that change with the credentials: a Deployment restarts its pods only when their template changes. */
export function bindingVersions(bindings: CheckedBinding[]): pulumi.Output<Record<string, string>> | undefined {
    if (bindings.length === 0) {
        return undefined;
    }
    return pulumi
        .all(bindings.map(({ bindingName, version }) => pulumi.output({ bindingName, version })))
        .apply((known) =>
            Object.fromEntries(
                known.map(({ bindingName, version }) => [`bulwark.dev/binding-${bindingName}`, version]),
            ),
        );
}

/** The container's `envFrom`: the bindings that may be in the environment. */
export function environmentSources(bindings: CheckedBinding[]) {
    const sources = bindings
        .filter(({ allowEnvironment }) => allowEnvironment)
        .map(({ bindingName, secretName }) => ({
            prefix: bindingName.apply(variablePrefix),
            secretRef: { name: secretName },
        }));
    return sources.length > 0 ? sources : undefined;
}
