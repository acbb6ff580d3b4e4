/** Everywhere that a secret may have got to, one place after the other. */
import * as fs from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { get, kubectl } from "./kubectl";

/** Somewhere to look, and what is there. */
export interface Place {
    where: string;
    content: string | Buffer;
}

interface SecretList {
    items: { metadata: { name: string }; type: string; data?: Record<string, string> }[];
}
interface PodList {
    items: { metadata: { name: string } }[];
}

/** Large files are read in parts; they overlap by more than the longest form of a secret. */
const PART = 64 * 1024 * 1024;
const OVERLAP = 64 * 1024;

/** What the API server tells about a namespace but the data of its Secrets, and what its containers have written. */
export async function* inNamespace(namespace: string): AsyncGenerator<Place> {
    const served = (await kubectl("api-resources", "--namespaced", "--verbs=list", "-o", "name")).trim().split("\n");
    const kinds = served.filter((kind) => kind !== "secrets");
    yield {
        where: `objects in ${namespace}`,
        content: await kubectl("get", kinds.join(","), "-n", namespace, "-o", "json", "--show-managed-fields"),
    };
    const { items } = await get<SecretList>("secrets", "-n", namespace);
    for (const { metadata, type, data } of items) {
        yield { where: `metadata of the Secret ${namespace}/${metadata.name}`, content: JSON.stringify(metadata) };
        if (type === "helm.sh/release.v1") {
            const packed = Buffer.from(Buffer.from(data?.release ?? "", "base64").toString("latin1"), "base64");
            yield { where: `Helm release ${namespace}/${metadata.name}`, content: gunzipSync(packed) };
        }
    }
    const pods = await get<PodList>("pods", "-n", namespace);
    for (const { metadata } of pods.items) {
        const content = await kubectl("logs", "-n", namespace, metadata.name, "--all-containers", "--ignore-errors");
        yield { where: `log of ${namespace}/${metadata.name}`, content };
    }
}

/** What belongs to the cluster as a whole. */
export async function* clusterWide(): AsyncGenerator<Place> {
    const kinds = (await kubectl("api-resources", "--namespaced=false", "--verbs=list", "-o", "name")).trim();
    const content = await kubectl("get", kinds.split("\n").join(","), "-o", "json", "--show-managed-fields");
    yield { where: "cluster-wide objects", content };
}

/** The files below a folder that have changed since a moment. Other file systems, such as the kubelet's, are left out. */
export function* changedFiles(folder: string, since: number): Generator<Place> {
    const top = fs.lstatSync(folder, { throwIfNoEntry: false });
    if (top === undefined) {
        return;
    }
    const folders = [folder];
    for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
        for (const name of entries(next)) {
            const file = path.join(next, name);
            const stat = fs.lstatSync(file, { throwIfNoEntry: false });
            if (stat?.dev === top.dev && stat.isDirectory()) {
                folders.push(file);
            } else if (stat?.dev === top.dev && stat.isFile() && Math.max(stat.mtimeMs, stat.ctimeMs) >= since) {
                yield* parts(file);
            }
        }
    }
}

/** A file from a position on. */
export function* parts(file: string, from = 0): Generator<Place> {
    let descriptor: number;
    try {
        descriptor = fs.openSync(file, "r");
    } catch {
        return; // gone in the meantime
    }
    try {
        const buffer = Buffer.alloc(Math.min(PART, fs.fstatSync(descriptor).size + OVERLAP));
        let position = from;
        for (let read = buffer.length; read === buffer.length; position += read - OVERLAP) {
            read = fs.readSync(descriptor, buffer, 0, buffer.length, position);
            yield { where: file, content: buffer.subarray(0, read) };
        }
    } finally {
        fs.closeSync(descriptor);
    }
}

function entries(folder: string): string[] {
    try {
        return fs.readdirSync(folder);
    } catch {
        return []; // gone in the meantime
    }
}
