/** What an Ingress says to ingress-nginx in annotations, and the arithmetic of its limits. Pure; no Pulumi import. */
import { wholeNumber } from "../numbers";

const PREFIX = "nginx.ingress.kubernetes.io";

/** Limits for each client address, in each replica of the controller. */
export interface RequestLimits {
    requestsPerSecond: number;
    /** The burst is this many times the requests of one second. */
    burstMultiplier: number;
    /** Connections at the same time. */
    connections: number;
    /** Largest request body, such as `1m`. */
    maxBodySize: string;
}

/** Bounds of the limits: 0 would switch a limit off or make a configuration that NGINX refuses. */
export const LIMIT_RULES = {
    requestsPerSecond: wholeNumber(1, 100_000),
    burstMultiplier: wholeNumber(1, 1_000),
    connections: wholeNumber(1, 65_535),
    maxBodySize: bodySizeFault,
};

/** The annotations that protect an Ingress. */
export function protectionAnnotations(limits: RequestLimits, headersConfigMap: string): Record<string, string> {
    return {
        [`${PREFIX}/limit-rps`]: String(limits.requestsPerSecond),
        [`${PREFIX}/limit-burst-multiplier`]: String(limits.burstMultiplier),
        [`${PREFIX}/limit-connections`]: String(limits.connections),
        [`${PREFIX}/proxy-body-size`]: limits.maxBodySize,
        [`${PREFIX}/ssl-redirect`]: "true",
        [`${PREFIX}/custom-headers`]: headersConfigMap,
    };
}

/** How many requests beyond the steady rate one replica takes at once: NGINX's `burst`. */
export function burstSize(limits: Pick<RequestLimits, "requestsPerSecond" | "burstMultiplier">): number {
    return limits.requestsPerSecond * limits.burstMultiplier;
}

/**
 * The most requests of one client that pass within a time, over all replicas of the controller: the first, the burst,
 * and what the steady rate lets through since.
 */
export function mostAdmitted(
    limits: Pick<RequestLimits, "requestsPerSecond" | "burstMultiplier">,
    replicas: number,
    seconds: number,
): number {
    return replicas * (1 + burstSize(limits) + Math.floor(limits.requestsPerSecond * seconds));
}

/** What is wrong with the path of an Ingress, or undefined: the controller refuses anything else for `Prefix`. */
export function pathFault(text: string): string | undefined {
    return /^\/[A-Za-z0-9._\-/]*$/.test(text)
        ? undefined
        : `must start with "/" and have letters, digits, ".", "_", "-" and "/" only, is ${JSON.stringify(text)}; write for example "/shop"`;
}

function bodySizeFault(text: string): string | undefined {
    return /^[1-9]\d{0,5}[kmg]$/.test(text)
        ? undefined
        : `must be a whole number greater than 0 and its unit (k, m or g), is ${JSON.stringify(text)}; write for example "1m"`;
}
