/** Kubernetes resource quantities: `500m`, `512Mi`, `1.5Gi`. Pure; no Pulumi import. */
import { withoutStack } from "./without-stack";

const FACTORS: Record<string, number> = {
    "": 1,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    P: 1e15,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
    Pi: 2 ** 50,
};
const QUANTITY = /^(\d+(?:\.\d+)?)(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/;

/**
 * The quantity as a number of its base unit (cores or bytes).
 *
 * @throws RangeError with what is wrong, when the text is no quantity.
 */
export function parseQuantity(text: string): number {
    const parts = QUANTITY.exec(text);
    if (!parts) {
        throw withoutStack(new RangeError(quantityFault(text)));
    }
    // Divided, since 1e-3 has no exact value: 9m would be more than 0.009.
    return parts[2] === "m" ? Number(parts[1]) / 1e3 : Number(parts[1]) * (FACTORS[parts[2] ?? ""] as number);
}

/** What is wrong with a quantity, or undefined when it is one. */
export function quantityFault(text: string): string | undefined {
    const parts = typeof text === "string" ? QUANTITY.exec(text) : null;
    if (!parts || Number(parts[1]) === 0) {
        return `must be a Kubernetes quantity greater than 0, is ${JSON.stringify(text)}; write for example "512Mi" or "250m"`;
    }
    return undefined;
}

/** Like quantityFault, for memory and storage: a fraction of a byte is refused too. */
export function bytesFault(text: string): string | undefined {
    const fault = quantityFault(text);
    if (!fault && (text.endsWith("m") || parseQuantity(text) < 2 ** 20)) {
        return `must be at least 1Mi, is ${JSON.stringify(text)}; the unit of memory and storage is the byte, write for example "512Mi"`;
    }
    return fault;
}
