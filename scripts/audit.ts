/**
 * `npm run audit`: known vulnerabilities of the npm packages, of all that `npm ci` installs. Status 0 when there are
 * none but those in audit-accepted.json, 1 when there are others or the file says what is no longer so, 2 when the
 * registry gives no answer: then nothing is known.
 */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Accepted, auditVerdict } from "./audit-verdict";

function main(): number {
    const file = path.join(__dirname, "audit-accepted.json");
    const accepted = JSON.parse(fs.readFileSync(file, "utf8")) as Accepted[];
    const options = { cwd: path.join(__dirname, ".."), encoding: "utf8", maxBuffer: 64 * 1024 * 1024 } as const;
    const { stdout } = spawnSync("npm", ["audit", "--json"], options);
    const verdict = auditVerdict(stdout, accepted, new Date().toISOString().slice(0, 10));
    if (!verdict.checked) {
        process.stderr.write(`NOT CHECKED: the registry answers no audit (${verdict.reason})\n`);
        return 2;
    }
    for (const fault of verdict.faults) {
        process.stderr.write(`${fault}\n`);
    }
    const { length } = verdict.faults;
    process.stdout.write(`${length === 0 ? "no" : length} open, ${verdict.accepted} accepted with a reason\n`);
    return length === 0 ? 0 : 1;
}

process.exitCode = main();
