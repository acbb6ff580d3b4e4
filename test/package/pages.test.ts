/** The components' pages: current, and with examples that the package takes. */
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import { parse } from "yaml";
import { componentPages } from "../../docs/generate";
import { type PropertySchema, packageSchema, type Schema } from "../../docs/schema";
import { fenced } from "./support/examples";

interface YamlProgram {
    resources: Record<string, { type: string; name?: string; properties?: Record<string, unknown> }>;
    outputs: Record<string, string>;
}

describe("the components' pages", function () {
    this.timeout(60_000);
    let schema: Schema;
    let pages: Map<string, string>;
    before(() => {
        schema = packageSchema();
        pages = componentPages(schema);
    });

    it("are current; `npx tsx docs/generate.ts` writes them anew", () => {
        for (const [file, content] of pages) {
            assert.equal(fs.readFileSync(file, "utf8"), content, file);
        }
    });

    it("have examples in YAML that the schema takes", () => {
        for (const [file, content] of pages) {
            const [text, ...more] = fenced(content, "yaml");
            assert.ok(text !== undefined && more.length === 0, file);
            checkProgram(parse(text), schema);
        }
    });
});

function checkProgram({ resources, outputs }: YamlProgram, schema: Schema): void {
    for (const { type, properties = {} } of Object.values(resources)) {
        const component = schema.resources[type.replace(":", ":index:")];
        assert.ok(component, type);
        checkObject(properties, component.inputProperties, component.requiredInputs, type, schema);
    }
    const references = JSON.stringify([resources, outputs]).matchAll(/\$\{(\w+)\.(\w+)\}/g);
    for (const [reference, name = "", output = ""] of references) {
        const target = schema.resources[resources[name]?.type.replace(":", ":index:") ?? ""];
        assert.ok(target?.properties[output], reference);
    }
}

function checkObject(
    given: Record<string, unknown>,
    properties: Record<string, PropertySchema>,
    required: string[],
    where: string,
    schema: Schema,
): void {
    for (const name of required) {
        assert.ok(name in given, `${where} lacks ${name}`);
    }
    for (const [name, value] of Object.entries(given)) {
        const property = properties[name];
        assert.ok(property, `${where} has no ${name}`);
        checkValue(value, property, `${where}.${name}`, schema);
    }
}

function checkValue(value: unknown, property: PropertySchema, where: string, schema: Schema): void {
    const { type, $ref, items, additionalProperties } = property;
    if (typeof value === "string" && value.startsWith("${")) {
        return;
    }
    if (items) {
        assert.ok(Array.isArray(value), where);
        for (const each of value) {
            checkValue(each, items, `${where}[]`, schema);
        }
    } else if (additionalProperties) {
        for (const each of Object.values(value as object)) {
            checkValue(each, additionalProperties, `${where}.*`, schema);
        }
    } else if ($ref) {
        const referred = schema.types[$ref.slice("#/types/".length)];
        if (referred?.enum) {
            assert.ok(
                referred.enum.some((member) => member.value === value),
                where,
            );
        } else {
            const { properties = {}, required = [] } = referred ?? assert.fail(where);
            checkObject(value as Record<string, unknown>, properties, required, where, schema);
        }
    } else {
        assert.equal(typeof value, type, where);
    }
}
