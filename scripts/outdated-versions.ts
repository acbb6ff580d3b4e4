/** Which of two versions is newer, and which of many is the one to go to. Pure. */

/** The newest of the candidates that is written like the current version, or undefined when that is the newest. */
export function newerVersion(current: string, candidates: string[]): string | undefined {
    const [newest] = candidates
        .filter((each) => shape(each) === shape(current))
        .sort((left, right) => compareVersions(right, left));
    return newest !== undefined && compareVersions(newest, current) > 0 ? newest : undefined;
}

/** Less than zero when the left one is older: number by number. */
export function compareVersions(left: string, right: string): number {
    const [ours, theirs] = [numbers(left), numbers(right)];
    for (let index = 0; index < Math.max(ours.length, theirs.length); index++) {
        const difference = (ours[index] ?? 0) - (theirs[index] ?? 0);
        if (difference !== 0) {
            return difference;
        }
    }
    return 0;
}

/** How a version is written: an image's tag of another system, or a pre-release, is no successor. */
function shape(version: string): string {
    return version.replace(/^v/, "").replace(/\d+/g, "#");
}

function numbers(version: string): number[] {
    return (version.match(/\d+/g) ?? []).map(Number);
}

/** An image or artifact by its parts. Without a registry it is Docker Hub's, like anywhere. */
export interface ImageReference {
    registry: string;
    repository: string;
    tag: string;
}

/** Docker Hub's registry has another address than its images' names. */
const DOCKER_HUB = "registry-1.docker.io";

/** Takes `registry/repository:tag` apart. */
export function imageReference(text: string): ImageReference {
    const [name = "", tag = ""] = text.split(/:(?=[^/]*$)/);
    const [first = "", ...rest] = name.split("/");
    const hasRegistry = rest.length > 0 && /[.:]/.test(first);
    const registry = hasRegistry ? first : "docker.io";
    return {
        registry: registry === "docker.io" ? DOCKER_HUB : registry,
        repository: hasRegistry ? rest.join("/") : name,
        tag,
    };
}
