import { strict as assert } from "node:assert";
import { UnknownValueError } from "@pulumi/policy";
import { admissionPolicy, type GuardrailParameters } from "../../../components/cluster/guardrail-policy";
import { GuardrailRule } from "../../../components/cluster/guardrail-rules";
import { guardrailPolicies, violation } from "../../../policy/guardrails";
import { kubernetesObject } from "../../../policy/kubernetes-object";
import {
    badObjects,
    falcoLike,
    goodObjects,
    type KubernetesObject,
    REGISTRIES,
} from "../../e2e/support/guarded-objects";
import { judge, resource, UNKNOWN } from "./support/judge";

const PARAMETERS: GuardrailParameters = {
    allowedRegistries: REGISTRIES,
    exposedNamespaceNames: ["ingress-nginx"],
    exemptions: [],
};

/** The objects that the API server judges in the tests on the cluster, so both say the same. */
async function broken(object: KubernetesObject, parameters = PARAMETERS): Promise<GuardrailRule[]> {
    const seen = kubernetesObject(token(object), object);
    assert.ok(seen);
    const verdicts = await Promise.all(
        Object.values(GuardrailRule).map(async (rule) => ((await violation(rule, seen, parameters)) ? [rule] : [])),
    );
    return verdicts.flat();
}

function token({ apiVersion, kind }: KubernetesObject): string {
    return `kubernetes:${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`;
}

describe("policy pack: guardrails", () => {
    for (const { rule, what, object } of badObjects()) {
        it(`${rule} finds ${what}`, async () => assert.deepEqual(await broken(object), [rule]));
    }

    for (const { what, object } of goodObjects()) {
        it(`lets ${what} pass`, async () => assert.deepEqual(await broken(object), []));
    }

    it("says what the API server says", async () => {
        const { rule, object } = badObjects()[0] ?? assert.fail();
        const said = await violation(rule, kubernetesObject(token(object), object) ?? assert.fail(), PARAMETERS);
        const [validation] = admissionPolicy(rule, PARAMETERS).validations;
        assert.equal(said, validation?.message.replace("container ", 'container "c" '));
    });

    it("exempts the pods that its configuration names, in their namespace alone", async () => {
        const exemption = {
            namespaceName: "falco",
            podLabels: { app: "falco" },
            ruleNames: [],
            reason: "It reads the node.",
        };
        const parameters = { ...PARAMETERS, exemptions: [exemption] };
        const falco = falcoLike({ app: "falco" });
        const within = (namespace: string) => ({ ...falco, metadata: { ...falco.metadata, namespace } });
        assert.deepEqual(await broken(within("falco"), parameters), []);
        assert.notDeepEqual(await broken(within("other"), parameters), []);
    });

    it("is silent about registries until it is told which are allowed", async () => {
        const pod = resource("kubernetes:core/v1:Pod", {
            metadata: { name: "p" },
            spec: { containers: [{ name: "c", image: "quay.io/evil/app:1" }] },
        });
        assert.deepEqual(await judge(guardrailPolicies(), "allowed-registries", pod), []);
        assert.equal(
            (await judge(guardrailPolicies(), "allowed-registries", pod, { allowedRegistries: ["ghcr.io/example"] }))
                .length,
            1,
        );
    });

    it("judges what is known, and leaves to the update what may be sound", async () => {
        const deployment = (securityContext: unknown) =>
            resource("kubernetes:apps/v1:Deployment", {
                metadata: { name: "d" },
                spec: {
                    template: {
                        metadata: { annotations: { hash: UNKNOWN } },
                        spec: { containers: [{ name: "c", image: "a/b:1", securityContext }] },
                    },
                },
            });
        const rule = "read-only-root-filesystem";
        assert.deepEqual(await judge(guardrailPolicies(), rule, deployment({ readOnlyRootFilesystem: true })), []);
        await assert.rejects(judge(guardrailPolicies(), rule, deployment({})), UnknownValueError);
    });
});
