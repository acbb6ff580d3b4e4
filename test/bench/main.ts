/** `npm run bench`: how long things take, as ratios within one run, since machines differ and drift. */
import { spawnSync } from "node:child_process";
import * as path from "node:path";

const REPETITIONS = 9;

function seconds(script: string): number {
    const start = process.hrtime.bigint();
    const { status, stderr } = spawnSync(
        process.execPath,
        ["--require", path.join(__dirname, "as-pulumi.cjs"), path.join(__dirname, script)],
        { encoding: "utf8" },
    );
    if (status !== 0) {
        throw new Error(`${script} failed:\n${stderr}`);
    }
    return Number(process.hrtime.bigint() - start) / 1e9;
}

function median(values: number[]): number {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] as number;
}

/** Runs two scripts in turn, so that a slow moment of the machine hits both, and compares them pair by pair. */
function compare(title: string, script: string, floor: string, aim: number): void {
    seconds(script);
    seconds(floor);
    const pairs = Array.from({ length: REPETITIONS }, () => [seconds(script), seconds(floor)] as const);
    const ratio = median(pairs.map(([ours, theirs]) => ours / theirs));
    const [ours, theirs] = [0, 1].map((index) => median(pairs.map((pair) => pair[index as 0 | 1])));
    console.log(
        `${title}: ${ours?.toFixed(2)} s against ${theirs?.toFixed(2)} s, ratio ${ratio.toFixed(2)} (aim ${aim})`,
    );
}

compare(
    "start to all resources registered, against a bare import of the SDKs",
    "program-start.ts",
    "bare-import.ts",
    1.3,
);
