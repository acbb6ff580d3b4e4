/** Every argument of every component that takes a text, by the package's schema. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { ComponentSchema, PropertySchema, TypeSchema } from "../../../../docs/schema";
import { SAMPLES } from "../../../package/support/samples";

type Step = string | number;

/** A text that somebody may give to a component. */
export interface StringArgument {
    component: string;
    /** As in messages: `workload.env[0].name`. */
    shown: string;
    /** Sound arguments with this one in its place. */
    planted(text: string): Record<string, unknown>;
}

interface Schema {
    resources: Record<string, ComponentSchema>;
    types: Record<string, TypeSchema>;
}

const file = path.join(__dirname, "../../../../components/schema.json");
const schema = JSON.parse(fs.readFileSync(file, "utf8")) as Schema;

/** Sound values for what must stand beside a planted text, where its name doesn't tell the type. */
const BESIDE: Record<string, unknown> = {
    bindingName: "second",
    secretName: "second",
    image: "ghcr.io/example/app:1.4.2",
    host: "db.example.com",
    cidr: "10.9.0.0/16",
    port: 8443,
    reason: "Nothing else stands beside it.",
    namespaceName: "beside",
    apiGroup: "cert-manager.io",
    roleName: "beside",
    databaseName: "beside",
    caCertificate: "CERTIFICATE",
    podLabels: { app: "beside" },
    resources: ["certificates"],
    ruleNames: ["read-only-root-filesystem"],
    roleNames: ["beside"],
    statefulSetName: "beside",
    username: "beside",
    password: "beside",
};

/** A map's key of its own, so that no sample has it. */
const KEY = "hostile";

export function stringArguments(): StringArgument[] {
    return Object.entries(schema.resources).flatMap(([token, { inputProperties }]) => {
        const component = token.split(":").at(-1) as string;
        const found = Object.entries(inputProperties).flatMap(([name, property]) => texts(property, [name]));
        return found.map((steps) => ({
            component,
            shown: steps
                .reduce<string>((text, step) => text + (typeof step === "number" ? `[${step}]` : `.${step}`), "")
                .slice(1),
            planted: (text: string) => planted(SAMPLES[component] ?? {}, steps, text, token) as Record<string, unknown>,
        }));
    });
}

function texts(property: PropertySchema, at: Step[]): Step[][] {
    const type = typeOf(property);
    if (type !== undefined) {
        return Object.entries(type.properties ?? {}).flatMap(([name, inner]) => texts(inner, [...at, name]));
    }
    if (property.items !== undefined) {
        return texts(property.items, [...at, 0]);
    }
    if (property.additionalProperties !== undefined) {
        return texts(property.additionalProperties, [...at, KEY]);
    }
    // A choice among words is a text as well for who writes YAML.
    return property.type === "string" || property.$ref !== undefined ? [at] : [];
}

function typeOf({ $ref }: PropertySchema): TypeSchema | undefined {
    const type = $ref?.startsWith("#/types/") ? schema.types[$ref.slice("#/types/".length)] : undefined;
    return type?.enum === undefined ? type : undefined;
}

/** A copy with the text at the end of the steps; what must stand beside it is put there as well. */
function planted(value: unknown, steps: Step[], text: string, token: string): unknown {
    const properties = schema.resources[token]?.inputProperties ?? {};
    return put(value, steps, text, { $ref: "" }, properties, []);
}

function put(
    value: unknown,
    [step, ...rest]: Step[],
    text: string,
    of: PropertySchema,
    properties: Record<string, PropertySchema>,
    required: string[],
): unknown {
    if (step === undefined) {
        return text;
    }
    if (typeof step === "number") {
        const items = of.items ?? {};
        const before = Array.isArray(value) ? value : [];
        return [descend(before[0], rest, text, items), ...before.slice(1)];
    }
    const beside = Object.fromEntries(required.map((name) => [name, BESIDE[name] ?? name]));
    const before = { ...beside, ...(value as Record<string, unknown> | undefined) };
    const next = of.additionalProperties ?? properties[step] ?? {};
    return { ...before, [step]: descend(before[step], rest, text, next) };
}

function descend(value: unknown, rest: Step[], text: string, of: PropertySchema): unknown {
    const type = typeOf(of);
    return put(value, rest, text, of, type?.properties ?? {}, type?.required ?? []);
}
