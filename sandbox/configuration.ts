/** The sandbox's stack settings: those of the dev stack, and what its own node needs instead. */
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import type { ImageNames } from "./cluster";
import type { StackConfig } from "./engine";
import { repositoryFolder } from "./paths";
import { PARTS, type Part } from "./sources/planned";

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
 * What the sandbox's own node needs: the sample application, whose image no registry has, and for the given parts the
 * small charts and the images that stand in for those of ingress-nginx and Bitnami. Falco has no stand-in.
 */
export function nodeOverrides(images: ImageNames, standIns: readonly Part[] = PARTS): Overrides {
    const ingressController = {
        chart: standInChart("ingress-nginx"),
        image: imageParts(images.ingressController),
        certgenImage: imageParts(images.webhookCertgen),
    };
    const database = {
        chart: standInChart("postgresql"),
        image: imageParts(images.postgresql),
        exporter: { image: imageParts(images.postgresExporter) },
        majorVersion: undefined,
    };
    return {
        workload: { image: images.app },
        ingress: {
            controller: {
                ...(standIns.includes("ingressController") ? ingressController : {}),
                // The sandbox's load balancer needs none.
                loadBalancerNodePorts: false,
            },
        },
        ...(standIns.includes("database") ? { database } : {}),
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

const STAND_INS: Record<Part, string> = {
    ingressController: "ingress-nginx: Debian's NGINX obeys the same annotations and options",
    database: "Bitnami's chart and image: a small chart takes the same values, with Debian's PostgreSQL",
};

const NO_FALCO =
    "Falco: it watches a whole kernel, and this one is the machine's, not the node's (threatDetection.install: false)";

/** What the own node leaves out or has a stand-in for, and why, in a line each. */
export function leftOut(standIns: Partial<Record<Part, string>>): string[] {
    const replaced = PARTS.filter((part) => standIns[part] !== undefined);
    return [...replaced.map((part) => `${STAND_INS[part]}; ${standIns[part]}`), NO_FALCO];
}

/** What is undefined takes away what the stack says of its own chart or image. */
function standInChart(name: string) {
    const chart = path.join(repositoryFolder, "sandbox", "charts", name);
    return { chart, repository: undefined, version: undefined, timeoutSeconds: 300 };
}

function imageParts(image: string) {
    const [registry = "", name = ""] = image.split("/");
    const [repository = "", tag = ""] = name.split(":");
    return { registry, repository, tag, digest: undefined };
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
