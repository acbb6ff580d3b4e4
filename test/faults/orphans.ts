/** What is there and shouldn't be, in the cluster and in the database server. */
import type { Stack } from "@pulumi/pulumi/automation";
import { kubectl } from "../e2e/support/kubectl";

/** Kinds that others make beside the objects that bear the labels. */
const COMPANIONS = ["Endpoints", "EndpointSlice", "Event"];

interface Listed {
    kind: string;
    metadata: { name: string; namespace?: string; ownerReferences?: unknown[] };
    spec?: { claimRef?: { namespace?: string } };
}

interface StateResource {
    type: string;
    inputs?: { kind?: string; name?: string; metadata?: { name?: string; namespace?: string } };
    outputs?: { resourceNames?: Record<string, string[]> };
}

/** Everything whose name or namespace begins with the prefix, in the whole cluster; volumes by whose they are. */
export async function objectsOf(prefix: string): Promise<string[]> {
    const found = (await list()).filter(({ metadata: { name, namespace = "" }, spec }) =>
        [name, namespace, spec?.claimRef?.namespace ?? ""].some((each) => each.startsWith(prefix)),
    );
    return found.map(title);
}

/** What bears the labels of this program or of its charts and doesn't stand in the stack's state. */
export async function unknownTo(stack: Stack, prefix: string): Promise<string[]> {
    const known = new Set((await resourcesOf(stack)).flatMap(titles));
    const labelled = await list("-l", "app.kubernetes.io/managed-by in (pulumi,Helm)");
    return labelled
        .filter(({ metadata: { name, namespace = "" } }) => [name, namespace].some((each) => each.startsWith(prefix)))
        .filter(({ kind, metadata }) => metadata.ownerReferences === undefined && !COMPANIONS.includes(kind))
        .map(title)
        .filter((each) => !known.has(each));
}

/** Resources in the state. */
export async function resourcesOf(stack: Stack): Promise<StateResource[]> {
    const { deployment } = await stack.exportStack();
    return (deployment as { resources?: StateResource[] }).resources ?? [];
}

async function list(...selection: string[]): Promise<Listed[]> {
    const kinds = (await kubectl("api-resources", "--verbs=list", "-o", "name")).trim().split("\n");
    const wanted = kinds.filter((kind) => !/^(events|componentstatuses)(\.|$)|metrics/.test(kind)).join(",");
    const text = await kubectl("get", wanted, "--all-namespaces", ...selection, "-o", "json");
    return (JSON.parse(text) as { items: Listed[] }).items;
}

function title({ kind, metadata: { name, namespace = "" } }: Listed): string {
    return `${kind} ${namespace}/${name}`;
}

/** What a resource of the state stands for: an object, or all those of a release. */
function titles({ type, inputs = {}, outputs }: StateResource): string[] {
    if (type === "kubernetes:helm.sh/v3:Release") {
        return Object.entries(outputs?.resourceNames ?? {}).flatMap(([key, names]) =>
            names.map((name) => `${key.split(/[./]/)[0]} ${name.includes("/") ? name : `/${name}`}`),
        );
    }
    const { kind, metadata } = inputs;
    return kind && metadata?.name ? [title({ kind, metadata: { ...metadata, name: metadata.name } })] : [];
}
