/**
 * Serves the package to the engine, whatever language the program is in. The SDK's own host would, too, but it reads the
 * schema out of the sources at each start, with the types of all packages: every preview and every update would wait ten
 * seconds instead of two. This is compiled when the package is installed, and has the schema from its file. Where it
 * wasn't compiled, Node falls back to `index.ts`, and with that the SDK to its own host.
 */
import type * as pulumi from "@pulumi/pulumi";
import { main } from "@pulumi/pulumi/provider";
import * as bulwark from "./index";
import { skipStackTraces } from "./skip-stack-traces";
import { schemaText } from "./structure";

type Component = new (name: string, args: pulumi.Inputs, opts: pulumi.ComponentResourceOptions) => Constructed;
type Constructed = pulumi.ComponentResource & Record<string, unknown>;

const { version, resources } = JSON.parse(schemaText) as {
    version: string;
    resources: Record<string, { properties: object }>;
};
const exported = bulwark as unknown as Record<string, Component>;

/** @throws Error when there is no such component. */
async function construct(name: string, type: string, args: pulumi.Inputs, opts: pulumi.ComponentResourceOptions) {
    const component = exported[type.split(":").slice(2).join(":")];
    const outputs = resources[type]?.properties;
    if (component === undefined || outputs === undefined) {
        throw new Error(`there is no component ${type}; choose from ${Object.keys(resources).join(", ")}`);
    }
    const made = new component(name, args, opts);
    return { urn: made.urn, state: Object.fromEntries(Object.keys(outputs).map((key) => [key, made[key]])) };
}

/** What the SDK's host runs when a plugin exports no components. */
export = () => {
    skipStackTraces();
    return main({ version, getSchema: async () => schemaText, construct }, process.argv.slice(2));
};
