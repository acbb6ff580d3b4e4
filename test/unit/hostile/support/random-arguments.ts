/** Arguments made at random as the package's schema allows them. */
import * as fc from "fast-check";
import type { PropertySchema } from "../../../../docs/schema";
import { propertiesOf, typeOf, valuesOf } from "./argument-places";

type Arbitrary = fc.Arbitrary<unknown>;

/** Texts of the kinds that are asked for, so that some of them fit. */
const TEXTS = fc.oneof(
    fc.constantFrom(
        "name",
        "a.example.com",
        "10.0.0.0/8",
        "10min",
        "512Mi",
        "500m",
        "ghcr.io/example/app:1.4.2",
        "/path",
        "https://example.com",
        "v1.30",
        "1.2.3",
        "17 2 * * *",
        "",
    ),
    fc.string(),
);

const NUMBERS = fc.oneof(fc.constantFrom(0, 1, 2, 80, 8000, 65_535), fc.integer(), fc.double());

/** Some of a component's arguments; of what a group or list holds, whatever its type has. Without the ones excluded. */
export function randomArguments(component: string, excluded: RegExp): fc.Arbitrary<Record<string, unknown>> {
    return group(propertiesOf(component), [], excluded);
}

function group(properties: Record<string, PropertySchema>, required: string[], excluded: RegExp) {
    const members = Object.entries(properties).filter(([name]) => !excluded.test(name));
    const model = Object.fromEntries(members.map(([name, property]) => [name, value(property, excluded)]));
    return fc.record(model, { requiredKeys: required.filter((name) => Object.hasOwn(model, name)) });
}

function value(property: PropertySchema, excluded: RegExp): Arbitrary {
    const type = typeOf(property);
    if (type) {
        return group(type.properties ?? {}, type.required ?? [], excluded);
    }
    if (property.items) {
        return fc.array(value(property.items, excluded), { maxLength: 2 });
    }
    if (property.additionalProperties) {
        return fc.dictionary(TEXTS, value(property.additionalProperties, excluded), { maxKeys: 2 });
    }
    const choices = valuesOf(property);
    if (choices) {
        return fc.constantFrom(...choices);
    }
    return property.type === "boolean" ? fc.boolean() : property.type === "number" ? NUMBERS : TEXTS;
}
