/** The package as npm would publish it. */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { foreignFolder } from "./folder";
import { componentsFolder } from "./plugin";

const run = promisify(execFile);
const repository = path.dirname(componentsFolder);

/** Packs the package in a folder of its own, which is the caller's to remove. */
export async function packPackage(): Promise<{ folder: string; tarball: string }> {
    const folder = foreignFolder();
    const sources = path.join(folder, "components");
    fs.cpSync(componentsFolder, sources, { recursive: true, filter: (name) => !/\/(dist|node_modules)$/.test(name) });
    fs.symlinkSync(path.join(repository, "node_modules"), path.join(folder, "node_modules"));
    const { stdout } = await run("npm", ["pack", "--silent"], { cwd: sources });
    return { folder, tarball: path.join(sources, stdout.trim()) };
}

/** Installs a project's packages without a word, and without their scripts. */
export async function npmInstall(folder: string, ...packages: string[]): Promise<void> {
    const quiet = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
    await run("npm", ["install", ...quiet, ...packages], { cwd: folder });
}
