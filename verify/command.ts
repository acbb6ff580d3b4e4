/** The command: attacks a stack and reports. */
import * as fs from "node:fs";
import * as path from "node:path";
import { attack, chosenProbes, type Report, type Watcher } from "./attack";
import { type CommandLine, parseCommandLine, USAGE, UsageError } from "./options";
import { outputsFile, type StackOutputs, stackOutputs } from "./outputs";
import { fullName } from "./probe";
import { html } from "./report/html";
import { json } from "./report/json";
import { exitStatus, summarise, WORDS } from "./report/summary";
import { table } from "./report/table";

const PROJECT = path.resolve(__dirname, "..");
const EXIT_USAGE = 2;
/** Something else went wrong; nothing is said about the attacks. */
const EXIT_FAILED = 3;
/** The shell's own status for a command that SIGINT ended. */
const EXIT_INTERRUPTED = 130;

/** Runs the command and returns its exit status; says what is wrong on standard error. */
export async function runCommand(args: string[]): Promise<number> {
    return run(args).catch((error: Error) => {
        const isUsage = error instanceof UsageError;
        process.stderr.write(isUsage ? `${error.message}\n` : `${error.stack}\n`);
        return isUsage ? EXIT_USAGE : EXIT_FAILED;
    });
}

async function run(args: string[]): Promise<number> {
    const commandLine = parseCommandLine(args);
    if (commandLine.help) {
        process.stdout.write(USAGE);
        return 0;
    }
    if (commandLine.list) {
        process.stdout.write(list(commandLine));
        return 0;
    }
    chosenProbes(commandLine); // a wrong name is told before the engine is asked
    const interrupted = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.on(signal, () => {
            if (!interrupted.signal.aborted) {
                process.stderr.write("Interrupted: removing what was made\n");
            }
            interrupted.abort();
        });
    }
    const report = await attack(await outputsOf(commandLine), commandLine, progress(commandLine), interrupted.signal);
    if (interrupted.signal.aborted) {
        return EXIT_INTERRUPTED;
    }
    write(report, commandLine);
    return exitStatus(report, commandLine.strict);
}

function outputsOf({ stack, outputs }: CommandLine): StackOutputs | Promise<StackOutputs> {
    return outputs === undefined ? stackOutputs(stack ?? "", PROJECT) : outputsFile(outputs);
}

function list(commandLine: CommandLine): string {
    return chosenProbes(commandLine)
        .map((probe) => `${fullName(probe)}\n    ${probe.attack}\n    expected: ${probe.expected}\n`)
        .join("");
}

/** On standard error, so that standard output stays for the table. */
function progress(commandLine: CommandLine): Watcher {
    const total = chosenProbes(commandLine).length;
    let done = 0;
    return {
        note: (text) => process.stderr.write(`${text}\n`),
        done: ({ probe, verdict, seconds }) => {
            done += 1;
            const count = `[${String(done).padStart(String(total).length)}/${total}]`;
            process.stderr.write(`${count} ${fullName(probe)}: ${WORDS[verdict]} ${seconds.toFixed(1)} s\n`);
        },
    };
}

function write(report: Report, { formats, output }: CommandLine): void {
    const files = { json, html };
    for (const format of ["json", "html"] as const) {
        if (formats.includes(format)) {
            fs.mkdirSync(output, { recursive: true });
            const file = path.join(output, `report.${format}`);
            fs.writeFileSync(file, files[format](report));
            process.stderr.write(`Wrote ${file}\n`);
        }
    }
    if (formats.includes("table")) {
        process.stdout.write(table(report, process.stdout.columns ?? 100));
    } else {
        const { held, through, unproven } = summarise(report.results);
        process.stdout.write(`${held} stopped, ${through} got through, ${unproven} not proven\n`);
    }
}
