/**
 * What consumers in other languages need on the machine. The language hosts of an ordinary Pulumi installation are no
 * part of any package registry, but for that of YAML; for Go, Python and Node a stand-in of this repository does.
 */
import * as path from "node:path";
import { cached } from "../../../sandbox/programs/cache";
import { built, type GoBuild, pulumiProgram } from "../../../sandbox/programs/go";
import { installPackages } from "../../../sandbox/programs/packages";
import { progress } from "../../../sandbox/progress";
import { run, succeeds } from "../../../sandbox/shell";

const sources = path.join(__dirname, "consumer-languages");

const HOST: GoBuild = {
    kind: "language-host",
    title: "build the stand-in for Pulumi's language hosts",
    module: "../../test/package/support/consumer-languages/host",
    packages: ["."],
    flags: ["-gcflags=all=-l"], // as for Kubernetes: less to compile
    linkerFlags: [],
    links: { host: ["pulumi-language-go", "pulumi-language-nodejs", "pulumi-language-python"] },
};

/** A module of its own, for it needs an older version of Pulumi's packages. */
const YAML: GoBuild = {
    kind: "language-yaml",
    title: "build Pulumi's language host for YAML",
    module: "../../test/package/support/consumer-languages/yaml",
    packages: ["github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"],
    flags: ["-gcflags=all=-l"],
    linkerFlags: [],
};

/** The engine with the hosts of all languages: the folder that PulumiCommand takes, and the PATH it needs. */
export interface LanguageEngine {
    root: string;
    searchPath: string;
}

let engine: Promise<LanguageEngine> | undefined;

/** Builds what isn't in the cache, once, however many ask for it at the same time. */
export function engineOfAllLanguages(): Promise<LanguageEngine> {
    engine ??= findEngine();
    return engine;
}

async function findEngine(): Promise<LanguageEngine> {
    const root = await pulumiProgram();
    const folders = [root, await standInHost(), await built(YAML)].map((folder) => path.join(folder, "bin"));
    return { root, searchPath: [...folders, process.env.PATH].join(":") };
}

/** Folder whose `bin` has the stand-in, under the name of each language's host. */
export function standInHost(): Promise<string> {
    return built(HOST);
}

/** The module that stands in for the kubernetes provider's SDK for Go, all of which takes minutes to compile. */
export const goKubernetes = path.join(sources, "kubernetes");

/** Folder with the packages that a program in Python names, and with the SDK in the given folder. */
export async function pythonPackages(requirements: string, sdk: string): Promise<string> {
    if (!(await succeeds("python3", ["-m", "pip", "--version"]))) {
        await installPackages({ "python3-pip": "pip3" });
    }
    const key = { texts: [await run("python3", ["--version"]), sdk], paths: [requirements] };
    return cached("python", key, async (folder) => {
        const quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--root-user-action=ignore"];
        await progress.step("install the packages for Python", () =>
            run("python3", ["-m", "pip", "install", ...quiet, "--target", folder, "--requirement", requirements, sdk]),
        );
    });
}
