/** An upgrade keeps what the last release made, or says by an alias what became of it. */
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { SecureNamespace } from "../../../components/index";
import { record } from "../../unit/support/recorder";
import { componentBreaches, type ReleasedComponent, resourceBreaches } from "./breaches";
import { fixedInputs } from "./fixed-inputs";
import { presentComponents, presentResources, releasedComponents, releasedResources, STACKS } from "./release";
import { type Known, knownResources } from "./urns";

const REFRESH = "\nif a release means to, its CHANGELOG.md tells, and `npm run release-contract` writes it down";

describe("an upgrade from the last release", () => {
    for (const stack of STACKS) {
        it(`deletes and replaces nothing of the stack ${stack}`, async () => {
            const released = releasedResources(stack);
            assert.ok(released.length > 100);
            const breaches = resourceBreaches(released, await presentResources(stack));
            assert.equal(breaches.length, 0, breaches.join("\n") + REFRESH);
        });
    }

    it("leaves every component with the arguments and outputs that it had", () => {
        const released = releasedComponents();
        assert.ok(released.length >= 19);
        const breaches = componentBreaches(released, presentComponents());
        assert.equal(breaches.length, 0, breaches.join("\n") + REFRESH);
    });

    it("is judged without a secret in a file", () => {
        for (const name of [...STACKS, "components"]) {
            const text = fs.readFileSync(path.join(__dirname, `${name}.jsonl`), "utf8");
            assert.doesNotMatch(text, /generated-by-the-mock|PRIVATE KEY|SCRAM-SHA-256/);
        }
    });
});

/** A component of two generations: what it is called, and what its child is called. */
class Shop extends pulumi.ComponentResource {
    constructor(
        name: string,
        namespace: string,
        opts: { shop?: pulumi.ComponentResourceOptions; namespace?: pulumi.ComponentResourceOptions } = {},
        namespaceName = "shop",
    ) {
        super("test:index:Shop", name, {}, opts.shop);
        new SecureNamespace(`${name}-${namespace}`, { namespaceName }, { ...opts.namespace, parent: this });
    }
}

describe("the contract", () => {
    const known = async (program: () => void): Promise<Known[]> => knownResources(await record(program));
    async function breaches(before: () => void, after: () => void): Promise<string[]> {
        const released = (await known(before)).map(({ urn, registration }) => ({
            urn,
            fixed: fixedInputs(registration),
        }));
        return resourceBreaches(released, await known(after));
    }
    const first = () => new Shop("shop", "space");

    it("is kept by the same program, and by one that makes more", async () => {
        assert.deepEqual(await breaches(first, first), []);
        const more = () => {
            first();
            new Shop("other", "space");
        };
        assert.deepEqual(await breaches(first, more), []);
    });

    it("is broken by a child of another name, with all that is below it, until an alias says what it was", async () => {
        const found = await breaches(first, () => new Shop("shop", "area"));
        assert.equal(found.length, 7);
        assert.match(
            found.join("\n"),
            /^urn:pulumi:test::bulwark::test:index:Shop\$bulwark:index:SecureNamespace::shop-space would be deleted: .*aliases: \[\{ name: "shop-space"/m,
        );
        assert.match(found.join("\n"), /SecureNamespace\$kubernetes:core\/v1:Namespace::shop-space-namespace would be/);
        const renamed = () => new Shop("shop", "area", { namespace: { aliases: [{ name: "shop-space" }] } });
        assert.deepEqual(await breaches(first, renamed), []);
    });

    it("is kept under a new name of the component, of a new parent, or of a type by a whole URN", async () => {
        const renamed = () => new Shop("store", "space", { shop: { aliases: [{ name: "shop" }] } });
        assert.deepEqual(await breaches(first, renamed), []);
        const alone = () => new SecureNamespace("space", { namespaceName: "shop" });
        const adopted = () =>
            new Shop("shop", "space", {
                namespace: { aliases: [{ name: "space", parent: pulumi.rootStackResource }] },
            });
        assert.deepEqual(await breaches(alone, adopted), []);
        const urn = "urn:pulumi:test::bulwark::bulwark:index:SecureNamespace::space";
        assert.deepEqual(await breaches(alone, () => new Shop("a", "b", { namespace: { aliases: [urn] } })), []);
    });

    it("is not kept by an alias of something else", async () => {
        const wrong = () => new Shop("shop", "area", { namespace: { aliases: [{ name: "shop-room" }] } });
        assert.equal((await breaches(first, wrong)).length, 7);
    });

    it("is broken by what can't change in place, also under an alias", async () => {
        const found = await breaches(first, () => new Shop("shop", "space", {}, "store"));
        assert.equal(found.length, 6);
        assert.match(
            found.join("\n"),
            /::shop-space-namespace would be replaced: its metadata.name was "shop" and would be "store"/,
        );
    });

    it("lets a guard of data watch more or less, but nothing else than before", async () => {
        const guard = (inputs: object) => () => {
            new pulumi.ComponentResource("bulwark:index:DataGuard", "guard", inputs);
        };
        const before = guard({ releaseName: "pgdb", size: "8Gi" });
        assert.deepEqual(await breaches(before, guard({ releaseName: "pgdb", rotation: "0" })), []);
        assert.match((await breaches(before, guard({ releaseName: "other" }))).join(), /its releaseName was "pgdb"/);
    });

    it("is broken by a component, an output or an argument that goes, changes, or is now required", () => {
        const text = '{"type":"string"}';
        const before: ReleasedComponent = {
            token: "bulwark:index:Shop",
            required: ["name"],
            inputs: { name: text, size: text },
            outputs: { url: text, address: text },
        };
        const judge = (now: Partial<ReleasedComponent>) => componentBreaches([before], [{ ...before, ...now }]);
        assert.deepEqual(judge({}), []);
        assert.deepEqual(judge({ required: [], outputs: { ...before.outputs, host: text } }), []);
        assert.match(judge({ token: "bulwark:index:Store" }).join(), /bulwark:index:Shop is gone/);
        assert.match(judge({ outputs: { url: text } }).join(), /output address is gone/);
        assert.match(judge({ inputs: { name: text, size: '{"type":"number"}' } }).join(), /argument size was .*string/);
        assert.match(judge({ required: ["name", "size"] }).join(), /argument size must now be given/);
    });
});
