/** `npm run bench`: how long things take, as ratios within one run, since machines differ and drift. */
import { attackSuite } from "./attack";
import { manualSteps } from "./manual";
import { manyApplications } from "./many-applications";
import { podStart } from "./pod-start";
import { programStart } from "./start";
import { unchangedStack } from "./unchanged";

/** Benchmarks by name; `npm run bench -- <name>…` runs some. */
const BENCHMARKS: Record<string, () => Promise<void>> = {
    start: programStart,
    unchanged: unchangedStack,
    "many-applications": manyApplications,
    "attack-suite": attackSuite,
    "pod-start": podStart,
    manual: manualSteps,
};

async function main(names: string[]): Promise<void> {
    const chosen = names.map((name) => {
        const benchmark = BENCHMARKS[name];
        if (benchmark === undefined) {
            throw new Error(`there is no benchmark "${name}"; choose from ${Object.keys(BENCHMARKS).join(", ")}`);
        }
        return benchmark;
    });
    for (const benchmark of chosen) {
        await benchmark();
    }
}

const asked = process.argv.slice(2);
main(asked.length > 0 ? asked : Object.keys(BENCHMARKS)).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
});
