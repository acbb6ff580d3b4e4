/** Finds what a misspelt name was meant to be. Pure; no Pulumi import. */

/** The known name nearest to the given one, undefined when none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
    const ranked = known
        .map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
        .sort((a, b) => a.distance - b.distance);
    const [best] = ranked;
    return best && best.distance <= Math.max(1, Math.floor(best.candidate.length / 3)) ? best.candidate : undefined;
}

/** Levenshtein's distance: how many letters must be inserted, removed or replaced. */
function distance(a: string, b: string): number {
    // Names far longer than any setting are near to none of them, and would only cost time.
    if (Math.abs(a.length - b.length) > 10) {
        return Number.POSITIVE_INFINITY;
    }
    let row = Array.from({ length: b.length + 1 }, (_, index) => index);
    for (const [i, letter] of [...a].entries()) {
        const next = [i + 1];
        for (const [j, other] of [...b].entries()) {
            const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
            next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
        }
        row = next;
    }
    return row[b.length] ?? 0;
}
