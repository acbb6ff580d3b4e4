/** Trivy: the machine's own, or one built from its Go module, which the checksum database vouches for. */
import * as fs from "node:fs";
import * as path from "node:path";
import { logFile } from "../sandbox/paths";
import { cached } from "../sandbox/programs/cache";
import { TRIVY_VERSION } from "../sandbox/programs/pins";
import { progress } from "../sandbox/progress";
import { run, succeeds } from "../sandbox/shell";

const MODULE = "github.com/aquasecurity/trivy";

/** Path of `trivy`. */
export async function trivyProgram(): Promise<string> {
    if (await succeeds("trivy", ["--version"])) {
        return "trivy";
    }
    const key = { texts: [MODULE, TRIVY_VERSION, process.arch] };
    const folder = await cached("trivy", key, (target) =>
        progress.step(`build Trivy ${TRIVY_VERSION}`, () => buildTrivy(target)),
    );
    return path.join(folder, "trivy");
}

/** A module of its own: `go install` refuses modules whose dependencies are replaced, as Trivy's are. */
async function buildTrivy(target: string): Promise<void> {
    const log = logFile("build-trivy");
    const source = path.join(target, "source");
    fs.mkdirSync(source);
    fs.writeFileSync(path.join(source, "go.mod"), "module bulwark.dev/trivy\n");
    const options = {
        cwd: source,
        log,
        env: { CGO_ENABLED: "0", GOEXPERIMENT: "jsonv2", GOFLAGS: "-mod=mod -trimpath -buildvcs=false", GOWORK: "off" },
    };
    await run("go", ["get", "-tool", `${MODULE}/cmd/trivy@v${TRIVY_VERSION}`], options);
    const version = `-ldflags=-s -w -X ${MODULE}/pkg/version/app.ver=${TRIVY_VERSION}`;
    await run("go", ["build", version, "-o", path.join(target, "trivy"), `${MODULE}/cmd/trivy`], options);
    fs.rmSync(source, { recursive: true });
}
