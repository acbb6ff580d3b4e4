/** Random texts by composition rules. Pure but for the random source. */
import { randomInt } from "node:crypto";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const NUMERIC = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

export interface Composition {
    length: number;
    lower: boolean;
    upper: boolean;
    numeric: boolean;
    special: boolean;
    minLower: number;
    minUpper: number;
    minNumeric: number;
    minSpecial: number;
    /** Used instead of the usual special characters. */
    overrideSpecial?: string | undefined;
}

/** Says what makes a composition impossible. */
export function compositionFault(composition: Composition): string | undefined {
    const least = composition.minLower + composition.minUpper + composition.minNumeric + composition.minSpecial;
    if (composition.length < least) {
        return `must be at least ${least}, the sum of the minimums`;
    }
    return alphabet(composition) === "" ? "no character class is left to draw from" : undefined;
}

export function generate(composition: Composition, random: (bound: number) => number = randomInt): string {
    const special = composition.overrideSpecial || SPECIAL;
    const draw = (characters: string, count: number) =>
        Array.from({ length: count }, () => characters.charAt(random(characters.length)));
    const text = [
        ...draw(LOWER, composition.minLower),
        ...draw(UPPER, composition.minUpper),
        ...draw(NUMERIC, composition.minNumeric),
        ...draw(special, composition.minSpecial),
    ];
    text.push(...draw(alphabet(composition), composition.length - text.length));
    return shuffle(text, random).join("");
}

function alphabet({ lower, upper, numeric, special, overrideSpecial }: Composition): string {
    return [lower && LOWER, upper && UPPER, numeric && NUMERIC, special && (overrideSpecial || SPECIAL)]
        .filter((characters) => characters !== false)
        .join("");
}

/** Fisher and Yates' shuffle: each order is as likely as any other. */
function shuffle(items: string[], random: (bound: number) => number): string[] {
    const shuffled = [...items];
    for (let left = shuffled.length - 1; left > 0; left--) {
        const chosen = random(left + 1);
        [shuffled[left], shuffled[chosen]] = [shuffled[chosen] ?? "", shuffled[left] ?? ""];
    }
    return shuffled;
}
