/** The images that Kubernetes objects name, and where they come from. Pure. */
import { pullPolicy } from "../../components/container/workload-rules";
import { imageText, parseImage } from "../../components/image";
import { SandboxError } from "../shell";

/** An image as pods use it. */
export interface PodImage {
    /** The name under which the container runtime looks for it. */
    name: string;
    /** Whether its registry is asked at every start of a pod, even when the node has it. */
    alwaysPulled: boolean;
}

const DEFAULT_REGISTRY = "docker.io";

/** The images of every container within the objects, whatever kind of object they are. */
export function podImages(objects: unknown): PodImage[] {
    if (typeof objects !== "object" || objects === null) {
        return [];
    }
    return Object.entries(objects).flatMap(([key, member]) =>
        (key === "containers" || key === "initContainers") && Array.isArray(member)
            ? member.filter((container) => typeof container?.image === "string").map(podImage)
            : podImages(member),
    );
}

/** A name with all its parts, as the runtime completes it: where there is a digest, a tag doesn't count. */
export function fullImageName(image: string): string {
    const parts = parsed(image);
    const registry = parts.registry || DEFAULT_REGISTRY;
    const official = registry === DEFAULT_REGISTRY && !parts.repository.includes("/");
    const repository = official ? `library/${parts.repository}` : parts.repository;
    const version = parts.digest ? { digest: parts.digest } : { tag: parts.tag || "latest" };
    return imageText({ registry, repository, ...version });
}

/** Host and perhaps port of the registry that an image with a full name is fetched from. */
export function registryOf(name: string): string {
    const { registry } = parsed(name);
    return registry === DEFAULT_REGISTRY ? "registry-1.docker.io" : registry;
}

function podImage({ image, imagePullPolicy }: { image: string; imagePullPolicy?: string }): PodImage {
    return { name: fullImageName(image), alwaysPulled: (imagePullPolicy ?? pullPolicy(image)) === "Always" };
}

function parsed(image: string) {
    const parts = parseImage(image);
    if (parts === undefined) {
        throw new SandboxError(`${JSON.stringify(image)} names no image`);
    }
    return parts;
}
