/**
 * What a program says about a component by its resource options goes for everything that the component makes. Through
 * the plugin, on the real engine; `test/e2e/consumer-options.ts` shows on a cluster what comes of it.
 */
import { strict as assert } from "node:assert";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { type Engine, Remote, type StateResource, startEngine, stateOf } from "./support/engine";
import { SAMPLES } from "./support/samples";

const TIMEOUTS = { create: "21m", update: "22m", delete: "23m" };
const SECONDS = { create: 1_260, update: 1_320, delete: 1_380 };

/** Marks every object. */
const mark: pulumi.ResourceTransform = ({ custom, props, opts }) =>
    custom && props.metadata
        ? { props: { ...props, metadata: { ...props.metadata, annotations: { seen: "yes" } } }, opts }
        : undefined;

describe("a program's options for components", function () {
    this.timeout(600_000);
    let engine: Engine;
    let stack: Stack;
    let current: () => void;
    let made: StateResource[];

    /** Every component, under a name that `called` makes of its class. */
    function everything(called: (component: string) => string, opts: (component: string) => object = () => ({})): void {
        const cluster = new k8s.Provider("explicit-cluster", { kubeconfig: "{}" });
        for (const [component, args] of Object.entries(SAMPLES)) {
            new Remote(component, called(component), args, [], {
                protect: true,
                retainOnDelete: true,
                transforms: [mark],
                providers: [cluster],
                customTimeouts: TIMEOUTS,
                ...opts(component),
            });
        }
    }

    before(async () => {
        engine = await startEngine();
        stack = await engine.stack("options", async () => current());
        current = () => everything((component) => component.toLowerCase());
        await stack.up();
        made = await stateOf(stack);
    });
    after(() => engine.close());

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

    it("put every Kubernetes object behind the provider that is given", () => {
        const objects = families().filter(({ type }) => type.startsWith("kubernetes:"));
        assert.ok(objects.length > 100);
        for (const { urn, provider = "" } of objects) {
            assert.match(provider, /::pulumi:providers:kubernetes::explicit-cluster::/, urn);
        }
    });

    it("transform every object", () => {
        const objects = families().filter(({ inputs, external }) => inputs?.metadata && !external);
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
        current = () =>
            everything(
                (component) => `new-${component.toLowerCase()}`,
                (component) => ({ aliases: [{ name: component.toLowerCase() }] }),
            );
        const { changeSummary } = await stack.preview();
        assert.deepEqual(
            Object.keys(changeSummary).filter((kind) => kind !== "same" && kind !== "update"),
            [],
        );
    });

    it("get one error with everything that is wrong, when it turns out later, and nothing is made", async () => {
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
