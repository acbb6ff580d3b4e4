/** The attack suite on a stack of its own: its probes side by side, as `npm run verify` runs them, and one by one. */
import "./own-names";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { newAccounts } from "../../sandbox/seed";
import { attack, DEFAULT_OPTIONS } from "../../verify/attack";
import { attackOptions, bringUpProbed, probedStack } from "../e2e/probes/probed-stack";
import { cluster } from "../e2e/support/stack";
import { compareInTurns } from "./in-turns";

export async function attackSuite(): Promise<void> {
    const node = await cluster();
    const folder = fs.mkdtempSync(path.join(tmpdir(), "bulwark-bench-"));
    const accounts = path.join(folder, "accounts.json");
    const people = newAccounts();
    fs.writeFileSync(accounts, JSON.stringify(people), { mode: 0o600 });
    const stack = await probedStack(node);
    try {
        const outputs = await bringUpProbed(node, stack, people);
        const options = attackOptions(node, accounts);
        const run = async (parallel: number) => {
            const { seconds, results } = await attack(outputs, { ...options, parallel }, { note() {}, done() {} });
            const through = results.filter(({ verdict }) => verdict === "through");
            if (through.length > 0) {
                throw new Error(`an attack got through: ${through.map(({ evidence }) => evidence).join("; ")}`);
            }
            return { seconds, probes: results.length };
        };
        const { probes } = await run(DEFAULT_OPTIONS.parallel);
        await compareInTurns({
            title: `attack suite, ${probes} probes, ${DEFAULT_OPTIONS.parallel} side by side, against one by one`,
            ours: async () => (await run(DEFAULT_OPTIONS.parallel)).seconds,
            theirs: async () => (await run(1)).seconds,
            repetitions: 3,
            aim: 0.5,
        });
    } finally {
        await stack.destroy({ remove: true });
        fs.rmSync(folder, { recursive: true });
    }
}
