import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { sortOf } from "./sort-of";
import { Validation } from "./validation";

/** What the package's schema says of an argument. */
interface Property {
    type?: string;
    $ref?: string;
    items?: Property;
    additionalProperties?: Property;
}

/** What it says of a group of arguments. */
interface Group {
    properties: Record<string, Property>;
    required?: string[];
}

type Report = (path: string, reason: string) => void;

interface Schema {
    types: Record<string, Partial<Group>>;
    resources: Record<string, { inputProperties?: Group["properties"]; requiredInputs?: string[] }>;
}

/** Beside the sources, and one folder above what is compiled. Not imported: not every consumer's compiler takes JSON. */
const SCHEMA_FILE = ["schema.json", "../schema.json"]
    .map((name) => path.join(__dirname, name))
    .find((file) => fs.existsSync(file));
/** The package's schema, as the engine gets it. */
export const schemaText = fs.readFileSync(SCHEMA_FILE ?? "schema.json", "utf8");
const SCHEMA: Schema = JSON.parse(schemaText);

/**
 * The validation of a component's arguments, for everything that their types don't say. Python and YAML keep no types: a
 * text where a list must be would end in an error about a function that isn't there.
 *
 * @throws pulumi.InputPropertiesError when lists, objects and switches aren't where they must be, as far as the values
 * are known: then nothing else can be looked at.
 */
export function validationOf(component: string, name: string, args: unknown): Validation {
    const validation = new Validation(`${component} "${name}"`);
    const { inputProperties: properties = {}, requiredInputs: required = [] } =
        SCHEMA.resources[`bulwark:index:${component}`] ?? {};
    checkMembers((args ?? {}) as Record<string, unknown>, { properties, required }, "", (path, reason) =>
        validation.fault(path, reason),
    );
    validation.done();
    return validation;
}

function checkMembers(value: Record<string, unknown>, group: Group, prefix: string, report: Report): void {
    for (const [name, property] of Object.entries(group.properties)) {
        if (value[name] !== undefined) {
            checkStructure(value[name], property, prefix + name, report);
        } else if (group.required?.includes(name)) {
            report(prefix + name, "is missing");
        }
    }
}

function checkStructure(value: unknown, property: Property, path: string, report: Report): void {
    // What comes later is looked at by the rules alone.
    if (pulumi.Output.isInstance(value) || value instanceof Promise) {
        return;
    }
    const { properties, required = [] } = SCHEMA.types[property.$ref?.replace("#/types/", "") ?? ""] ?? {};
    const { type, items, additionalProperties } = property;
    if (items) {
        if (!Array.isArray(value)) {
            report(path, `must be a list, is ${sortOf(value)}`);
            return;
        }
        value.forEach((member, index) => {
            checkStructure(member, items, `${path}[${index}]`, report);
        });
    } else if (properties || additionalProperties) {
        if (typeof value !== "object" || value === null || Array.isArray(value)) {
            report(path, `must be an object, is ${sortOf(value)}`);
        } else if (properties) {
            checkMembers(value as Record<string, unknown>, { properties, required }, `${path}.`, report);
        } else if (additionalProperties) {
            for (const [key, member] of Object.entries(value)) {
                checkStructure(member, additionalProperties, `${path}[${JSON.stringify(key)}]`, report);
            }
        }
    } else if (type === "boolean" && typeof value !== "boolean") {
        report(path, `must be true or false, is ${sortOf(value)}`);
    } else if (type === "string" && typeof value !== "string") {
        report(path, `must be a text, is ${sortOf(value)}`);
    }
}
