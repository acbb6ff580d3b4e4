/** Quota of a namespace and limits of its containers. Pure; no Pulumi import. */
import { bytesFault, parseQuantity } from "../quantity";

/** What the objects of a namespace may use together. */
export interface NamespaceQuota {
    pods: number;
    services: number;
    loadBalancers: number;
    nodePorts: number;
    cpuRequests: string;
    memoryRequests: string;
    memoryLimits: string;
    ephemeralStorageRequests: string;
}

/** What a container gets that asks for nothing. */
export interface ContainerLimits {
    cpuRequest: string;
    memoryRequest: string;
    memoryLimit: string;
    ephemeralStorageRequest: string;
    ephemeralStorageLimit: string;
}

/** A ResourceQuota's `spec.hard`. */
export function quotaHard(quota: NamespaceQuota): Record<string, string> {
    return {
        pods: String(quota.pods),
        services: String(quota.services),
        "services.loadbalancers": String(quota.loadBalancers),
        "services.nodeports": String(quota.nodePorts),
        "requests.cpu": quota.cpuRequests,
        "requests.memory": quota.memoryRequests,
        "limits.memory": quota.memoryLimits,
        "requests.ephemeral-storage": quota.ephemeralStorageRequests,
    };
}

/**
 * A LimitRange's `spec.limits`: the quota would refuse a container that names no resources, such as those of hook Jobs,
 * so it gets some. CPU has no default limit, since a throttled container helps nobody.
 */
export function containerLimits(limits: ContainerLimits) {
    return [
        {
            type: "Container",
            defaultRequest: {
                cpu: limits.cpuRequest,
                memory: limits.memoryRequest,
                "ephemeral-storage": limits.ephemeralStorageRequest,
            },
            default: { memory: limits.memoryLimit, "ephemeral-storage": limits.ephemeralStorageLimit },
        },
    ];
}

/** What is wrong between requests and limits, or undefined: the API server refuses a request above its limit. */
export function containerLimitsFault(limits: ContainerLimits): string | undefined {
    for (const kind of ["memory", "ephemeralStorage"] as const) {
        const [request, limit] = [limits[`${kind}Request`], limits[`${kind}Limit`]];
        const sound = !bytesFault(request) && !bytesFault(limit);
        if (sound && parseQuantity(request) > parseQuantity(limit)) {
            return `${kind}Request must not be greater than ${kind}Limit, is "${request}" over "${limit}"; raise the limit or lower the request`;
        }
    }
    return undefined;
}
