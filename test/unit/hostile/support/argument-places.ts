/** Every argument of every component, by the package's schema. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { ComponentSchema, PropertySchema, TypeSchema } from "../../../../docs/schema";
import { SAMPLES } from "../../../package/support/samples";

type Step = string | number;

/** An argument, a group of them or a member of a list, where somebody may put anything. */
export interface Place {
    component: string;
    /** As in messages: `workload.env[0].name`. */
    shown: string;
    /** Whether a text belongs here. */
    isText: boolean;
    /** A copy of arguments with the value here; what must stand beside it is put there as well. */
    put(args: Record<string, unknown>, value: unknown): Record<string, unknown>;
}

interface Schema {
    resources: Record<string, ComponentSchema>;
    types: Record<string, TypeSchema>;
}

const file = path.join(__dirname, "../../../../components/schema.json");
const schema = JSON.parse(fs.readFileSync(file, "utf8")) as Schema;

/** Sound values for what must stand beside a planted value, where its name doesn't tell the type. */
const BESIDE: Record<string, unknown> = {
    bindingName: "second",
    sockets: ["/run/second.sock"],
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

/** Every place of every component. */
export function argumentPlaces(): Place[] {
    return Object.entries(schema.resources).flatMap(([token, { inputProperties }]) =>
        Object.entries(inputProperties)
            .flatMap(([name, property]) => below(property, [name]))
            .map(([steps, isText]) => ({
                component: token.split(":").at(-1) as string,
                shown: steps
                    .reduce<string>((text, step) => text + (typeof step === "number" ? `[${step}]` : `.${step}`), "")
                    .slice(1),
                isText,
                put: (args, value) => put(args, steps, value, {}, inputProperties, []) as Record<string, unknown>,
            })),
    );
}

/** Sound arguments with a value in one place. */
export function planted({ component, put }: Place, value: unknown): Record<string, unknown> {
    return put(SAMPLES[component] ?? {}, value);
}

/** A property and all within it. */
function below(property: PropertySchema, at: Step[]): [Step[], boolean][] {
    const type = typeOf(property);
    // A choice among words is a text as well for who writes YAML.
    const isText = type === undefined && (property.type === "string" || property.$ref !== undefined);
    return [[at, isText], ...within(property, type, at)];
}

function within({ items, additionalProperties }: PropertySchema, type: TypeSchema | undefined, at: Step[]) {
    if (items !== undefined) {
        return below(items, [...at, 0]);
    }
    if (additionalProperties !== undefined) {
        return below(additionalProperties, [...at, KEY]);
    }
    return Object.entries(type?.properties ?? {}).flatMap(([name, inner]) => below(inner, [...at, name]));
}

/** The arguments of a component. */
export function propertiesOf(component: string): Record<string, PropertySchema> {
    return schema.resources[`bulwark:index:${component}`]?.inputProperties ?? {};
}

/** The type of a property that is a group. */
export function typeOf(property: PropertySchema): TypeSchema | undefined {
    const type = named(property);
    return type?.enum === undefined ? type : undefined;
}

/** The words that a property may be, when it is a choice. */
export function valuesOf(property: PropertySchema): string[] | undefined {
    return named(property)?.enum?.map(({ value }) => value);
}

function named({ $ref }: PropertySchema): TypeSchema | undefined {
    return $ref?.startsWith("#/types/") ? schema.types[$ref.slice("#/types/".length)] : undefined;
}

function put(
    value: unknown,
    [step, ...rest]: Step[],
    given: unknown,
    of: PropertySchema,
    properties: Record<string, PropertySchema>,
    required: string[],
): unknown {
    if (step === undefined) {
        return given;
    }
    if (typeof step === "number") {
        const items = of.items ?? {};
        const before = Array.isArray(value) ? value : [];
        return [descend(before[0], rest, given, items), ...before.slice(1)];
    }
    const beside = Object.fromEntries(required.map((name) => [name, BESIDE[name] ?? name]));
    const before = { ...beside, ...(value as Record<string, unknown> | undefined) };
    const next = of.additionalProperties ?? properties[step] ?? {};
    return { ...before, [step]: descend(before[step], rest, given, next) };
}

function descend(value: unknown, rest: Step[], given: unknown, of: PropertySchema): unknown {
    const type = typeOf(of);
    return put(value, rest, given, of, type?.properties ?? {}, type?.required ?? []);
}
