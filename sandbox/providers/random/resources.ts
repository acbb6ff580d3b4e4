/** The resource types of the random provider that the program uses. A password's `bcryptHash` is not computed. */
import { randomBytes } from "node:crypto";
import { checkProperties, type Properties } from "../properties";
import type { ResourceType } from "../resource-type";
import { changedKeys, containsUnknown, type Props, UNKNOWN } from "../wire";
import { type Composition, compositionFault, generate } from "./generate";

const TEXT: Properties = {
    length: { kind: "integer", required: true, minimum: 1 },
    lower: { kind: "boolean", default: true },
    upper: { kind: "boolean", default: true },
    numeric: { kind: "boolean", default: true },
    special: { kind: "boolean", default: true },
    minLower: { kind: "integer", default: 0, minimum: 0 },
    minUpper: { kind: "integer", default: 0, minimum: 0 },
    minNumeric: { kind: "integer", default: 0, minimum: 0 },
    minSpecial: { kind: "integer", default: 0, minimum: 0 },
    overrideSpecial: { kind: "string" },
    keepers: { kind: "stringMap" },
};

const ID: Properties = {
    byteLength: { kind: "integer", required: true, minimum: 1 },
    prefix: { kind: "string" },
    keepers: { kind: "stringMap" },
};

/** A random value is never changed: whatever differs, a new one is made. */
async function replaceAll(_id: string, _state: Props, olds: Props, news: Props) {
    const changed = changedKeys(olds, news);
    return { changed, replace: changed };
}

function randomText(idOf: (result: string) => string, secretOutputs?: string[]): ResourceType {
    return {
        ...(secretOutputs && { secretOutputs }),
        async check(news) {
            const { inputs, failures } = checkProperties(TEXT, news);
            const { keepers: _, ...composition } = inputs;
            if (failures.length === 0 && !containsUnknown(composition)) {
                const reason = compositionFault(composition as unknown as Composition);
                failures.push(...(reason ? [{ property: "length", reason }] : []));
            }
            return { inputs, failures };
        },
        diff: replaceAll,
        async create(inputs, { preview }) {
            if (preview) {
                return { id: "", outputs: { ...inputs, result: UNKNOWN } };
            }
            const result = generate(inputs as unknown as Composition);
            return { id: idOf(result), outputs: { ...inputs, result } };
        },
    };
}

const randomId: ResourceType = {
    async check(news) {
        return checkProperties(ID, news);
    },
    diff: replaceAll,
    async create(inputs, { preview }) {
        if (preview) {
            const unknown = { hex: UNKNOWN, dec: UNKNOWN, b64Std: UNKNOWN, b64Url: UNKNOWN };
            return { id: "", outputs: { ...inputs, ...unknown } };
        }
        const bytes = randomBytes(Number(inputs.byteLength));
        const prefix = String(inputs.prefix ?? "");
        const outputs = {
            ...inputs,
            hex: prefix + bytes.toString("hex"),
            dec: prefix + BigInt(`0x${bytes.toString("hex")}`).toString(),
            b64Std: prefix + bytes.toString("base64"),
            b64Url: prefix + bytes.toString("base64url"),
        };
        return { id: bytes.toString("base64url"), outputs };
    },
};

export const resources: Record<string, ResourceType> = {
    // A password's id is constant: ids are shown in plain text.
    "random:index/randomPassword:RandomPassword": randomText(() => "none", ["result"]),
    "random:index/randomString:RandomString": randomText((result) => result),
    "random:index/randomId:RandomId": randomId,
};
