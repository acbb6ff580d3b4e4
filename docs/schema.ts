/** The package's schema, by the very analyzer that the engine runs, without a plugin process. */
import * as fs from "node:fs";
import * as path from "node:path";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema";
import * as bulwark from "../components/index";

export const componentsFolder = path.resolve(__dirname, "../components");

/** What the pages show of a schema. */
export interface Schema {
    resources: Record<string, ComponentSchema>;
    types: Record<string, TypeSchema>;
}

export interface ComponentSchema {
    description?: string;
    inputProperties: Record<string, PropertySchema>;
    requiredInputs: string[];
    properties: Record<string, PropertySchema>;
}

export interface TypeSchema {
    properties?: Record<string, PropertySchema>;
    required?: string[];
    enum?: { name: string; value: string; description?: string }[];
}

export interface PropertySchema {
    type?: string;
    $ref?: string;
    description?: string;
    plain?: boolean;
    items?: PropertySchema;
    additionalProperties?: PropertySchema;
}

export function packageSchema(): Schema {
    const manifest = JSON.parse(fs.readFileSync(path.join(componentsFolder, "package.json"), "utf8"));
    const names = Object.entries(bulwark).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
    const analyzed = new Analyzer(componentsFolder, manifest.name, manifest, new Set(names)).analyze();
    const schema = generateSchema(
        manifest.name,
        manifest.version,
        manifest.description,
        analyzed.components,
        analyzed.typeDefinitions,
        analyzed.dependencies,
    );
    return JSON.parse(JSON.stringify(schema));
}
