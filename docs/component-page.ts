/** One component's page in Markdown: what the docstrings say, and a part written by hand. Pure. */
import { markdownTable } from "./markdown-table";
import type { PropertySchema, Schema } from "./schema";

const PREFIX = "bulwark:index:";

/** The file name of a component's page, and of the part written by hand. */
export function pageName(component: string): string {
    return `${component.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}.md`;
}

/** The page. `part` holds examples and reasons; it stands between the description and the tables. */
export function componentPage(component: string, schema: Schema, part: string): string {
    const resource = schema.resources[PREFIX + component];
    if (!resource) {
        throw new RangeError(`the package has no component ${component}`);
    }
    const nested = nestedTypes(Object.values(resource.inputProperties), schema);
    return [
        `<!-- Written by docs/generate.ts from the docstrings and parts/${pageName(component)}; change those. -->`,
        `# ${component}`,
        resource.description ?? "",
        part.trim(),
        "## Arguments",
        table(resource.inputProperties, resource.requiredInputs),
        ...nested.flatMap((name) => typeSection(name, schema)),
        "## Outputs",
        outputTable(resource.properties),
    ]
        .join("\n\n")
        .concat("\n");
}

/** The types that arguments refer to, directly or not, in the order in which a reader meets them. */
function nestedTypes(properties: PropertySchema[], schema: Schema, found: string[] = []): string[] {
    for (const name of properties.flatMap(typeNames)) {
        if (!found.includes(name)) {
            found.push(name);
            nestedTypes(Object.values(schema.types[PREFIX + name]?.properties ?? {}), schema, found);
        }
    }
    return found;
}

function typeNames({ $ref, items, additionalProperties }: PropertySchema): string[] {
    const own = $ref?.startsWith("#/types/") ? [$ref.slice(`#/types/${PREFIX}`.length)] : [];
    return [...own, ...[items, additionalProperties].flatMap((inner) => (inner ? typeNames(inner) : []))];
}

function typeSection(name: string, schema: Schema): string[] {
    const type = schema.types[PREFIX + name];
    const body = type?.enum
        ? markdownTable(
              ["value", "meaning"],
              type.enum.map((member) => [`\`${member.value}\``, member.description ?? ""]),
          )
        : table(type?.properties ?? {}, type?.required ?? []);
    return [`### ${name}`, body];
}

function table(properties: Record<string, PropertySchema>, required: string[]): string {
    const names = Object.keys(properties).sort(
        (left, right) => Number(required.includes(right)) - Number(required.includes(left)),
    );
    return markdownTable(
        ["argument", "type", "meaning"],
        names.map((name) => {
            const property = properties[name] ?? {};
            const needed = required.includes(name) ? "**Required.** " : "";
            return [`\`${name}\``, typeText(property), needed + (property.description ?? "")];
        }),
    );
}

function outputTable(properties: Record<string, PropertySchema>): string {
    return markdownTable(
        ["output", "type", "meaning"],
        Object.entries(properties).map(([name, property]) => [
            `\`${name}\``,
            typeText(property),
            property.description ?? "",
        ]),
    );
}

function typeText(property: PropertySchema): string {
    if (property.items) {
        return `list of ${typeText(property.items)}`;
    }
    if (property.additionalProperties) {
        return `map of ${typeText(property.additionalProperties)}`;
    }
    const [name] = typeNames(property);
    if (name !== undefined) {
        return `[${name}](#${name.toLowerCase()})`;
    }
    return property.$ref === undefined ? (property.type ?? "") : (property.$ref.split(":").at(-1) ?? "");
}
