/** What decides where data lies, and how it changes. Pure; no Pulumi import. */

/** Values by the setting that they come from, empty for one that is left out; one that isn't known yet is no text. */
export type Whereabouts = Record<string, unknown>;

/**
 * Each of the settings whose value would change, in a line. What a preview can't know yet counts as unchanged, and so
 * does what only one side knows: a newer version may guard more.
 */
export function moved(before: Whereabouts, after: Whereabouts, settings: string[]): string[] {
    return settings
        .filter((setting) => [before, after].every((each) => typeof each[setting] === "string"))
        .filter((setting) => before[setting] !== after[setting])
        .map((setting) => `${setting}: is ${shown(before[setting])}, would become ${shown(after[setting])}`);
}

function shown(value: unknown): string {
    return value === "" ? "left out" : JSON.stringify(value);
}
