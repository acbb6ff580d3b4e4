/**
 * The components as a program in any language gets them: through the plugin, on the real engine. The providers behind
 * it only echo, so this is about what the engine is told; what a cluster makes of it is the end-to-end tests' part.
 */
import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import * as bulwark from "../../components/index";
import { type Engine, Remote, type StateResource, startEngine, stateOf } from "./support/engine";
import { everything } from "./support/everything";
import { SAMPLES } from "./support/samples";

/** The key by which the engine marks a special value. */
const SECRET = "4dabf18193072939515e22adb298388d";

describe("components through the plugin", function () {
    this.timeout(300_000);
    let made: StateResource[];
    before(async () => {
        ({ made } = await everything());
    });

    const named = (name: string) => made.find(({ urn }) => urn.split("::").at(-1) === name);
    const below = (name: string) => made.filter(({ parent }) => parent !== undefined && parent === named(name)?.urn);

    it("are all that the package exports", () => {
        const exported = Object.entries(bulwark).filter(([, value]) => typeof value === "function");
        assert.deepEqual(Object.keys(SAMPLES).sort(), exported.map(([name]) => name).sort());
    });

    for (const component of Object.keys(SAMPLES)) {
        it(`include ${component} with its children`, () => {
            assert.equal(named(component.toLowerCase())?.type, `bulwark:index:${component}`);
            assert.ok(below(component.toLowerCase()).length > 0);
        });
    }

    it("use the Kubernetes provider that they are given, for everything", () => {
        const objects = made.filter(({ type }) => type.startsWith("kubernetes:"));
        assert.ok(objects.length > 100);
        for (const { urn, provider = "" } of objects) {
            assert.match(provider, /::pulumi:providers:kubernetes::explicit-cluster::/, urn);
        }
    });

    it("have a server's outputs go into another component, and its objects go when the release does", () => {
        const roles = below("chained-access").filter(({ type }) => type.startsWith("postgresql:"));
        assert.ok(roles.length > 3);
        for (const { urn, deletedWith = "" } of roles) {
            assert.ok(deletedWith.endsWith("::chained-server-release"), urn);
        }
    });

    it("keep secrets encrypted in the state, and as outputs", async () => {
        // The export shows what is encrypted as plaintext, but within a secret's wrapper.
        const inClear = JSON.stringify(made, (_key, value) => (value?.[SECRET] === undefined ? value : null));
        assert.doesNotMatch(inClear, /generated-by-the-test|PRIVATE KEY/);
        const { stack } = await everything();
        assert.equal((await stack.outputs()).adminPassword?.secret, true);
    });

    it("are the same on the next run", async () => {
        const { preview } = await everything();
        const { changeSummary } = await preview();
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });
});

describe("wrong arguments, through the plugin", function () {
    this.timeout(300_000);
    let engine: Engine;
    let current: () => void;
    let stack: Stack;
    before(async () => {
        engine = await startEngine();
        stack = await engine.stack("faults", async () => current());
    });
    after(() => engine.close());

    async function up(program: () => void) {
        current = program;
        await stack.up();
    }

    it("are reported all at once, by their paths", async () => {
        const faulty = () => {
            new Remote("SecureNamespace", "store", { namespaceName: "No", quota: { pods: 0 } }, []);
        };
        await assert.rejects(up(faulty), (error: Error) => {
            assert.match(error.message, /namespaceName/);
            assert.match(error.message, /quota\.pods/);
            return true;
        });
    });

    it("create nothing, also when they turn out wrong later", async () => {
        const later = () => {
            new Remote("SecureNamespace", "late", { namespaceName: pulumi.output("No") }, []);
        };
        await assert.rejects(up(later), /namespaceName/);
        assert.deepEqual(
            (await stateOf(stack)).filter(({ urn, custom }) => custom && /::late/.test(urn)),
            [],
        );
    });
});
