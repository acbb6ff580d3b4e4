/** Rules of a workload: what its settings may be, and what follows from them. Pure; no Pulumi import. */
import { parseImage } from "../image";
import { dnsLabelFault } from "../names";
import { BINDING_ROOT_VARIABLE } from "./pod-spec";

/** The node's copy will do when the name always means the same image; otherwise the registry is asked each time. */
export function pullPolicy(image: string): string {
    const { tag, digest } = parseImage(image) ?? {};
    return digest || (tag && tag !== "latest") ? "IfNotPresent" : "Always";
}

/**
 * How many pods a node drain may take at once: one. A single replica may go too, or the node could never be drained:
 * `minAvailable: 1` would block it for good. Broken pods may always go.
 */
export function disruptionBudget(replicas: number) {
    const budget: { minAvailable?: number; maxUnavailable?: number } =
        replicas > 1 ? { minAvailable: replicas - 1 } : { maxUnavailable: 1 };
    return { ...budget, unhealthyPodEvictionPolicy: "AlwaysAllow" };
}

/** The container's `env`, in an order that doesn't change. */
export function environmentVariables(environment: Record<string, string>): { name: string; value: string }[] {
    return Object.entries(environment)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => ({ name, value }));
}

/** What the variables of a binding start with, so that none of its entries can become a `PATH` or `NODE_OPTIONS`. */
export function variablePrefix(bindingName: string): string {
    return `${bindingName.toUpperCase().replaceAll("-", "_")}_`;
}

/** What is wrong with environment variables, or undefined. */
export function environmentFault(environment: Record<string, string>): string | undefined {
    for (const name of Object.keys(environment)) {
        if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
            return `must have names of letters, digits and "_", not starting with a digit, has ${JSON.stringify(name)}; write for example "LOG_LEVEL"`;
        }
        if (name === BINDING_ROOT_VARIABLE) {
            return `must not have ${JSON.stringify(name)}, which names the folder of the service bindings`;
        }
    }
    return undefined;
}

/** What is wrong with a value that everybody reads who may read pods, given whether it holds a secret, or undefined. */
export function secretFault(holdsSecret: boolean): string | undefined {
    return holdsSecret
        ? "must not hold a secret, which everybody could read who may read pods; put it into a Secret and give that as one of `serviceBindings`"
        : undefined;
}

/** What is wrong with the path of a probe, or undefined. */
export function probePathFault(path: string): string | undefined {
    return typeof path === "string" && /^\/[\x21-\x7e]*$/.test(path)
        ? undefined
        : `must be a URL path that starts with "/", is ${JSON.stringify(path)}; write for example "/healthz"`;
}

/** What is wrong with the name of a binding, or undefined: an annotation's and a volume's name are made from it. */
export function bindingNameFault(name: string): string | undefined {
    const fault = dnsLabelFault(name);
    return !fault && name.length > 55
        ? `must have at most 55 characters, so that the names made from it stay legal, is ${JSON.stringify(name)}`
        : fault;
}

/** What is wrong between bindings, or undefined: each has a folder of its own. */
export function duplicateBindingFault(bindings: { bindingName: string }[]): string | undefined {
    const names = bindings.map(({ bindingName }) => bindingName);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    return twice === undefined
        ? undefined
        : `must have a different \`bindingName\` each, has ${JSON.stringify(twice)} twice`;
}
