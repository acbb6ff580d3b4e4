/**
 * What a program says about a component by its resource options goes for everything that the component makes. Through
 * the plugin, on the real engine; `test/e2e/consumer-options.ts` shows on a cluster what comes of it.
 */
import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { Remote, type StateResource, stateOf } from "./support/engine";
import { everything, plainName, UNTOUCHED } from "./support/everything";
import { SAMPLES } from "./support/samples";

const SECONDS = { create: 1_260, update: 1_320, delete: 1_380 };

describe("a program's options for components", function () {
    this.timeout(600_000);
    let made: StateResource[];
    before(async () => {
        ({ made } = await everything());
    });

    const families = () => made.filter(({ urn }) => urn.includes("bulwark:index:"));

    for (const component of Object.keys(SAMPLES)) {
        it(`protect and keep all that ${component} makes`, () => {
            const below = `bulwark:index:${component}$`;
            // What is only read is not made, and can't be lost.
            const family = families().filter(({ urn, external }) => urn.split("::")[2]?.startsWith(below) && !external);
            assert.ok(family.length > 0);
            for (const { urn, protect, retainOnDelete } of family) {
                assert.deepEqual([protect, retainOnDelete], [true, true], urn);
            }
        });
    }

    it("transform every object that they touch", () => {
        const objects = families().filter(
            ({ type, inputs, external }) => inputs?.metadata && !external && type !== UNTOUCHED,
        );
        assert.ok(objects.length > 100);
        for (const { urn, inputs } of objects) {
            const { metadata } = inputs as { metadata: { annotations?: Record<string, string> } };
            assert.equal(metadata.annotations?.seen, "yes", urn);
        }
    });

    it("give other timeouts to all that is made", () => {
        const resources = families().filter(({ custom, external }) => custom && !external);
        assert.ok(resources.length > 200);
        for (const { urn, customTimeouts } of resources) {
            assert.deepEqual(customTimeouts, SECONDS, urn);
        }
    });

    it("rename every component by an alias, and make nothing anew", async () => {
        const { preview } = await everything();
        const { changeSummary } = await preview(
            (component) => `new-${plainName(component)}`,
            (component) => ({ aliases: [{ name: plainName(component) }] }),
        );
        assert.deepEqual(
            Object.keys(changeSummary).filter((kind) => kind !== "same" && kind !== "update"),
            [],
        );
    });

    it("get one error with everything that is wrong, when it turns out later, and nothing is made", async () => {
        const { engine } = await everything();
        const other = await engine.stack("later", async () => {
            const wrong = { image: pulumi.output("not an image"), port: pulumi.output(80) };
            new Remote(
                "SecureApplication",
                "late",
                { ...SAMPLES.SecureApplication, workload: wrong, threatDetection: { mostNodes: pulumi.output(0) } },
                [],
            );
        });
        await assert.rejects(other.up(), (error: Error) => {
            for (const path of ["workload.image", "workload.port", "threatDetection.mostNodes"]) {
                assert.ok(error.message.includes(`\n      ${path}: must be`), error.message);
            }
            assert.doesNotMatch(error.message, /error serializing property/);
            return true;
        });
        assert.deepEqual(
            (await stateOf(other)).filter(({ urn }) => urn.includes("bulwark:index:SecureApplication$")),
            [],
        );
    });
});
