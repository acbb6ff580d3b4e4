/** Asks the judges. */
import { type Progress, progress } from "../sandbox/progress";
import { SandboxError } from "../sandbox/shell";
import type { Rendered } from "./rendering";
import type { Judge, Sitting, Verdict } from "./result";

/** What each judge says, one after the other: some need all the memory and cores that there are. */
export async function verdicts(judges: Judge[], rendered: Rendered[], shown: Progress = progress): Promise<Verdict[]> {
    const all: Verdict[] = [];
    for (const judge of judges) {
        all.push(await verdict(judge, rendered, shown));
    }
    return all;
}

async function verdict(judge: Judge, rendered: Rendered[], shown: Progress): Promise<Verdict> {
    const sitting = await obtained(judge);
    if (typeof sitting === "string") {
        shown.note(`- ${judge.name} is not run: ${sitting}`);
        return { judge, notRun: sitting, checks: 0, findings: [] };
    }
    const answer = await shown.step(`${judge.name} ${judge.version}`, () => sitting(rendered));
    if (answer.checks === 0) {
        throw new Error(`${judge.name} saw nothing to judge`);
    }
    return { judge, ...answer };
}

/** The judge, or why it can't be had: what failed, and the last that it said. */
async function obtained(judge: Judge): Promise<Sitting | string> {
    try {
        return await judge.obtain();
    } catch (error) {
        if (!(error instanceof SandboxError)) {
            throw error;
        }
        const lines = error.message.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("Log: "));
        return [...new Set([lines[0], lines.at(-1)])].join(": ");
    }
}
