import { strict as assert } from "node:assert";
import { containerLimits, containerLimitsFault, quotaHard } from "../../../components/cluster/namespace-limits";
import { DEFAULTS } from "../../../components/defaults";

const { quota, containerLimits: limits } = DEFAULTS.cluster;

describe("quota of a namespace", () => {
    it("counts what the scheduler and the network would have to give", () => {
        assert.deepEqual(quotaHard(quota), {
            pods: "50",
            services: "20",
            "services.loadbalancers": "0",
            "services.nodeports": "0",
            "requests.cpu": "8",
            "requests.memory": "16Gi",
            "limits.memory": "32Gi",
            "requests.ephemeral-storage": "20Gi",
        });
    });
});

describe("limits of containers", () => {
    it("give a container without resources every one that the quota asks for", () => {
        const [range] = containerLimits(limits);
        const given = new Set([
            ...Object.keys(range?.defaultRequest ?? {}).map((resource) => `requests.${resource}`),
            ...Object.keys(range?.default ?? {}).map((resource) => `limits.${resource}`),
        ]);
        const demanded = Object.keys(quotaHard(quota)).filter((key) => /^(requests|limits)\./.test(key));
        assert.deepEqual(
            demanded.filter((key) => !given.has(key)),
            [],
        );
        assert.equal(range?.type, "Container");
    });

    it("leave CPU without a limit", () => {
        assert.deepEqual(containerLimits(limits)[0]?.default, { memory: "256Mi", "ephemeral-storage": "1Gi" });
    });

    it("may not ask for more than they allow", () => {
        assert.equal(containerLimitsFault(limits), undefined);
        assert.equal(containerLimitsFault({ ...limits, memoryRequest: "256Mi" }), undefined);
        assert.equal(
            containerLimitsFault({ ...limits, memoryRequest: "257Mi" }),
            'memoryRequest must not be greater than memoryLimit, is "257Mi" over "256Mi"; raise the limit or lower the request',
        );
        assert.equal(
            containerLimitsFault({ ...limits, ephemeralStorageLimit: "32Mi" }),
            'ephemeralStorageRequest must not be greater than ephemeralStorageLimit, is "64Mi" over "32Mi"; raise the limit or lower the request',
        );
    });

    it("leave text that is no quantity to the check of that member", () => {
        assert.equal(containerLimitsFault({ ...limits, memoryRequest: "plenty" }), undefined);
    });
});
