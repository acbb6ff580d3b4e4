/** PostgreSQL's major versions: a server reads the data of its own alone. Pure; no Pulumi import. */

/** Oldest one that knows every setting that Bulwark gives to the server. */
const OLDEST = 15;

/** What is wrong with a major version, or undefined. */
export function majorVersionFault(version: number): string | undefined {
    return Number.isInteger(version) && version >= OLDEST && version < 100
        ? undefined
        : `must be a major version of PostgreSQL from ${OLDEST} on, is ${JSON.stringify(version)}; write for example 17`;
}

/** The major version that an image's tag begins with, as in `17.6.0-debian-12-r4`, or undefined where it tells none. */
export function majorVersionOfTag(tag: string | undefined): number | undefined {
    const [, digits] = /^v?(\d{1,2})(?=$|[.\-_])/.exec(tag ?? "") ?? [];
    return digits === undefined ? undefined : Number(digits);
}

/** What is wrong with an image's tag beside the major version that was given, or undefined. */
export function tagFault(tag: string | undefined, majorVersion: number | undefined): string | undefined {
    const tagged = majorVersionOfTag(tag);
    return majorVersion === undefined || tagged === undefined || tagged === majorVersion
        ? undefined
        : `must be an image of PostgreSQL ${majorVersion}, as \`majorVersion\` says, is ${JSON.stringify(tag)}`;
}

/** Why a server can't go from one major version to another with its data, or undefined when it stays at one. */
export function upgradeFault(
    releaseName: string,
    before: number | undefined,
    after: number | undefined,
): string | undefined {
    if (before === undefined || after === undefined || before === after) {
        return undefined;
    }
    return [
        `PostgreSQL ${after} can't read the data that PostgreSQL ${before} has written, so the release "${releaseName}" stays as it is.`,
        `To go on with ${before}, set \`majorVersion\` and \`image\` back to it.`,
        `To go to ${after}, dump the databases, give \`releaseName\` another name as well with \`allowDataLoss\` for that update (a new server with a volume of its own; the old volume stays), and restore the dump there.`,
    ].join(" ");
}
