import { strict as assert } from "node:assert";
import type * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../../../components/child-options";

const parent = {} as pulumi.Resource;

describe("the options of what a component makes", () => {
    it("name the parent, and nothing that the engine hands down itself", () => {
        assert.deepEqual(childOptions(parent), { parent });
        assert.deepEqual(childOptions(parent, { protect: true, aliases: [{ name: "before" }] }), { parent });
    });

    it("hold the timeouts that the component is given", () => {
        const customTimeouts = { create: "5m", update: "6m", delete: "7m" };
        assert.deepEqual(childOptions(parent, { customTimeouts }), { parent, customTimeouts });
        assert.deepEqual(childOptions(parent, { customTimeouts: { delete: "7m" } }), {
            parent,
            customTimeouts: { delete: "7m" },
        });
    });

    it("understand them as the SDK's host for packages hands them over, too", () => {
        const customTimeouts = { create: "5m", update: "", pb_delete: "7m", read: "" } as pulumi.CustomTimeouts;
        assert.deepEqual(childOptions(parent, { customTimeouts }).customTimeouts, { create: "5m", delete: "7m" });
    });
});
