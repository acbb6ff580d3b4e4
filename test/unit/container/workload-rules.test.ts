import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import {
    bindingNameFault,
    disruptionBudget,
    duplicateBindingFault,
    environmentFault,
    environmentVariables,
    probePathFault,
    pullPolicy,
    secretFault,
    variablePrefix,
} from "../../../components/container/workload-rules";

describe("pull policy", () => {
    it("asks the registry each time only for an image that may change behind its name", () => {
        const digest = `sha256:${"a".repeat(64)}`;
        const policies = Object.fromEntries(
            ["app", "app:latest", "app:1.4.2", `app@${digest}`, `app:latest@${digest}`].map((image) => [
                image,
                pullPolicy(image),
            ]),
        );
        assert.deepEqual(policies, {
            app: "Always",
            "app:latest": "Always",
            "app:1.4.2": "IfNotPresent",
            [`app@${digest}`]: "IfNotPresent",
            [`app:latest@${digest}`]: "IfNotPresent",
        });
    });
});

describe("disruption budget", () => {
    it("lets exactly one pod go, whatever the number of replicas", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 1_000 }), (replicas) => {
                const { minAvailable, maxUnavailable } = disruptionBudget(replicas);
                assert.equal(maxUnavailable ?? replicas - (minAvailable ?? replicas), 1);
            }),
        );
    });

    it("has one of the two bounds, and lets broken pods go", () => {
        assert.deepEqual(disruptionBudget(2), { minAvailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" });
        assert.deepEqual(disruptionBudget(1), { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" });
    });
});

describe("environment", () => {
    it("comes in the same order, however it is written", () => {
        assert.deepEqual(environmentVariables({ B: "2", A: "1" }), [
            { name: "A", value: "1" },
            { name: "B", value: "2" },
        ]);
        assert.deepEqual(environmentVariables({ B: "2", A: "1" }), environmentVariables({ A: "1", B: "2" }));
    });

    it("has names that every shell takes, and leaves the bindings' own alone", () => {
        assert.equal(environmentFault({ LOG_LEVEL: "info", _x1: "" }), undefined);
        for (const wrong of ["A-B", "A B", "A=B", "", "Ä", "A\n"]) {
            assert.match(environmentFault({ [wrong]: "" }) ?? "", /^must have names of letters/);
        }
        assert.equal(
            environmentFault({ "1ST": "" }),
            'must have names of letters, digits and "_", not starting with a digit, has "1ST"; write for example "LOG_LEVEL"',
        );
        assert.equal(
            environmentFault({ SERVICE_BINDING_ROOT: "/tmp" }),
            'must not have "SERVICE_BINDING_ROOT", which names the folder of the service bindings',
        );
    });

    it("holds no secret", () => {
        assert.equal(secretFault(false), undefined);
        assert.match(secretFault(true) ?? "", /must not hold a secret, .* `serviceBindings`/);
    });
});

describe("probe path", () => {
    it("is the path of a URL", () => {
        assert.equal(probePathFault("/"), undefined);
        assert.equal(probePathFault("/healthz?deep=1"), undefined);
        for (const wrong of ["healthz", "", "/a b", "/\n", "http://x/", ["/"]] as string[]) {
            assert.equal(
                probePathFault(wrong),
                `must be a URL path that starts with "/", is ${JSON.stringify(wrong)}; write for example "/healthz"`,
            );
        }
    });
});

describe("service bindings", () => {
    it("have names from which an annotation and a volume can be named", () => {
        assert.equal(bindingNameFault("database"), undefined);
        assert.equal(bindingNameFault("a".repeat(55)), undefined);
        assert.match(bindingNameFault("a".repeat(56)) ?? "", /must have at most 55 characters/);
        assert.match(bindingNameFault("../etc") ?? "", /must be 1 to 63 lower-case letters/);
    });

    it("have a folder each", () => {
        assert.equal(duplicateBindingFault([{ bindingName: "a" }, { bindingName: "b" }]), undefined);
        assert.equal(
            duplicateBindingFault([{ bindingName: "a" }, { bindingName: "b" }, { bindingName: "a" }]),
            'must have a different `bindingName` each, has "a" twice',
        );
    });

    it("have a prefix for their variables", () => {
        assert.equal(variablePrefix("message-queue"), "MESSAGE_QUEUE_");
    });
});
