/** Kubernetes objects as Pulumi resources, by server-side apply. */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type CreateContext, PartialFailure, type ResourceType } from "../resource-type";
import { containsUnknown, type Props, UNKNOWN } from "../wire";
import { ApiError, type Cluster, get, isNotFound, UnreachableError } from "./cluster";
import { difference, displayName, driftedInputs, withUnready } from "./difference";
import { annotation, isObject, list, map, text } from "./fields";
import { inputsOf, prepareInputs } from "./inputs";
import { KINDS, type Kind, objectId, objectPath, parseId } from "./kinds";
import type { Session } from "./session";
import { awaitReady, deleteObject, NotReadyError } from "./waiting";

/** The entry of the state that says under which name a resource's fields are managed, as in the real provider's. */
const FIELD_MANAGER = "__fieldManager";
/** How often something that an object needs, such as its namespace, is waited for. */
const PREREQUISITE_ATTEMPTS = 5;

/** One resource type for each kind of object. */
export function objectTypes(session: Session): Record<string, ResourceType> {
    return Object.fromEntries(KINDS.map((kind) => [kind.token, objectType(kind, session)]));
}

function objectType(kind: Kind, session: Session): ResourceType {
    return {
        ...(kind.kind === "Secret" && { secretOutputs: ["data", "stringData"] }),
        async check(news, olds, { name }) {
            return prepareInputs(kind, news, olds, {
                resourceName: name,
                defaultNamespace: await session.defaultNamespace(),
            });
        },
        async diff(_id, _state, olds, news) {
            const found = difference(kind, olds, news, session.mutability);
            return kind.kind === "Job" ? withUnready(found, kind, news, await liveObject(kind, session, news)) : found;
        },
        async create(inputs, context) {
            const fieldManager = managerOf(inputs, undefined, context.urn);
            if (context.preview) {
                return { id: "", outputs: await previewCreate(kind, session, inputs, fieldManager) };
            }
            const cluster = await session.cluster();
            if (!kind.patch && (await get(cluster, pathOf(kind, inputs)))) {
                throw new Error(alreadyExists(kind, inputs));
            }
            const applied = await applyWhenPossible(cluster, kind, inputs, fieldManager, session.patchForce);
            const live = await ready(cluster, kind, applied, fieldManager, context);
            return { id: idOf(kind, live), outputs: live };
        },
        async read(id, state, inputs) {
            const cluster = await session.cluster();
            const { namespace, name } = parseId(kind, id, await session.defaultNamespace());
            const live = await get(cluster, objectPath(kind, namespace, name));
            if (!live) {
                return undefined;
            }
            const found = inputs ? (driftedInputs(inputs, live) as Props) : inputsOf(live);
            const fieldManager = text(state, FIELD_MANAGER);
            return { id, inputs: found, outputs: { ...live, ...(fieldManager && { [FIELD_MANAGER]: fieldManager }) } };
        },
        async update(id, state, news, context) {
            const fieldManager = managerOf(news, state, context.urn);
            if (context.preview) {
                return previewUpdate(kind, session, state, news, fieldManager);
            }
            const cluster = await session.cluster();
            const before = await get(cluster, pathOf(kind, news));
            if (!before) {
                throw new Error(`${kind.kind} ${id} is gone from the cluster; run \`pulumi refresh\` and try again`);
            }
            // Objects from before server-side apply have no managers, and every field would be somebody else's.
            const force = session.patchForce || list(before, "metadata", "managedFields").length === 0;
            const applied = await apply(cluster, kind, news, { fieldManager, force });
            return ready(cluster, kind, applied, fieldManager, context);
        },
        async delete(id, state, context) {
            const cluster = await session.cluster();
            const { namespace, name } = parseId(kind, id, await session.defaultNamespace());
            const live = await get(cluster, objectPath(kind, namespace, name));
            if (!live || kind.readOnly) {
                return;
            }
            if (kind.patch) {
                await relinquish(cluster, kind, live, managerOf(state, state, context.urn));
                return;
            }
            await deleteObject(cluster, kind, live, context).catch((error: unknown) => {
                if (!isNotFound(error)) {
                    throw error;
                }
            });
        },
    };
}

/** The object as it is, or undefined when it or the cluster is not there: a preview may come before either. */
async function liveObject(kind: Kind, session: Session, object: Props): Promise<Props | undefined> {
    try {
        return await get(await session.cluster(), pathOf(kind, object));
    } catch {
        return undefined;
    }
}

function pathOf(kind: Kind, object: Props): string {
    return objectPath(kind, text(object, "metadata", "namespace"), text(object, "metadata", "name"));
}

function idOf(kind: Kind, object: Props): string {
    return objectId(kind, text(object, "metadata", "namespace"), text(object, "metadata", "name"));
}

