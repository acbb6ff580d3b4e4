/** Image values of charts that have no key for a digest. Pure; no Pulumi import. */
import type { ImageParts } from "./image";

/**
 * The parts that replace the chart's own. Such charts join repository and tag by a colon, so a digest goes into the two:
 * behind `repository@sha256` comes `:` and its digits.
 */
export function digestlessImage(
    { registry, repository, tag, digest }: ImageParts,
    ownRepository: string,
): Record<string, string> {
    const [algorithm, hash] = digest?.split(":") ?? [];
    const named = {
        ...(registry === undefined ? {} : { registry }),
        ...(repository === undefined ? {} : { repository }),
    };
    if (algorithm !== undefined && hash !== undefined) {
        return { ...named, repository: `${repository ?? ownRepository}@${algorithm}`, tag: hash };
    }
    return { ...named, ...(tag === undefined ? {} : { tag }) };
}
