/** A stack that nothing changes: the program with its components against the same resources registered plainly. */

import { SecureApplication } from "../../components/index";
import { parseSettings } from "../../settings";
import { stackSettings } from "../../settings/table";
import { startEngine } from "../package/support/engine";
import { stackProgram } from "../unit/support/stack-program";
import { compareInTurns, secondsOf } from "./in-turns";
import { plainResources, registerPlainly } from "./plain";

const REPETITIONS = 7;

export async function unchangedStack(): Promise<void> {
    const resources = plainResources(await stackProgram("dev"));
    const engine = await startEngine();
    try {
        const ours = await engine.stack("components", async () => {
            new SecureApplication("bulwark", parseSettings(stackSettings("dev")));
        });
        const theirs = await engine.stack("plain", async () => registerPlainly(resources));
        await ours.up();
        await theirs.up();
        for (const [title, run] of [
            ["up without changes", (stack: typeof ours) => stack.up({ expectNoChanges: true })],
            ["preview without changes", (stack: typeof ours) => stack.preview({ expectNoChanges: true })],
        ] as const) {
            await compareInTurns({
                title: `${title}, against the same ${resources.length} resources registered plainly`,
                ours: () => secondsOf(() => run(ours)),
                theirs: () => secondsOf(() => run(theirs)),
                repetitions: REPETITIONS,
                aim: 1.1,
            });
        }
    } finally {
        engine.close();
    }
}