/** Every resource manages its fields under a name of its own, so that two can't silently change one field in turns. */
function managerOf(inputs: Props, state: Props | undefined, urn: string): string {
    const chosen = annotation(inputs, "pulumi.com/patchFieldManager") || text(state, FIELD_MANAGER);
    return chosen || `pulumi-kubernetes-${createHash("sha256").update(urn).digest("hex").slice(0, 8)}`;
}

interface Application {
    fieldManager: string;
    force: boolean;
    dryRun?: boolean;
}

async function apply(cluster: Cluster, kind: Kind, inputs: Props, application: Application): Promise<Props> {
    const { fieldManager, dryRun } = application;
    const force = application.force || annotation(inputs, "pulumi.com/patchForce") === "true";
    try {
        return await cluster.call("PATCH", pathOf(kind, inputs), {
            query: { fieldManager, force: String(force), ...(dryRun && { dryRun: "All" }) },
            body: inputs,
            contentType: "application/apply-patch+yaml",
        });
    } catch (error) {
        if (error instanceof ApiError && error.code === 409) {
            throw new Error(
                `server-side apply field conflict detected: ${error.message}\nThe resource is managed by field manager ` +
                    `${JSON.stringify(fieldManager)}; give it the annotation pulumi.com/patchForce: "true" to take the fields over`,
            );
        }
        throw error;
    }
}

/** A namespace that is being made elsewhere may be missing for a moment. */
async function applyWhenPossible(cluster: Cluster, kind: Kind, inputs: Props, fieldManager: string, force: boolean) {
    for (let attempt = 1; ; attempt++) {
        try {
            return await apply(cluster, kind, inputs, { fieldManager, force });
        } catch (error) {
            if (!isNotFound(error) || attempt > PREREQUISITE_ATTEMPTS) {
                throw error;
            }
            await sleep(500 * 2 ** attempt);
        }
    }
}

/** Waits until the object is ready. Whatever happens now, it exists and belongs into the state. */
async function ready(cluster: Cluster, kind: Kind, applied: Props, fieldManager: string, context: CreateContext) {
    try {
        return { ...(await awaitReady(cluster, kind, applied, context)), [FIELD_MANAGER]: fieldManager };
    } catch (error) {
        const live = error instanceof NotReadyError ? error.live : applied;
        const reason = error instanceof Error ? error.message : String(error);
        throw new PartialFailure(idOf(kind, applied), { ...live, [FIELD_MANAGER]: fieldManager }, [reason]);
    }
}

/** Gives up the fields of a patch; those that nobody else manages go back to their defaults. */
async function relinquish(cluster: Cluster, kind: Kind, live: Props, fieldManager: string): Promise<void> {
    const metadata = map(live, "metadata");
    const bare = {
        apiVersion: kind.apiVersion,
        kind: kind.kind,
        metadata: { name: metadata.name, namespace: metadata.namespace },
    };
    await apply(cluster, kind, bare, { fieldManager, force: false });
}

/** What the API server would make of the inputs; the inputs themselves where it can't tell yet. */
async function previewCreate(kind: Kind, session: Session, inputs: Props, fieldManager: string): Promise<Props> {
    const made = kind.patch ? undefined : await dryRun(kind, session, inputs, fieldManager, "create");
    if (!made) {
        return inputs;
    }
    const { status: _, ...outputs } = made;
    // These differ in the real thing.
    const metadata = { ...map(made, "metadata"), uid: UNKNOWN, resourceVersion: UNKNOWN, creationTimestamp: UNKNOWN };
    const assigned = kind.kind === "Service" && !text(inputs, "spec", "clusterIP");
    const spec = assigned ? { ...map(made, "spec"), clusterIP: UNKNOWN, clusterIPs: UNKNOWN } : made.spec;
    return { ...outputs, metadata, ...(isObject(spec) && { spec }) };
}

async function previewUpdate(kind: Kind, session: Session, state: Props, news: Props, fieldManager: string) {
    const made = await dryRun(kind, session, news, fieldManager, "update");
    return made ? { ...made, [FIELD_MANAGER]: fieldManager } : { ...state, ...news };
}

async function dryRun(
    kind: Kind,
    session: Session,
    inputs: Props,
    fieldManager: string,
    purpose: "create" | "update",
): Promise<Props | undefined> {
    if (containsUnknown(inputs)) {
        return undefined;
    }
    try {
        const cluster = await session.cluster();
        if (purpose === "create" && (await get(cluster, pathOf(kind, inputs)))) {
            // About to be replaced, most likely.
            return undefined;
        }
        return await apply(cluster, kind, inputs, { fieldManager, force: purpose === "create", dryRun: true });
    } catch (error) {
        const toCome = isNotFound(error) || (error instanceof ApiError && error.code === 403);
        if (toCome || error instanceof UnreachableError) {
            return undefined;
        }
        throw error;
    }
}

function alreadyExists(kind: Kind, inputs: Props): string {
    return (
        `${kind.plural} "${displayName(inputs)}" already exists.\n` +
        "Give a renamed resource an alias, change an object of somebody else's by a Patch resource, " +
        "take it over by `pulumi import`, or delete it"
    );
}
