import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { validationOf } from "../../components/structure";

/** The faults, each with its path in front. */
function faults(component: string, args: unknown): string[] {
    try {
        validationOf(component, "it", args);
        return [];
    } catch (error) {
        const { errors = [] } = error as pulumi.InputPropertiesError;
        return errors.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
    }
}

describe("the structure of arguments", () => {
    const sound = { namespaceName: "shop", image: "app:1" };

    it("is that of the schema, as far as it is known", () => {
        assert.deepEqual(faults("HardenedWorkload", sound), []);
        const later = { environment: pulumi.output(1), command: Promise.resolve(1), labels: undefined };
        assert.deepEqual(faults("HardenedWorkload", { ...sound, ...later }), []);
    });

    it("is told about by every fault, with its path and without its value", () => {
        const wrong = {
            image: ["SECRET"],
            command: "SECRET",
            arguments: ["sound", 1],
            environment: { LOG: 5, "a\nb": null },
            resources: null,
            serviceBindings: [
                { bindingName: "a", secretName: "b", version: "c", allowEnvironment: "no" },
                "SECRET",
                {},
            ],
            requireImmutableImage: 0,
        };
        assert.deepEqual(faults("HardenedWorkload", wrong).sort(), [
            "arguments[1]: must be a text, is a number",
            "command: must be a list, is a text",
            'environment["LOG"]: must be a text, is a number',
            'environment["a\\nb"]: must be a text, is null',
            "image: must be a text, is a list",
            "namespaceName: is missing",
            "requireImmutableImage: must be true or false, is a number",
            "resources: must be an object, is null",
            "serviceBindings[0].allowEnvironment: must be true or false, is a text",
            "serviceBindings[1]: must be an object, is a text",
            "serviceBindings[2].bindingName: is missing",
            "serviceBindings[2].secretName: is missing",
            "serviceBindings[2].version: is missing",
        ]);
    });

    it("is told about as what can't be created", () => {
        assert.throws(() => validationOf("HardenedWorkload", "web", undefined), {
            message: 'HardenedWorkload "web" can\'t be created:\n  namespaceName: is missing\n  image: is missing',
        });
    });

    it("may hold more, such as a component in the place of a group", () => {
        assert.deepEqual(faults("HardenedWorkload", { ...sound, unknown: 1 }), []);
    });
});
