/**
 * `npm run scan`: Trivy on what the program makes for its stacks.
 *
 *   npm run scan -- settings            settings of the rendered objects that weaken them; needs no network
 *   npm run scan -- images [IMAGE…]     vulnerabilities of images: those of the stacks, or the given ones
 */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { imagesOfStack, renderedManifests } from "./rendered";
import { trivyProgram } from "./trivy-program";
import { yamlStream } from "./yaml-stream";

const STACKS = ["dev", "prod"];
/** Exceptions, each with its reason. */
const EXCEPTIONS = path.join(__dirname, "trivyignore.yaml");
const COMMON = ["--exit-code", "1", "--severity", "HIGH,CRITICAL", "--quiet"];

async function scanSettings(): Promise<boolean> {
    const folder = fs.mkdtempSync(path.join(tmpdir(), "bulwark-scan-"));
    try {
        for (const stack of STACKS) {
            const manifests = await renderedManifests(stack);
            fs.writeFileSync(path.join(folder, `${stack}.yaml`), yamlStream(manifests));
        }
        const args = ["config", ...COMMON, "--ignorefile", EXCEPTIONS, "--skip-check-update", folder];
        return trivy(await trivyProgram(), args);
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

async function scanImages(given: string[]): Promise<boolean> {
    const images = given.length > 0 ? given : await imagesOfStacks();
    const program = await trivyProgram();
    const results = images.map((image) => trivy(program, ["image", ...COMMON, "--ignore-unfixed", image]));
    return results.every(Boolean);
}

async function imagesOfStacks(): Promise<string[]> {
    const all = new Set<string>();
    for (const stack of STACKS) {
        for (const image of await imagesOfStack(stack)) {
            all.add(image);
        }
    }
    return [...all];
}

function trivy(program: string, args: string[]): boolean {
    return spawnSync(program, args, { stdio: "inherit" }).status === 0;
}

async function main([what, ...rest]: string[]): Promise<boolean> {
    switch (what) {
        case "settings":
            return scanSettings();
        case "images":
            return scanImages(rest);
        default:
            throw new Error("say what to scan: settings, or images");
    }
}

main(process.argv.slice(2)).then(
    (clean) => {
        process.exitCode = clean ? 0 : 1;
    },
    (error: Error) => {
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 2;
    },
);
