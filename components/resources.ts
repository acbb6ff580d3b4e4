import type * as pulumi from "@pulumi/pulumi";
import { bytesFault, parseQuantity, quantityFault } from "./quantity";
import type { Validation } from "./validation";
import { withDefaults } from "./with-defaults";

/** Compute resources of one container. What is left out falls back to the component's own default. */
export interface ComputeResourcesArgs {
    /** CPU that the scheduler reserves, such as `250m`. */
    cpuRequest?: pulumi.Input<string> | undefined;
    /** CPU that the container may use at most, such as `1`. */
    cpuLimit?: pulumi.Input<string> | undefined;
    /** Memory that the scheduler reserves, such as `512Mi`. */
    memoryRequest?: pulumi.Input<string> | undefined;
    /** Memory above which the container is killed, such as `1Gi`. */
    memoryLimit?: pulumi.Input<string> | undefined;
    /** Disk space outside volumes that the scheduler reserves, such as `64Mi`. */
    ephemeralStorageRequest?: pulumi.Input<string> | undefined;
    /** Disk space outside volumes above which the pod is evicted, such as `1Gi`. */
    ephemeralStorageLimit?: pulumi.Input<string> | undefined;
}

/** The same values, all present. */
export type ComputeResources = Required<{ [K in keyof ComputeResourcesArgs]: string }>;

/** A container's `resources` in the shape that Kubernetes and the charts want. */
export interface ResourceRequirements {
    requests: Record<string, string>;
    limits: Record<string, string>;
}

/** The arguments over the defaults, checked and in Kubernetes' shape. */
export function resourceRequirements(
    check: Validation,
    path: string,
    args: ComputeResourcesArgs | undefined,
    defaults: ComputeResources,
): pulumi.Output<ResourceRequirements> {
    const all = withDefaults(defaults, args) as pulumi.Input<ComputeResources>;
    return check.value(path, all, resourcesFault).apply(toRequirements);
}

/** What is wrong with a container's resources, or undefined. */
export function resourcesFault(values: ComputeResources): string | undefined {
    for (const [name, value] of Object.entries(values)) {
        const fault = name.startsWith("cpu") ? quantityFault(value) : bytesFault(value);
        if (fault) {
            return `${name} ${fault}`;
        }
    }
    for (const kind of ["cpu", "memory", "ephemeralStorage"] as const) {
        const [request, limit] = [values[`${kind}Request`], values[`${kind}Limit`]];
        if (parseQuantity(request) > parseQuantity(limit)) {
            return `${kind}Request must not be greater than ${kind}Limit, is "${request}" over "${limit}"; raise the limit or lower the request`;
        }
    }
    return undefined;
}

/** The values in the shape that Kubernetes wants. */
export function toRequirements(values: ComputeResources): ResourceRequirements {
    return {
        requests: {
            cpu: values.cpuRequest,
            memory: values.memoryRequest,
            "ephemeral-storage": values.ephemeralStorageRequest,
        },
        limits: {
            cpu: values.cpuLimit,
            memory: values.memoryLimit,
            "ephemeral-storage": values.ephemeralStorageLimit,
        },
    };
}
