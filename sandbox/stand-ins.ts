/**
 * The stand-ins for Pulumi's providers, each bundled into one program: the engine starts all four for every operation,
 * and loading them from their sources takes four times as long.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { build } from "esbuild";
import { repositoryFolder, stateFolder } from "./paths";

/** Providers that the program needs. The smallest first: it tells whether the plugin host can be reached. */
export const PROVIDERS = ["random", "tls", "postgresql", "kubernetes"];

/** Where the engine finds a provider: a folder with its program. */
export interface ProviderFolder {
    name: string;
    path: string;
}

let bundled: Promise<ProviderFolder[]> | undefined;

/** The stand-ins, bundled from their present sources once a process. */
export function standInProviders(): Promise<ProviderFolder[]> {
    bundled ??= Promise.all(
        PROVIDERS.map(async (name) => {
            const folder = path.join(stateFolder, "providers", name);
            const source = path.join(repositoryFolder, "sandbox", "providers", name, "provider.ts");
            await bundleProgram(source, path.join(folder, `pulumi-resource-${name}`));
            return { name, path: folder };
        }),
    );
    return bundled;
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
