/** Chance that comes again: the same seed picks the same moments. */
import { createHash } from "node:crypto";

/** What the whole run goes by; `FAULTS_SEED` repeats one. */
export const SEED = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000);

/** How often an update is killed; `FAULTS_ROUNDS` asks for more. */
export const ROUNDS = Number(process.env.FAULTS_ROUNDS ?? 2);

/** Throws that depend on nothing but the seed and what they are for. */
export interface Dice {
    /** A whole number, both ends among them. */
    whole(from: number, to: number): number;
    /** One of several. */
    one<T>(choices: readonly [T, ...T[]]): T;
}

/** Dice of its own for each purpose: one throw more somewhere changes nothing elsewhere. */
export function dice(purpose: string): Dice {
    let thrown = 0;
    const next = () => {
        const hash = createHash("sha256").update(`${SEED} ${purpose} ${thrown++}`).digest();
        return hash.readUInt32BE() / 2 ** 32;
    };
    const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
    return { whole, one: (choices) => choices[whole(0, choices.length - 1)] ?? choices[0] };
}
