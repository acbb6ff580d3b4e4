/** Runs a script of this folder as the engine's Node host runs a program. */
import { spawnSync } from "node:child_process";
import * as path from "node:path";

/** Returns what the script printed; an error with what it complained of when it fails. */
export function asPulumi(script: string, argument: string, environment: NodeJS.ProcessEnv = {}): string {
    const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ["--require", path.join(__dirname, "loader.cjs"), path.join(__dirname, script), argument],
        { encoding: "utf8", env: { ...process.env, ...environment } },
    );
    if (status !== 0) {
        throw new Error(`${script} failed:\n${stderr}`);
    }
    return stdout;
}
