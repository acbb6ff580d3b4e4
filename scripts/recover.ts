/**
 * `npm run recover -- --stack STACK`: after an update or a `destroy` was killed, takes away what was made and doesn't
 * stand in the state, and lifts the lock, so that the next one can go on. It shows first what it found, and asks.
 *
 *   --yes    doesn't ask
 */
import { execFile } from "node:child_process";
import { createInterface } from "node:readline/promises";
import { parseArgs, promisify } from "node:util";
import { type Deployment, type Leftover, leftovers, outOfReach } from "./recover-leftovers";

/** Pulumi works in the current folder, and both on what the environment says, as by hand. */
async function run(program: "pulumi" | "kubectl", args: string[], input = ""): Promise<string> {
    // A state can be large.
    const running = promisify(execFile)(program, args, { maxBuffer: 1024 ** 3 });
    running.child.stdin?.on("error", () => undefined); // its status tells
    running.child.stdin?.end(input);
    const { stdout } = await running.catch((error: NodeJS.ErrnoException & { stderr?: string }) => {
        const reason = error.code === "ENOENT" ? "no such program" : (error.stderr || error.message).trim();
        throw new Error(`${program} ${args[0]}: ${reason}`);
    });
    return stdout;
}

async function present(candidates: Leftover[]): Promise<Leftover[]> {
    const found = [];
    for (const candidate of candidates) {
        if ((await run("kubectl", candidate.find, candidate.input?.find)).trim() !== "") {
            found.push(candidate);
        }
    }
    return found;
}

async function agreed(question: string): Promise<boolean> {
    if (!process.stdin.isTTY) {
        throw new Error("Nobody can be asked here; add --yes.");
    }
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await terminal.question(`${question} [y/N] `);
    terminal.close();
    return /^y(es)?$/i.test(answer.trim());
}

async function recover(stack: string, yes: boolean): Promise<void> {
    const ofStack = ["--stack", stack, "--non-interactive"];
    const exported = await run("pulumi", ["stack", "export", ...ofStack]);
    const { deployment } = JSON.parse(exported) as { deployment: Deployment };
    const found = await present(leftovers(deployment));
    for (const title of outOfReach(deployment)) {
        process.stdout.write(
            `Look for ${title} yourself, and drop it when it is there: its server isn't in the state.\n`,
        );
    }
    const lines = found.map(({ title }) => `  ${title}`);
    process.stdout.write(
        found.length > 0
            ? `Half made, to be taken away; the next update makes it anew:\n${lines.join("\n")}\n`
            : "Nothing was half made; only the lock is lifted.\n",
    );
    if (!yes && !(await agreed(`Does nobody else work on the stack "${stack}", and shall it be done?`))) {
        return;
    }
    // Pulumi Cloud refuses when there is nothing to cancel; a lock that stays shows below.
    await run("pulumi", ["cancel", "--yes", ...ofStack]).catch(() => undefined);
    for (const { remove, input } of found) {
        await run("kubectl", remove, input?.remove);
    }
    // The import leaves out what was pending. It comes last: cut short before, this can be done again.
    await run("pulumi", ["stack", "import", ...ofStack], exported);
    process.stdout.write("Done: go on with `pulumi up --refresh --run-program`, or with `pulumi destroy`.\n");
}

async function main(): Promise<void> {
    const text = { type: "string" } as const;
    const { values } = parseArgs({ options: { stack: text, yes: { type: "boolean", default: false } } });
    if (values.stack === undefined) {
        throw new Error("Say which stack: npm run recover -- --stack dev");
    }
    await recover(values.stack, values.yes);
}

main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
});
