/** The workflows of the repository's host: nothing in them that can't be run by hand, nothing that others can change. */
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

const ROOT = path.join(__dirname, "../../..");
const FOLDER = path.join(ROOT, ".github/workflows");

interface Step {
    uses?: string;
    run?: string;
    with?: Record<string, unknown>;
}

interface Workflow {
    on: Record<string, unknown>;
    permissions?: Record<string, string>;
    jobs: Record<string, { "timeout-minutes"?: number; permissions?: unknown; steps: Step[] }>;
}

const files = fs.readdirSync(FOLDER);
const npmScripts = Object.keys(JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")).scripts);

/** What is wrong with a command of a step, or undefined: it calls a script of this repository and nothing else. */
function commandFault(command: string): string | undefined {
    const words = command.replace(/^scripts\/as-root\.sh /, "").split(" ");
    const [program = "", verb = "", script = ""] = words;
    if (/[\n;&|<>$`]/.test(command)) {
        return "it is more than one command";
    }
    if (program === "npm") {
        const known = verb === "ci" || (verb === "run" && npmScripts.includes(script));
        return known ? undefined : `package.json has no script ${script}`;
    }
    const file = path.join(ROOT, program);
    return fs.existsSync(file) && (fs.statSync(file).mode & 0o111) !== 0 ? undefined : `${program} can't be run`;
}

for (const file of files) {
    describe(`the workflow ${file}`, () => {
        const text = fs.readFileSync(path.join(FOLDER, file), "utf8");
        const workflow = parse(text) as Workflow;
        const jobs = Object.entries(workflow.jobs);
        const steps = jobs.flatMap(([, job]) => job.steps);

        it("calls scripts of this repository, one a step", () => {
            const commands = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
            assert.ok(commands.length > 0);
            for (const command of commands) {
                assert.equal(commandFault(command), undefined, command);
            }
        });

        it("pins every action by its commit, and says which version that is", () => {
            for (const { uses } of steps.filter((step) => step.uses !== undefined)) {
                assert.match(`${uses}`, /^actions\/[a-z-]+@[0-9a-f]{40}$/);
                assert.match(text, new RegExp(`uses: ${uses} # v\\d+\\.\\d+\\.\\d+\n`));
            }
        });

        it("may read the sources and nothing else, and keeps no token", () => {
            assert.deepEqual(workflow.permissions, { contents: "read" });
            assert.ok(jobs.every(([, job]) => job.permissions === undefined));
            for (const step of steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"))) {
                assert.equal(step.with?.["persist-credentials"], false);
            }
            assert.ok(!("pull_request_target" in workflow.on), "it would run strangers' code with secrets");
        });

        it("ends some time", () => {
            for (const [name, job] of jobs) {
                assert.ok(Number(job["timeout-minutes"]) > 0, name);
            }
        });
    });
}

describe("the check of the workflows", () => {
    it("sees what isn't there, and what is more than a script", () => {
        for (const command of [
            "npm run no-such-script",
            "npm install left-pad",
            "scripts/no-such-script.sh",
            "README.md",
            "npm ci && curl https://example.com",
            "npm run lint ${{ github.event.pull_request.title }}",
        ]) {
            assert.notEqual(commandFault(command), undefined, command);
        }
        assert.equal(commandFault("scripts/as-root.sh npm run test:unit"), undefined);
    });
});

describe("the scripts", () => {
    it("call only scripts that exist", () => {
        const folder = path.join(ROOT, "scripts");
        for (const file of fs.readdirSync(folder).filter((name) => name.endsWith(".sh"))) {
            const text = fs.readFileSync(path.join(folder, file), "utf8");
            for (const [, script = ""] of text.matchAll(/^\s*npm run ([\w:-]+)/gm)) {
                assert.ok(npmScripts.includes(script), `${file}: ${script}`);
            }
        }
    });
});
