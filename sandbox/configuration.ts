/** The sandbox's stack settings: those of the dev stack, and what its own node needs instead. */
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import type { StackConfig } from "./engine";
import { repositoryFolder } from "./paths";

type Group = Record<string, unknown>;

/** Settings in place of the dev stack's: whole members of a group, as `pulumi config set --path` would put them. */
export type Overrides = Record<string, Group>;

/** The dev stack's settings as they are, for a cluster with a way out. */
export function devConfiguration(): StackConfig {
    const file = path.join(repositoryFolder, "Pulumi.dev.yaml");
    return (parse(fs.readFileSync(file, "utf8")) as { config: StackConfig }).config;
}

/** The dev stack's settings with others in their place, member by member. */
export function withOverrides(config: StackConfig, overrides: Overrides): StackConfig {
    const changed = Object.entries(overrides).map(([group, members]) => {
        const key = `bulwark:${group}`;
        return [key, merge(config[key] as Group | undefined, members)];
    });
    return { ...config, ...Object.fromEntries(changed) };
}

/**
 * What the sandbox's own node needs: its images, which no registry has, and the small chart that stands in for
 * Bitnami's. ingress-nginx and Falco have no image to run there, so their releases are left out.
 */
export function nodeOverrides(images: { app: string; postgresql: string }): Overrides {
    const [repository, tag] = splitImage(images.postgresql);
    return {
        workload: { image: images.app },
        // Nobody will publish an address without a controller.
        ingress: { awaitAddress: false, controller: { install: false } },
        database: {
            chart: { chart: path.join(repositoryFolder, "sandbox", "charts", "postgresql"), timeoutSeconds: 300 },
            image: { registry: "registry.bulwark.local", repository, tag },
        },
        threatDetection: { install: false },
    };
}

/** What the own node leaves out, and why, in a line each. */
export const LEFT_OUT = [
    "ingress-nginx: no image of its controller in the package registries (ingress.controller.install: false)",
    "Falco: no image in the package registries (threatDetection.install: false)",
];

function splitImage(image: string): [repository: string, tag: string] {
    const [repository = "", tag = ""] = image.slice(image.indexOf("/") + 1).split(":");
    return [repository, tag];
}

function merge(under: Group | undefined, over: Group): Group {
    const merged: Group = { ...under };
    for (const [key, value] of Object.entries(over)) {
        const both = isGroup(value) && isGroup(merged[key]);
        merged[key] = both ? merge(merged[key] as Group, value as Group) : value;
    }
    return merged;
}

function isGroup(value: unknown): value is Group {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
