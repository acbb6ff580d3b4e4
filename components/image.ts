/** Container image references. Pure; no Pulumi import. */

/** `registry/repository:tag@digest`, in its parts. */
export interface ImageReference {
    /** Host of the registry, empty when the reference leaves it to the runtime's default. */
    registry: string;
    /** Path within the registry. */
    repository: string;
    /** Tag, empty when there is none. */
    tag: string;
    /** Digest with its algorithm, empty when there is none. */
    digest: string;
}

/** What of a chart's image reference is replaced; the rest stays. */
export type ImageParts = { [K in keyof ImageReference]?: ImageReference[K] | undefined };

const REPOSITORY = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const REGISTRY = /^(localhost|[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+|[A-Za-z0-9-]+(?=:))(:\d{1,5})?$/;

/** The parts of an image reference, or undefined when it is none. */
export function parseImage(text: string): ImageReference | undefined {
    if (typeof text !== "string") {
        return undefined;
    }
    const [named = "", digest = "", ...more] = text.split("@");
    const slash = named.indexOf("/");
    const head = slash < 0 ? "" : named.slice(0, slash);
    const registry = REGISTRY.test(head) ? head : "";
    const path = registry ? named.slice(slash + 1) : named;
    const colon = path.lastIndexOf(":");
    const repository = colon < 0 ? path : path.slice(0, colon);
    const tag = colon < 0 ? "" : path.slice(colon + 1);
    const sound =
        more.length === 0 &&
        REPOSITORY.test(repository) &&
        (colon < 0 || TAG.test(tag)) &&
        (!text.includes("@") || DIGEST.test(digest));
    return sound ? { registry, repository, tag, digest } : undefined;
}

/** The reference that the parts make, the other way round. */
export function imageText(parts: ImageParts & { repository: string }): string {
    const { registry, repository, tag, digest } = parts;
    const named = registry ? `${registry}/${repository}` : repository;
    return named + (tag ? `:${tag}` : "") + (digest ? `@${digest}` : "");
}

/** What is wrong with an image reference, or undefined when it is one. */
export function imageFault(text: string): string | undefined {
    return parseImage(text)
        ? undefined
        : `must be an image reference, is ${JSON.stringify(text)}; write for example "ghcr.io/example/app:1.4.2"`;
}

/** Like imageFault, and refuses references that may mean another image tomorrow: no tag, or `latest`. */
export function immutableImageFault(text: string): string | undefined {
    const image = parseImage(text);
    if (!image) {
        return imageFault(text);
    }
    if (image.digest || (image.tag && image.tag !== "latest")) {
        return undefined;
    }
    const named = [image.registry, image.repository].filter(Boolean).join("/");
    return `must name a version or a digest, is ${JSON.stringify(text)}; write for example "${named}:1.4.2@sha256:…"`;
}

/** What is wrong with a digest, or undefined when it is one. */
export function digestFault(text: string): string | undefined {
    return DIGEST.test(text) ? undefined : `must be "sha256:" and 64 hexadecimal digits, is ${JSON.stringify(text)}`;
}
