/** Two things measured in turns, so that a slow moment of the machine hits both, and compared pair by pair. */
import { median } from "../load/figures";

/** How to compare. */
export interface Comparison {
    title: string;
    /** Each does a thing once and tells the seconds that it took. */
    ours: () => Promise<number>;
    theirs: () => Promise<number>;
    repetitions: number;
    aim: number;
}

/** Compares, and prints a line. */
export async function compareInTurns({ title, ours, theirs, repetitions, aim }: Comparison): Promise<void> {
    const pairs: [number, number][] = [];
    for (let turn = 1; turn <= repetitions; turn++) {
        const pair: [number, number] = [await ours(), await theirs()];
        console.log(`  pair ${turn} of ${repetitions}: ${pair.map((each) => `${each.toFixed(2)} s`).join(", ")}`);
        pairs.push(pair);
    }
    const ratio = median(pairs.map(([one, other]) => one / other));
    const [one, other] = [median(pairs.map(([each]) => each)), median(pairs.map(([, each]) => each))];
    console.log(`${title}: ${one.toFixed(2)} s against ${other.toFixed(2)} s, ratio ${ratio.toFixed(2)} (aim ${aim})`);
}

/** Seconds that something took. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
    const start = performance.now();
    await work();
    return (performance.now() - start) / 1000;
}
