/** From what the program says to the object that is applied. Pure. */
import { randomBytes } from "node:crypto";
import type { CheckFailure } from "../resource-type";
import { isUnknown, type Props, UNKNOWN } from "../wire";
import { annotation, isObject, map, text } from "./fields";
import type { Kind } from "./kinds";

export const AUTONAMED = "pulumi.com/autonamed";

/** Set by the API server alone. */
const SERVER_METADATA = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
];

/** Annotations that steer the real provider in ways that this one doesn't know. */
const UNSUPPORTED_ANNOTATIONS = ["pulumi.com/waitFor"];

export interface Naming {
    /** Name of the resource in the program. */
    resourceName: string;
    /** Namespace of objects that name none. */
    defaultNamespace: string;
}

/** Completes the inputs with type, name and namespace and refuses what could not be done. */
export function prepareInputs(
    kind: Kind,
    news: Props,
    olds: Props | undefined,
    naming: Naming,
): { inputs: Props; failures: CheckFailure[] } {
    const failures: CheckFailure[] = [];
    const fail = (property: string, reason: string) => failures.push({ property, reason });
    if (kind.readOnly) {
        fail("kind", `the offline stand-in can only read ${kind.kind} objects (${kind.kind}.get)`);
    }
    for (const key of ["apiVersion", "kind"] as const) {
        if (news[key] !== undefined && news[key] !== kind[key]) {
            fail(key, `must be ${kind[key]}`);
        }
    }
    const inputs: Props = { ...encodeSecret(kind, news), apiVersion: kind.apiVersion, kind: kind.kind };
    delete inputs.status;
    if (!isUnknown(news.metadata)) {
        inputs.metadata = prepareMetadata(kind, news, olds, naming, fail);
    }
    return { inputs, failures };
}

function prepareMetadata(
    kind: Kind,
    news: Props,
    olds: Props | undefined,
    { resourceName, defaultNamespace }: Naming,
    fail: (property: string, reason: string) => void,
): Props {
    const metadata = Object.fromEntries(
        Object.entries(map(news, "metadata")).filter(([key]) => !SERVER_METADATA.includes(key)),
    );
    for (const name of UNSUPPORTED_ANNOTATIONS.filter((name) => annotation(news, name))) {
        fail(`metadata.annotations["${name}"]`, "the offline stand-in does not implement this annotation");
    }
    if (!kind.namespaced) {
        delete metadata.namespace;
    } else if (!metadata.namespace) {
        metadata.namespace = defaultNamespace;
    }
    if (metadata.name) {
        return metadata;
    }
    if (metadata.generateName) {
        fail("metadata.generateName", "is not supported with server-side apply; set metadata.name or neither");
    }
    if (kind.patch) {
        fail("metadata.name", "a patch must say which object it changes");
    }
    const adopted = annotation(olds, AUTONAMED) === "true" ? text(olds, "metadata", "name") : "";
    metadata.name = adopted || `${resourceName}-${randomBytes(4).toString("hex")}`;
    if (!isUnknown(metadata.annotations)) {
        metadata.annotations = { ...map(metadata, "annotations"), [AUTONAMED]: "true" };
    }
    return metadata;
}

/** A Secret's `stringData` becomes `data`, as on the API server: only that can be read back and compared. */
function encodeSecret(kind: Kind, news: Props): Props {
    if (kind.kind !== "Secret" || news.stringData === undefined) {
        return news;
    }
    const { stringData, ...others } = news;
    if (isUnknown(stringData) || isUnknown(news.data)) {
        return { ...others, data: UNKNOWN };
    }
    const encoded = Object.entries(isObject(stringData) ? stringData : {}).map(([key, value]) => [
        key,
        typeof value === "string" ? Buffer.from(value).toString("base64") : value,
    ]);
    return { ...others, data: { ...map(news, "data"), ...Object.fromEntries(encoded) } };
}

/** What a program would have to say to get this object: for objects that it refers to but did not make. */
export function inputsOf(live: Props): Props {
    const { status: _, ...inputs } = live;
    const metadata = Object.entries(map(live, "metadata")).filter(([key]) => !SERVER_METADATA.includes(key));
    return { ...inputs, metadata: Object.fromEntries(metadata) };
}
