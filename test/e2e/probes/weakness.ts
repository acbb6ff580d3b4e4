/** A defence of the stack that is switched off, to see its probes turn red. */
import type { Api, Asking } from "../../../verify/cluster/api";
import type { Deployment, PodSpec } from "../../../verify/cluster/objects";
import type { Place, ScriptOutcome } from "../../../verify/cluster/shell";
import type { AttackOptions } from "../../../verify/options";
import type { StackOutputs } from "../../../verify/outputs";

/** Where the defences are. */
export interface Ground {
    api: Api;
    outputs: Required<StackOutputs>;
    /** How the suite attacks. */
    options: AttackOptions;
    /** Image of the attackers, where the application's own can't be used. */
    image: string;
    /** Runs a script in a container. */
    run(place: Place, script: string): Promise<ScriptOutcome>;
}

export interface Weakness {
    /** What is switched off. */
    what: string;
    /** Full names of the probes that must see it. */
    probes: string[];
    /** Switches it off, and returns how to switch it on again. */
    switchOff: (ground: Ground) => Promise<Undo>;
}

export type Undo = () => Promise<void>;

const MERGE = "application/merge-patch+json";

/** Asks for something that must be done. */
export async function must(api: Api, method: string, path: string, asking: Asking = {}): Promise<void> {
    const { status, message } = await api.ask(method, path, asking);
    if (status >= 400) {
        throw new Error(`${method} ${path}: ${status} ${message}`);
    }
}

/** Switches several things off, and on again in the opposite order. */
export async function all(...steps: (() => Promise<Undo>)[]): Promise<Undo> {
    const undo: Undo[] = [];
    const back = async () => {
        for (const step of undo.splice(0).reverse()) {
            await step();
        }
    };
    try {
        for (const step of steps) {
            undo.push(await step());
        }
    } catch (error) {
        await back();
        throw error;
    }
    return back;
}

/** Makes an object that opens a hole. */
export async function make(api: Api, path: string, object: { metadata: { name: string } }): Promise<Undo> {
    await must(api, "POST", path, { body: object });
    return () => must(api, "DELETE", `${path}/${object.metadata.name}`);
}

/** Deletes an object; it comes back as it was. */
export async function remove(api: Api, path: string): Promise<Undo> {
    const { status: _, metadata, ...rest } = await api.get<StoredObject>(path);
    const { name, namespace, labels, annotations } = metadata;
    await must(api, "DELETE", path);
    const list = path.slice(0, path.lastIndexOf("/"));
    return () => must(api, "POST", list, { body: { ...rest, metadata: { name, namespace, labels, annotations } } });
}

interface StoredObject {
    metadata: Record<string, unknown>;
    status?: unknown;
}

/** Changes some fields; `null` takes one away. `back` puts them as they were. */
export async function patch(api: Api, path: string, change: object, back: object): Promise<Undo> {
    await must(api, "PATCH", path, { body: change, contentType: MERGE });
    return () => must(api, "PATCH", path, { body: back, contentType: MERGE });
}

/** Takes the labels away by which Pod Security and the guardrails know the application's namespace. */
export async function unlabel({ api, outputs }: Ground): Promise<Undo> {
    const path = `/api/v1/namespaces/${outputs.namespace}`;
    const { metadata } = await api.get<{ metadata: { labels: Record<string, string> } }>(path);
    const ruling = Object.entries(metadata.labels).filter(([key]) =>
        /^(pod-security\.kubernetes\.io|bulwark\.dev)\//.test(key),
    );
    const gone = Object.fromEntries(ruling.map(([key]) => [key, null]));
    return patch(api, path, { metadata: { labels: gone } }, { metadata: { labels: Object.fromEntries(ruling) } });
}

/** Changes the Deployment's pods. No new pod starts: the attackers' twin is made of the template alone. */
export async function soften({ api, outputs }: Ground, change: (spec: PodSpec) => PodSpec): Promise<Undo> {
    const path = `/apis/apps/v1/namespaces/${outputs.namespace}/deployments/${outputs.deployment}`;
    const before = await api.get<Deployment>(path);
    const { template } = before.spec;
    const softened = { ...template, spec: change(template.spec) };
    await must(api, "PUT", path, { body: { ...before, spec: { ...before.spec, paused: true, template: softened } } });
    return async () => {
        const now = await api.get<Deployment>(path);
        await must(api, "PUT", path, { body: { ...now, spec: before.spec } });
    };
}
