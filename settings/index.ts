import * as pulumi from "@pulumi/pulumi";
import { faultsOf, type Place, SettingsError } from "./faults";
import { Reader } from "./reader";
import { fields, rules, type Settings, schema } from "./schema";

export { type Fault, SettingsError } from "./faults";
export type { Settings } from "./schema";

const NAMESPACE = "bulwark:";

/**
 * The settings of the current stack, checked and with their defaults.
 *
 * @throws SettingsError with every fault.
 */
export function readSettings(): Settings {
    const config = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(NAMESPACE));
    const raw = Object.fromEntries(config.map(([key, text]) => [key.slice(NAMESPACE.length), parsed(text)]));
    const secretKeys = Object.keys(raw).filter((key) => isConfigSecret(NAMESPACE + key));
    return parseSettings(raw, secretKeys);
}

/**
 * The settings in a stack's configuration, checked and with their defaults.
 *
 * @param raw the values of the namespace `bulwark`, by key, as objects.
 * @param secretKeys keys whose values are secret: no message shows anything of them.
 * @throws SettingsError with every fault.
 */
export function parseSettings(raw: Record<string, unknown>, secretKeys: Iterable<string> = []): Settings {
    const place: Place = { schema, fields, secretKeys: new Set(secretKeys) };
    const result = schema.safeParse(raw);
    const ownFaults = result.success ? [] : result.error.issues.flatMap((issue) => faultsOf(issue, raw, place));
    const reader = new Reader(raw, place.fields, ownFaults, place.secretKeys);
    const faults = [...ownFaults, ...rules.flatMap((rule) => [...rule(reader)])];
    if (!result.success || faults.length > 0) {
        throw new SettingsError(faults);
    }
    return result.data;
}

/** The engine hands objects over as JSON; a text that isn't JSON stays one, and the schema says what it should be. */
function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

/** The SDK's own accessor, which its declarations leave out. */
function isConfigSecret(key: string): boolean {
    return (pulumi.runtime as unknown as { isConfigSecret(key: string): boolean }).isConfigSecret(key);
}
