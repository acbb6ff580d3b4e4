/** promtool, which judges alert rules: the machine's own, or the one in Debian's package of Prometheus. */
import * as fs from "node:fs";
import * as path from "node:path";
import { logFile } from "../paths";
import { progress } from "../progress";
import { pipe, run, SandboxError, succeeds } from "../shell";
import { cached } from "./cache";

const PACKAGE = "prometheus";

/** Path of `promtool`. The package isn't installed, only this program taken out of it. */
export async function promtoolProgram(): Promise<string> {
    if (await succeeds("promtool", ["--version"])) {
        return "promtool";
    }
    const folder = await cached("promtool", { texts: [PACKAGE, process.arch] }, (target) =>
        progress.step("fetch promtool", () => fetchPromtool(target)),
    );
    return path.join(folder, "usr", "bin", "promtool");
}

async function fetchPromtool(target: string): Promise<void> {
    const log = logFile("promtool");
    const options = { cwd: target, log };
    if (!(await succeeds("apt-get", ["download", PACKAGE], options))) {
        await run("apt-get", ["update", "-qq"], options) // the lists are missing or old
            .then(() => run("apt-get", ["download", PACKAGE], options))
            .catch((error: Error) => {
                throw new SandboxError(`promtool isn't there and Debian's package can't be fetched.\n${error.message}`);
            });
    }
    const archives = fs.readdirSync(target).filter((name) => name.endsWith(".deb"));
    for (const archive of archives.map((name) => path.join(target, name))) {
        await pipe(["dpkg-deb", "--fsys-tarfile", archive], ["tar", "-x", "-C", target, "./usr/bin/promtool"], log);
        fs.rmSync(archive);
    }
}
