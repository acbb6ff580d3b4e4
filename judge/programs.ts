/** The judges' programs: from the registries of Go and Python, at pinned versions, kept in the cache. */
import * as path from "node:path";
import { logFile } from "../sandbox/paths";
import { cached } from "../sandbox/programs/cache";
import { built, type GoBuild } from "../sandbox/programs/go";
import { progress } from "../sandbox/progress";
import { run, SandboxError } from "../sandbox/shell";

const FOLDER = path.join(__dirname, "programs");
const GO_FLAGS = { flags: ["-gcflags=all=-l"], linkerFlags: [] };

/** Two modules, since kube-score and netpol-analyzer don't compile with today's Kubernetes modules. */
const CURRENT: GoBuild = {
    kind: "judges-current",
    title: "build the judges of Pod Security and kubesec",
    module: path.relative(path.join(__dirname, "../sandbox/programs"), path.join(FOLDER, "current")),
    packages: ["./podsecurity", "./kubesec"],
    ...GO_FLAGS,
};
const EARLIER: GoBuild = {
    kind: "judges-earlier",
    title: "build kube-score and netpol-analyzer",
    module: path.relative(path.join(__dirname, "../sandbox/programs"), path.join(FOLDER, "earlier")),
    packages: ["github.com/zegl/kube-score/cmd/kube-score", "github.com/np-guard/netpol-analyzer/cmd/netpolicy"],
    ...GO_FLAGS,
};

const BUILDS = { podsecurity: CURRENT, kubesec: CURRENT, "kube-score": EARLIER, netpolicy: EARLIER };

/** Path of a judge that is written in Go. */
export async function goJudge(program: keyof typeof BUILDS): Promise<string> {
    return path.join(await built(BUILDS[program]), "bin", program);
}

const CHECKOV_REQUIREMENTS = path.join(FOLDER, "checkov", "requirements.txt");

/** The command that runs checkov, which gets a Python of its own with the pinned packages. */
export async function checkovCommand(): Promise<[string, ...string[]]> {
    const version = await run("python3", ["--version"]).catch(() => {
        throw new SandboxError("there is no python3");
    });
    const folder = await cached(
        "checkov",
        { texts: [version, process.arch], paths: [CHECKOV_REQUIREMENTS] },
        (target) => progress.step("install checkov", () => installCheckov(target)),
    );
    // Its own start script has the path of before the folder was renamed.
    return [path.join(folder, "bin", "python"), "-m", "checkov.main"];
}

async function installCheckov(target: string): Promise<void> {
    const log = logFile("checkov");
    await run("python3", ["-m", "venv", target], { log });
    const args = ["-m", "pip", "install", "--quiet", "--no-deps", "--requirement", CHECKOV_REQUIREMENTS];
    await run(path.join(target, "bin", "python"), args, { log });
}

/** What a judge writes. Many end with status 1 when they find something, which is no failure of theirs. */
export function outputOf(program: string, args: string[], input?: string): Promise<string> {
    return run("sh", ["-c", '"$0" "$@" || [ $? -eq 1 ]', program, ...args], { input });
}
