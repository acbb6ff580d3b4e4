import { strict as assert } from "node:assert";
import { DEFAULTS } from "../../../components/defaults";
import { resourcesFault, toRequirements } from "../../../components/resources";

const values = {
    cpuRequest: "100m",
    cpuLimit: "1",
    memoryRequest: "128Mi",
    memoryLimit: "256Mi",
    ephemeralStorageRequest: "64Mi",
    ephemeralStorageLimit: "256Mi",
};

describe("compute resources", () => {
    it("take Kubernetes' shape", () => {
        assert.deepEqual(toRequirements(values), {
            requests: { cpu: "100m", memory: "128Mi", "ephemeral-storage": "64Mi" },
            limits: { cpu: "1", memory: "256Mi", "ephemeral-storage": "256Mi" },
        });
    });

    it("are sound by default, in every component", () => {
        for (const { resources } of [
            DEFAULTS.workload,
            DEFAULTS.ingress.controller,
            DEFAULTS.database,
            DEFAULTS.threatDetection,
        ]) {
            assert.equal(resourcesFault(resources), undefined);
        }
    });

    it("may ask for all that they may use, written in any unit, and not for more", () => {
        assert.equal(resourcesFault({ ...values, cpuRequest: "1000m" }), undefined);
        assert.equal(resourcesFault({ ...values, cpuRequest: "9m", cpuLimit: "0.009" }), undefined);
        for (const kind of ["cpu", "memory", "ephemeralStorage"]) {
            assert.equal(
                resourcesFault({ ...values, [`${kind}Request`]: "2Gi" }),
                `${kind}Request must not be greater than ${kind}Limit, is "2Gi" over "${kind === "cpu" ? "1" : "256Mi"}"; raise the limit or lower the request`,
            );
        }
    });

    it("name the member that is wrong", () => {
        assert.match(resourcesFault({ ...values, cpuLimit: "0" }) ?? "", /^cpuLimit must be a Kubernetes quantity/);
        assert.match(resourcesFault({ ...values, memoryLimit: "512" }) ?? "", /^memoryLimit must be at least 1Mi/);
    });
});
