import { strict as assert } from "node:assert";
import { falcoExemption, ingressNginxExemption } from "../../../components/cluster/guardrail-exemptions";
import { exemptionReasonFault } from "../../../components/cluster/guardrail-policy";

const PODS = { namespaceName: "theirs", podLabels: { app: "it" } };

describe("the charts' exemptions", () => {
    it("name the rules that their pods can't keep, and no others", () => {
        const { reason: _, ...ingressNginx } = ingressNginxExemption(PODS);
        assert.deepEqual(ingressNginx, { ...PODS, ruleNames: ["read-only-root-filesystem"] });
        const { reason: __, ...falco } = falcoExemption(PODS);
        assert.deepEqual(falco, {
            ...PODS,
            ruleNames: [
                "read-only-root-filesystem",
                "run-as-non-root",
                "no-privilege-escalation",
                "drop-all-capabilities",
                "no-host-paths",
            ],
        });
    });

    it("say why", () => {
        for (const { reason } of [ingressNginxExemption(PODS), falcoExemption(PODS)]) {
            assert.equal(exemptionReasonFault(reason as string), undefined);
        }
    });
});
