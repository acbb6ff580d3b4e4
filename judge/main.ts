/**
 * `npm run judge`: what outside judges say of the program's objects, written to docs/judges.md.
 *
 *   npm run judge                              every judge
 *   npm run judge -- checkov kubesec           only these; the page stays as it is
 *   npm run judge -- --database NAMESPACE      another database of the sandbox's than the program's own
 *
 * Ends with 0 when nothing is open, 1 when something is, 3 when nothing is but a judge wasn't run, 2 when it went wrong.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { repositoryFolder } from "../sandbox/paths";
import { progress } from "../sandbox/progress";
import { type Scope, type Sorted, sorted } from "./exception";
import { exceptions } from "./exceptions";
import { allJudges } from "./judges";
import { judgesPage } from "./page";
import { type Rendered, rendered } from "./rendering";
import type { Verdict } from "./result";
import { verdicts } from "./run";
import { judgedStacks } from "./stacks";

const PAGE = path.join(repositoryFolder, "docs", "judges.md");
const STATUS = { clean: 0, open: 1, failed: 2, notRun: 3 };

async function main(): Promise<number> {
    const { values, positionals } = parseArgs({ options: { database: { type: "string" } }, allowPositionals: true });
    const all = allJudges(values.database);
    const unknown = positionals.filter((name) => !all.some((judge) => judge.name === name));
    if (unknown.length > 0) {
        throw new Error(`there is no judge ${unknown.join(", ")}; there are ${all.map(({ name }) => name).join(", ")}`);
    }
    const asked = positionals.length === 0 ? all : all.filter(({ name }) => positionals.includes(name));
    const stacks = await progress.step("render the stacks", async () => {
        const each = [];
        for (const stack of judgedStacks) {
            each.push(await rendered(stack));
        }
        return each;
    });
    const answers = await verdicts(asked, stacks);
    const result = sorted(
        answers.flatMap(({ findings }) => findings),
        exceptions,
        scopeOf(stacks, answers),
    );
    if (positionals.length === 0) {
        fs.writeFileSync(PAGE, judgesPage(stacks, answers, result));
    }
    process.stdout.write(summary(result, answers.filter(({ notRun }) => notRun !== undefined).length));
    if (result.open.length + result.unused.length > 0) {
        return STATUS.open;
    }
    return answers.some(({ notRun }) => notRun !== undefined) ? STATUS.notRun : STATUS.clean;
}

function scopeOf(stacks: Rendered[], answers: Verdict[]): Scope {
    return {
        judges: answers.filter(({ notRun }) => notRun === undefined).map(({ judge }) => judge.name),
        charts: stacks.flatMap(({ charts }) => charts),
    };
}

function summary({ excepted, open, unused }: Sorted, notRun: number): string {
    return [
        ...open.map(
            ({ judge, check, object, stack, message }) => `${judge}: ${check}: ${object} (${stack}): ${message}`,
        ),
        ...unused.map(
            ({ exception, object }) => `nobody needs the exception ${exception.judge}: ${exception.check}: ${object}`,
        ),
        `${open.length} open, ${excepted.length} excepted, ${unused.length} exceptions unused, ${notRun} judges not run`,
        "",
    ].join("\n");
}

main().then(
    (status) => {
        // The SDK keeps the process alive after a recording.
        process.exit(status);
    },
    (error: Error) => {
        process.stderr.write(`${error.message}\n`);
        process.exit(STATUS.failed);
    },
);
