import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "../../components/defaults";
import { resourceRequirements, toRequirements } from "../../components/resources";
import { Validation } from "../../components/validation";
import { resolved } from "./support/recorder";

describe("compute resources as arguments", () => {
    it("fill in what is left out, and take what is known later", async () => {
        const { resources: defaults } = DEFAULTS.workload;
        const args = { cpuLimit: pulumi.output("2"), memoryLimit: undefined };
        const all = resourceRequirements(new Validation("It"), "resources", args, defaults);
        assert.deepEqual(await resolved(all), toRequirements({ ...defaults, cpuLimit: "2" }));
    });
});
