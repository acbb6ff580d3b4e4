/** Whether an application costs the same beside forty-nine others. */
import { median } from "../load/figures";
import { asPulumi } from "./as-pulumi";

const REPETITIONS = 3;
const FEW = 1;
const SOME = 10;
const MANY = 50;

interface Cost {
    seconds: number;
    megabytes: number;
    resources: number;
}

export async function manyApplications(): Promise<void> {
    const runs = Array.from({ length: REPETITIONS }, () => [FEW, SOME, MANY].map(costOf) as [Cost, Cost, Cost]);
    const [few, some, many] = [0, 1, 2].map((index) => medians(runs.map((run) => run[index] as Cost)));
    for (const [count, cost] of [[FEW, few] as const, [SOME, some] as const, [MANY, many] as const]) {
        const { seconds, megabytes, resources } = cost as Cost;
        console.log(
            `${count} applications: ${resources} resources, ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB`,
        );
    }
    for (const what of ["seconds", "megabytes"] as const) {
        // What one more application costs, so that the first one's share of the SDKs doesn't flatter the many.
        const growth = runs.map(
            ([one, ten, fifty]) => (fifty[what] - ten[what]) / (MANY - SOME) / ((ten[what] - one[what]) / (SOME - FEW)),
        );
        console.log(
            `one more application at ${MANY} against at ${SOME}, ${what}: ratio ${median(growth).toFixed(2)} (aim 1)`,
        );
    }
}

function costOf(count: number): Cost {
    return JSON.parse(asPulumi("applications.ts", String(count)));
}

function medians(costs: Cost[]): Cost {
    const of = (what: keyof Cost) => median(costs.map((cost) => cost[what]));
    return { seconds: of("seconds"), megabytes: of("megabytes"), resources: of("resources") };
}
