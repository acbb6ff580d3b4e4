/** How long the program takes to its last registration, loaded as the engine's Node host loads it. */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { devConfiguration } from "../../sandbox/configuration";
import { stackProgram } from "../unit/support/stack-program";
import { asPulumi } from "./as-pulumi";
import { compareInTurns, secondsOf } from "./in-turns";
import { plainResources } from "./plain";

const REPETITIONS = 9;

/** The settings of `Pulumi.dev.yaml` as the engine hands them to a program. */
function configuration(): string {
    const values = Object.entries(devConfiguration()).map(([key, value]) => [key, JSON.stringify(value)]);
    return JSON.stringify(Object.fromEntries(values));
}

export async function programStart(): Promise<void> {
    const folder = fs.mkdtempSync(path.join(tmpdir(), "bulwark-bench-"));
    try {
        const recording = path.join(folder, "resources.json");
        fs.writeFileSync(recording, JSON.stringify(plainResources(await stackProgram("dev"))));
        const environment = { BENCH_CONFIG: configuration() };
        const timed = (script: string) => () => secondsOf(async () => asPulumi(script, recording, environment));
        const program = timed("program-start.ts");
        const plainly = timed("plain-start.ts");
        const bare = timed("bare-import.ts");
        // The first run of each fills the caches of its loader.
        await Promise.all([program(), plainly(), bare()]);
        const compare = (title: string, ours: () => Promise<number>, theirs: () => Promise<number>, aim: number) =>
            compareInTurns({ title, ours, theirs, repetitions: REPETITIONS, aim });
        await compare("start to all resources registered, against a bare import of the SDKs", program, bare, 1.3);
        await compare("the same resources registered plainly, against a bare import of the SDKs", plainly, bare, 1.3);
        await compare("start to all resources registered, against registering them plainly", program, plainly, 1.1);
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}
