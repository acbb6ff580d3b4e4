/** The sandbox's stack settings: those of the dev stack, and what its own node needs instead. */
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import type { ImageNames } from "./cluster";
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
 * What the sandbox's own node needs: its images, which no registry has, and the small charts that stand in for those of
 * Bitnami and ingress-nginx. Falco has no image to run there, so its release is left out.
 */
export function nodeOverrides(images: ImageNames): Overrides {
    return {
        workload: { image: images.app },
        ingress: {
            controller: {
                chart: { chart: chartFolder("ingress-nginx"), timeoutSeconds: 300 },
                image: imageParts(images.ingressController),
                certgenImage: imageParts(images.webhookCertgen),
                // The sandbox's load balancer needs none.
                loadBalancerNodePorts: false,
            },
        },
        database: {
            chart: { chart: chartFolder("postgresql"), timeoutSeconds: 300 },
            image: imageParts(images.postgresql),
        },
        threatDetection: { install: false },
    };
}

/** What the sample application makes use of: tenants who are kept apart, and a path that tells whether it is ready. */
export const SAMPLE_APP: Overrides = {
    workload: { readinessPath: "/readyz" },
    database: { rowLevelSecurity: { schema: "public" } },
};

/** In place of a controller, for stacks that need none: nobody will publish an address. */
export const NO_INGRESS_CONTROLLER: Overrides = { ingress: { awaitAddress: false, controller: { install: false } } };

/** What the own node leaves out or has a stand-in for, and why, in a line each. */
export const LEFT_OUT = [
    "ingress-nginx: no image in the package registries; Debian's NGINX obeys the same annotations and options",
    "Falco: no image in the package registries (threatDetection.install: false)",
];

function chartFolder(name: string): string {
    return path.join(repositoryFolder, "sandbox", "charts", name);
}

function imageParts(image: string): Record<"registry" | "repository" | "tag", string> {
    const [registry = "", name = ""] = image.split("/");
    const [repository = "", tag = ""] = name.split(":");
    return { registry, repository, tag };
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
