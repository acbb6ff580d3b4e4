/** Property values between a provider and the engine: secrets and unknowns as the engine's wire format has them. */
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

export type Props = Record<string, unknown>;

/** Stands for a value that is not known yet; only previews contain it, at any depth. */
export const UNKNOWN: unique symbol = Symbol("unknown");

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN_ON_THE_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine has one marker for each type of value. */
const UNKNOWNS = new Set([
    UNKNOWN_ON_THE_WIRE,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
    "030794c1-ac77-496b-92df-f27374a8bd58", // asset
    "e48ece36-62e2-4504-bad9-02848725956a", // archive
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

export function isUnknown(value: unknown): value is typeof UNKNOWN {
    return value === UNKNOWN;
}

export function containsUnknown(value: unknown): boolean {
    return isUnknown(value) || children(value).some(containsUnknown);
}

/** Equality of property values; an absent property equals null, an unknown value equals nothing. */
export function sameValue(left: unknown, right: unknown): boolean {
    if (isUnknown(left) || isUnknown(right)) {
        return false;
    }
    if (Array.isArray(left) && Array.isArray(right)) {
        return left.length === right.length && left.every((item, index) => sameValue(item, right[index]));
    }
    if (isObject(left) && isObject(right)) {
        return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) =>
            sameValue(left[key], right[key]),
        );
    }
    return (left ?? null) === (right ?? null);
}

/** The names of the top-level properties that differ. */
export function changedKeys(olds: Props, news: Props): string[] {
    return [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter((key) => !sameValue(olds[key], news[key]));
}

export interface Decoded {
    /** The values with secrets unwrapped. */
    props: Props;
    /** The top-level properties that were, or contained, a secret. */
    secretKeys: Set<string>;
    /** Every secret text, so that it can be kept out of messages. */
    secretTexts: Set<string>;
}

export function decode(struct: Struct | undefined): Decoded {
    const result: Decoded = { props: {}, secretKeys: new Set(), secretTexts: new Set() };
    for (const [key, raw] of Object.entries(struct?.toJavaScript() ?? {})) {
        result.props[key] = unwrap(raw, false, (text) => {
            result.secretKeys.add(key);
            if (text !== undefined) {
                result.secretTexts.add(text);
            }
        });
    }
    return result;
}

/** Encodes properties; those named in `secretKeys` are marked secret as a whole. */
export function encode(props: Props, secretKeys: Iterable<string> = []): Struct {
    const secrets = new Set(secretKeys);
    const wire: Record<string, JavaScriptValue> = {};
    for (const [key, value] of Object.entries(props)) {
        if (value !== undefined) {
            const plain = toWire(value);
            wire[key] = secrets.has(key) ? { [SIGNATURE]: SECRET, value: plain } : plain;
        }
    }
    return Struct.fromJavaScript(wire);
}

/** Replaces every secret text in a message; short ones are left, they would garble it without protecting anything. */
export function redact(message: string, secretTexts: Iterable<string>): string {
    return [...secretTexts]
        .filter((text) => text.length >= 6)
        .sort((left, right) => right.length - left.length)
        .reduce((redacted, text) => redacted.replaceAll(text, "[secret]"), message);
}

function unwrap(raw: unknown, secret: boolean, found: (text?: string) => void): unknown {
    if (typeof raw === "string") {
        if (UNKNOWNS.has(raw)) {
            return UNKNOWN;
        }
        if (secret) {
            found(raw);
        }
        return raw;
    }
    if (Array.isArray(raw)) {
        return raw.map((item) => unwrap(item, secret, found));
    }
    if (!isObject(raw)) {
        return raw;
    }
    if (raw[SIGNATURE] === SECRET) {
        found();
        return unwrap(raw.value, true, found);
    }
    return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, unwrap(value, secret, found)]));
}

function toWire(value: unknown): JavaScriptValue {
    if (isUnknown(value)) {
        return UNKNOWN_ON_THE_WIRE;
    }
    if (Array.isArray(value)) {
        return value.map(toWire);
    }
    if (isObject(value)) {
        const known = Object.entries(value).filter(([, item]) => item !== undefined);
        return Object.fromEntries(known.map(([key, item]) => [key, toWire(item)]));
    }
    if (value === undefined || value === null) {
        return null;
    }
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
        return value;
    }
    throw new Error(`a property value of type ${typeof value} cannot be sent to the engine`);
}

function children(value: unknown): unknown[] {
    return Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
}

function isObject(value: unknown): value is Props {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
