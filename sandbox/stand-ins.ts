/**
 * The stand-ins for Pulumi's providers, each bundled into one program: the engine starts all four for every operation,
 * and loading them from their sources takes four times as long.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { build } from "esbuild";
import { repositoryFolder } from "./paths";
import { cached } from "./programs/cache";

/** Providers that the program needs. The smallest first: it tells whether the plugin host can be reached. */
export const PROVIDERS = ["random", "tls", "postgresql", "kubernetes"];

/** Where the engine finds a provider: a folder with its program. */
export interface ProviderFolder {
    name: string;
    path: string;
}

const SOURCES = path.join(repositoryFolder, "sandbox", "providers");

/** The stand-ins, bundled when the cache hasn't got them as their sources are now. */
export async function standInProviders(): Promise<ProviderFolder[]> {
    // Beside their own folder they import packages only.
    const key = { texts: [], paths: [SOURCES, __filename, path.join(repositoryFolder, "package-lock.json")] };
    const folder = await cached("providers", key, async (target) => {
        const build = (name: string) =>
            bundleProgram(path.join(SOURCES, name, "provider.ts"), path.join(target, name, `pulumi-resource-${name}`));
        await Promise.all(PROVIDERS.map(build));
    });
    return PROVIDERS.map((name) => ({ name, path: path.join(folder, name) }));
}

/** Makes one executable file of a program and all that it imports. Others may start it meanwhile. */
export async function bundleProgram(source: string, file: string): Promise<void> {
    const unfinished = `${file}-${process.pid}`;
    await build({
        entryPoints: [source],
        outfile: unfinished,
        bundle: true,
        platform: "node",
        target: "node20",
        // Names stay: errors are told by them.
        minifyWhitespace: true,
        minifySyntax: true,
        banner: { js: "#!/usr/bin/env node" },
        logLevel: "error",
    });
    fs.chmodSync(unfinished, 0o755);
    fs.renameSync(unfinished, file);
}
