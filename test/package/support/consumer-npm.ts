/** The package as npm would publish it, and a consumer's project that has it from there. */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { exampleFolder } from "./consumer-stack";
import { foreignFolder, removeFolder } from "./folder";
import { installPackage } from "./installed-package";

const run = promisify(execFile);

/** A folder with the packages of the example in TypeScript, and the file that npm would serve. */
export interface NpmProject {
    folder: string;
    tarball: string;
}

let shared: Promise<NpmProject> | undefined;

/** Installed by whoever asks first. */
export function npmProject(): Promise<NpmProject> {
    shared ??= install();
    return shared;
}

// For all files that ask, so it ends with the whole run.
after(async () => {
    if (shared) {
        removeFolder((await shared).folder);
    }
});

async function install(): Promise<NpmProject> {
    const folder = foreignFolder();
    const sources = await installPackage(path.join(folder, "packed"));
    const { stdout } = await run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder], {
        cwd: sources,
    });
    fs.copyFileSync(path.join(exampleFolder("typescript"), "package.json"), path.join(folder, "package.json"));
    const quiet = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
    await run("npm", ["install", ...quiet], { cwd: folder });
    return { folder, tarball: path.join(folder, stdout.trim()) };
}

/** Gives another folder the project's packages. */
export async function withPackages(folder: string): Promise<void> {
    const project = await npmProject();
    fs.symlinkSync(path.join(project.folder, "node_modules"), path.join(folder, "node_modules"));
}
