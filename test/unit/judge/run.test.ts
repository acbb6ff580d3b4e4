import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { Decision, type Exception, sorted } from "../../../judge/exception";
import { allJudges } from "../../../judge/judges";
import { judgesPage } from "../../../judge/page";
import type { Rendered } from "../../../judge/rendering";
import type { Answer, Finding, Judge } from "../../../judge/result";
import { verdicts } from "../../../judge/run";
import { Progress } from "../../../sandbox/progress";
import { SandboxError } from "../../../sandbox/shell";

const RENDERED: Rendered[] = [
    { stack: "dev", objects: [], charts: [{ release: "falco", origin: "none", why: "no way to it" }] },
];
const FINDING: Finding = { judge: "strict", check: "c", object: "Pod a/b", stack: "dev", message: "a | b" };

function judge(name: string, obtain: Judge["obtain"]): Judge {
    return { name, version: "1.2.3", about: "everything", obtain };
}

function answering(answer: Answer): Judge {
    return judge("strict", async () => async () => answer);
}

function run(...judges: Judge[]) {
    const written: string[] = [];
    const shown = new Progress({ write: (text) => written.push(text) });
    return verdicts(judges, RENDERED, shown).then((answers) => ({ answers, written: written.join("") }));
}

describe("a run of the judges", () => {
    it("has a judge's answer, and shows that it was asked", async () => {
        const { answers, written } = await run(answering({ checks: 2, findings: [FINDING] }));
        assert.deepEqual(
            answers.map(({ checks, findings, notRun }) => ({ checks, findings, notRun })),
            [{ checks: 2, findings: [FINDING], notRun: undefined }],
        );
        assert.match(written, /… strict 1\.2\.3\n✓ strict 1\.2\.3/);
    });

    it("goes on without a judge that can't be had, and says why", async () => {
        const missing = judge("missing", async () => {
            throw new SandboxError("go build: exit status 1\nsome\nno way to the proxy\nLog: /somewhere.log");
        });
        const { answers, written } = await run(missing, answering({ checks: 1, findings: [] }));
        assert.deepEqual(
            answers.map(({ notRun }) => notRun),
            ["go build: exit status 1: no way to the proxy", undefined],
        );
        assert.match(written, /missing is not run: go build/);
    });

    it("fails when a judge fails or sees nothing: neither is a good answer", async () => {
        const failing = judge("failing", async () => async () => {
            throw new Error("it crashed");
        });
        await assert.rejects(run(failing), /it crashed/);
        await assert.rejects(run(answering({ checks: 0, findings: [] })), /strict saw nothing/);
    });
});

describe("the page about the judges", () => {
    const exception: Exception = {
        judge: "strict",
        check: "c",
        objects: ["Pod a/b", "Pod a/gone"],
        decision: Decision.Purpose,
        reason: "It is meant to be so.",
    };
    const page = async (exceptions: Exception[]) => {
        const missing = judge("missing", async () => {
            throw new SandboxError("there is none");
        });
        const { answers } = await run(answering({ checks: 2, findings: [FINDING] }), missing);
        const scope = { judges: ["strict"], charts: [] };
        return judgesPage(RENDERED, answers, sorted([FINDING], exceptions, scope));
    };

    it("counts, and tells what is open, what stays and why, and what wasn't run", async () => {
        const open = await page([]);
        assert.match(open, /^\| strict \| 1\.2\.3 \| everything \| 2 \| 1 \| 0 \| 1 \|$/m);
        assert.match(
            open,
            /^\| missing \| 1\.2\.3 \| everything \(not run: there is none\) \| not run \| {2}\| {2}\| {2}\|$/m,
        );
        assert.match(open, /## Open findings\n\n.*\n.*\n\| strict \| c \| Pod a\/b \| dev \| a \\\| b \|/);
        assert.match(open, /^\| `falco` \| not judged.* \| no way to it \|$/m);
        const excepted = await page([exception]);
        assert.match(excepted, /^\| strict \| 1\.2\.3 \| everything \| 2 \| 1 \| 1 \| 0 \|$/m);
        assert.match(
            excepted,
            /## Exceptions\n\n.*\n.*\n\| strict \| c \| Pod a\/b \| the object's purpose \| It is meant to be so\. \|/,
        );
        assert.match(excepted, /## Exceptions that nobody needs\n\n.*\n.*\n\| strict \| c \| Pod a\/gone \|/);
        assert.doesNotMatch(excepted, /## Open findings/);
    });
});

describe("the versions of the judges", () => {
    const programs = path.join(__dirname, "../../../judge/programs");
    const text = (...file: string[]) => fs.readFileSync(path.join(programs, ...file), "utf8");
    const PINS: Record<string, [file: string, pin: (version: string) => string]> = {
        "Pod Security": [text("current", "go.mod"), (version) => `k8s.io/pod-security-admission v${version}`],
        kubesec: [text("current", "go.mod"), (version) => `github.com/controlplaneio/kubesec/v2 v${version}`],
        "kube-score": [text("earlier", "go.mod"), (version) => `github.com/zegl/kube-score v${version}`],
        "netpol-analyzer": [text("earlier", "go.mod"), (version) => `github.com/np-guard/netpol-analyzer v${version}`],
        checkov: [text("checkov", "requirements.txt"), (version) => `checkov==${version}\n`],
    };

    it("are those that are built and installed", () => {
        const judges = allJudges();
        for (const [name, [file, pin]] of Object.entries(PINS)) {
            const version = judges.find((each) => each.name === name)?.version ?? "";
            assert.match(version, /^\d+\.\d+\.\d+$/, name);
            assert.ok(file.includes(pin(version)), name);
        }
    });

    it("are exact, down to what judges are made of", () => {
        const lines = text("checkov", "requirements.txt").trim().split("\n");
        assert.deepEqual(
            lines.filter((line) => !/^[A-Za-z0-9._-]+==[0-9][0-9a-z.]*$/.test(line)),
            [],
        );
    });
});
