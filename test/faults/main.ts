/**
 * `npm run faults -- [--seed N] [--rounds N]`: the suites of faults, with more rounds than `npm run test:all` has. The
 * seed that it prints repeats a run's random moments.
 */
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { parseArgs } from "node:util";

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { seed: text, rounds: text } });
const seed = values.seed ?? String(Date.now() % 1_000_000);
const rounds = values.rounds ?? "20";
for (const [option, value] of Object.entries({ seed, rounds })) {
    if (!/^\d{1,9}$/.test(value)) {
        process.stderr.write(`--${option} must be a whole number, is "${value}".\n`);
        process.exit(2);
    }
}
process.stdout.write(`npm run faults -- --seed ${seed} --rounds ${rounds}\n`);
const { status } = spawnSync(
    process.execPath,
    ["--import", "tsx", path.join(__dirname, "..", "run.ts"), "faults", "api-server"],
    { stdio: "inherit", env: { ...process.env, FAULTS_SEED: seed, FAULTS_ROUNDS: rounds } },
);
process.exitCode = status ?? 1;
