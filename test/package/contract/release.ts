/** What users of a release rely on, as far as an upgrade could break it: the content of the files beside this one. */
import * as fs from "node:fs";
import * as path from "node:path";
import { stackProgram } from "../../unit/support/stack-program";
import { componentsFolder, type PackageSchema } from "../support/plugin";
import type { ReleasedComponent, ReleasedResource } from "./breaches";
import { fixedInputs } from "./fixed-inputs";
import { type Known, knownResources } from "./urns";

/** The stacks whose resources are part of it. */
export const STACKS = ["dev", "prod"];

/** The resources of this working copy for one of its stacks. */
export async function presentResources(stack: string): Promise<Known[]> {
    return knownResources(await stackProgram(stack));
}

/** The components of this working copy, by the package's schema. */
export function presentComponents(): ReleasedComponent[] {
    const text = fs.readFileSync(path.join(componentsFolder, "schema.json"), "utf8");
    return Object.entries((JSON.parse(text) as PackageSchema).resources).map(([token, component]) => ({
        token,
        required: [...component.requiredInputs].sort(),
        inputs: typesOf(component.inputProperties),
        outputs: typesOf(component.properties),
    }));
}

function typesOf(properties: PackageSchema["resources"][string]["properties"]): Record<string, string> {
    const entries = Object.entries(properties).map(([name, { description: _, ...type }]) => [
        name,
        JSON.stringify(type),
    ]);
    return Object.fromEntries(entries.sort(([left = ""], [right = ""]) => (left < right ? -1 : 1)));
}

/** The resources of the last release. */
export function releasedResources(stack: string): ReleasedResource[] {
    return lines(stack);
}

/** The components of the last release. */
export function releasedComponents(): ReleasedComponent[] {
    return lines("components");
}

/** Makes this working copy the release that the next ones are held to. */
export async function writeRelease(): Promise<void> {
    for (const stack of STACKS) {
        const resources = await presentResources(stack);
        writeLines(
            stack,
            resources.map(({ urn, registration }) => ({ urn, fixed: fixedInputs(registration) })),
        );
    }
    writeLines("components", presentComponents());
}

/** One to a line, sorted, so that the difference between two releases can be read. */
function writeLines(name: string, each: object[]): void {
    const text = each.map((one) => `${JSON.stringify(one)}\n`).sort();
    fs.writeFileSync(file(name), text.join(""));
}

function lines<T>(name: string): T[] {
    return fs
        .readFileSync(file(name), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
}

function file(name: string): string {
    return path.join(__dirname, `${name}.jsonl`);
}
