/**
 * Labels of Kubernetes objects (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/). Pure; no
 * Pulumi import.
 */
import { subdomainFault } from "./names";

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Labels that every object gets from the components; a user's value for them would be lost. */
const STANDARD = /^app\.kubernetes\.io\/(name|instance|component|part-of|managed-by)$/;

/** What is wrong with the key of a label, which may have a domain in front of it, or undefined. */
export function labelKeyFault(text: string): string | undefined {
    const [name = "", domain, ...rest] = text.split("/").reverse();
    const sound =
        NAME.test(name) && rest.length === 0 && (domain === undefined || subdomainFault(domain) === undefined);
    return sound
        ? undefined
        : `must be the key of a Kubernetes label, is ${JSON.stringify(text)}; write for example "team" or "example.com/team"`;
}

/** What is wrong with the key of a label that the user sets on every object, or undefined. */
export function userLabelKeyFault(text: string): string | undefined {
    return STANDARD.test(text)
        ? `must not be a label that Bulwark sets itself, is ${JSON.stringify(text)}; write for example "team"`
        : labelKeyFault(text);
}

/** What is wrong with the value of a label, which may be empty, or undefined. */
export function labelValueFault(text: string): string | undefined {
    return typeof text === "string" && (text === "" || NAME.test(text))
        ? undefined
        : `must be the value of a Kubernetes label, is ${JSON.stringify(text)}; write at most 63 letters, digits, "-", "_" or "."`;
}

/** What is wrong with the first unsound one of some labels, or undefined. */
export function labelsFault(labels: Record<string, string>): string | undefined {
    for (const [key, value] of Object.entries(labels)) {
        const valueFault = labelValueFault(value);
        const fault = labelKeyFault(key) ?? (valueFault && `${key} ${valueFault}`);
        if (fault) {
            return fault;
        }
    }
    return undefined;
}
