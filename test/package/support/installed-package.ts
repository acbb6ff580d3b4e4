/** The package as an installation leaves it: with what its own script compiles, once for each state of the sources. */
import * as fs from "node:fs";
import * as path from "node:path";
import { cached } from "../../../sandbox/programs/cache";
import { run } from "../../../sandbox/shell";
import { componentsFolder } from "./plugin";

const repository = path.dirname(componentsFolder);
const lockFile = path.join(repository, "package-lock.json");

/** Puts it into a folder, and answers with its path there. */
export async function installPackage(folder: string): Promise<string> {
    const target = copySources(folder);
    linkPackages(folder);
    const built = await cached("package", { texts: [], paths: [componentsFolder, lockFile] }, async (cache) => {
        const work = path.join(cache, "work");
        const sources = copySources(work);
        linkPackages(work);
        await run("npm", ["run", "prepare", "--silent"], { cwd: sources });
        fs.renameSync(path.join(sources, "dist"), path.join(cache, "dist"));
        fs.rmSync(work, { recursive: true });
    });
    fs.cpSync(path.join(built, "dist"), path.join(target, "dist"), { recursive: true });
    return target;
}

/** Puts the sources alone into a folder, and answers with their path there. */
export function copySources(folder: string): string {
    const target = path.join(folder, "components");
    fs.cpSync(componentsFolder, target, { recursive: true, filter: (name) => !/\/(dist|node_modules)$/.test(name) });
    return target;
}

function linkPackages(folder: string): void {
    fs.symlinkSync(path.join(repository, "node_modules"), path.join(folder, "node_modules"));
}
