/**
 * `npm run mutate`: changes the pure modules in thousands of small ways, and counts the changes that their tests notice.
 * Arguments choose among the groups. Status 1 when a group's score is below the least one.
 */
import type { Stryker } from "@stryker-mutator/core";
import { type MutationGroup, mutationGroups } from "./mutation-groups";

/** Percent of each group's changes that its tests must notice. */
const LEAST_SCORE = 85;

const REPORTS = "coverage/mutation";

type Results = Awaited<ReturnType<Stryker["runMutationTest"]>>;

interface Tally {
    name: string;
    noticed: number;
    missed: number;
}

async function mutate({ name, sources, tests }: MutationGroup): Promise<Results> {
    // It is an ES module, which can't be loaded any other way from here.
    const core = await import("@stryker-mutator/core");
    const stryker = new core.Stryker({
        mutate: sources,
        testRunner: "mocha-reloading",
        plugins: ["@stryker-mutator/mocha-runner", "./scripts/mutation-runner.mjs"],
        // The loader of `.mocharc.yaml`, which only mocha's own command reads.
        testRunnerNodeArgs: ["--import", "tsx"],
        mochaOptions: { "no-config": true, spec: tests },
        coverageAnalysis: "perTest",
        concurrency: 2,
        // On a busy machine a change must not pass for noticed since it took long.
        timeoutMS: 60_000,
        tempDirName: `${REPORTS}/sources`,
        ignorePatterns: [".sandbox", "coverage", "verify-report"],
        reporters: ["html", "json"],
        htmlReporter: { fileName: `${REPORTS}/${name}.html` },
        jsonReporter: { fileName: `${REPORTS}/${name}.json` },
        thresholds: { break: null },
        allowConsoleColors: false,
    });
    return stryker.runMutationTest();
}

function tally(name: string, results: Results): Tally {
    const count = (...wanted: string[]) => results.filter(({ status }) => wanted.includes(status)).length;
    // A change that makes a loop endless is noticed by the time that it takes.
    return { name, noticed: count("Killed", "Timeout"), missed: count("Survived", "NoCoverage") };
}

function score({ noticed, missed }: Tally): number {
    return (100 * noticed) / (noticed + missed);
}

async function main(names: string[]): Promise<void> {
    const groups = await mutationGroups();
    const unknown = names.filter((name) => !groups.some((group) => group.name === name));
    if (unknown.length > 0) {
        throw new Error(
            `there is no group ${unknown.join(", ")}; choose from ${groups.map(({ name }) => name).join(", ")}`,
        );
    }
    const tallies: Tally[] = [];
    for (const group of groups.filter(({ name }) => names.length === 0 || names.includes(name))) {
        tallies.push(tally(group.name, await mutate(group)));
    }
    for (const each of tallies) {
        const { name, noticed, missed } = each;
        const verdict = score(each) < LEAST_SCORE ? `, below ${LEAST_SCORE}` : "";
        process.stdout.write(
            `${name}: ${score(each).toFixed(1)} (${noticed} of ${noticed + missed} noticed${verdict})\n`,
        );
    }
    process.stdout.write(`what wasn't noticed: ${REPORTS}\n`);
    process.exitCode = tallies.every((each) => score(each) >= LEAST_SCORE) ? 0 : 1;
}

main(process.argv.slice(2)).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
});
