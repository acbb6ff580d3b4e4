import { strict as assert } from "node:assert";
import { AdmissionGuardrails, type AdmissionGuardrailsArgs } from "../../../components/cluster/admission-guardrails";
import { falcoExemption, ingressNginxExemption } from "../../../components/cluster/guardrail-exemptions";
import { GUARDRAILS, GuardrailRule } from "../../../components/cluster/guardrail-rules";
import { later, one, type Registration, record, recorded, resolved } from "../support/recorder";

const POLICY = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";
const BINDING = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding";
const POD = { namespaceName: "falco", podLabels: { app: "falco" } };

function guard(args?: AdmissionGuardrailsArgs): Promise<Registration[]> {
    return record(() => new AdmissionGuardrails("guard", args));
}

function variables(registration: Registration): Record<string, string> {
    const { variables: all } = registration.inputs.spec as { variables: { name: string; expression: string }[] };
    return Object.fromEntries(all.map(({ name, expression }) => [name, expression]));
}

describe("AdmissionGuardrails", () => {
    it("makes a policy and a binding for each rule that needs no answer", async () => {
        const all = await guard();
        const rules = Object.values(GuardrailRule).slice(0, 8).sort();
        assert.deepEqual(
            all.flatMap(({ type, name }) => (type === POLICY ? [name] : [])).sort(),
            rules.map((rule) => `guard-${rule}`),
        );
        assert.deepEqual(
            all.flatMap(({ type, name }) => (type === BINDING ? [name] : [])).sort(),
            rules.map((rule) => `guard-${rule}-binding`).sort(),
        );
    });

    it("adds the rules on registries and versions when told", async () => {
        const all = await guard({ allowedRegistries: ["ghcr.io/example"], requireImmutableImages: true });
        assert.equal(all.filter(({ type }) => type === POLICY).length, Object.values(GuardrailRule).length);
        assert.match(variables(one(all, POLICY, "-allowed-registries")).allowed ?? "", /"ghcr\.io\/example\/"/);
        assert.equal((await guard({ requireImmutableImages: false })).filter(({ type }) => type === POLICY).length, 8);
    });

    it("names the policies after a prefix and says what each is for", async () => {
        const all = await guard({ namePrefix: "shop" });
        const { metadata } = one(all, POLICY, "-no-host-paths").inputs as {
            metadata: { name: string; annotations: Record<string, string> };
        };
        assert.equal(metadata.name, "shop-no-host-paths");
        assert.deepEqual(metadata.annotations, {
            "bulwark.dev/title": GUARDRAILS["no-host-paths"].title,
            "bulwark.dev/without-it": `An attacker ${GUARDRAILS["no-host-paths"].gain}.`,
        });
    });

    it("binds them to the namespaces that SecureNamespace labels, and refuses", async () => {
        assert.deepEqual(one(await guard(), BINDING, "run-as-non-root-binding").inputs.spec, {
            policyName: "bulwark-run-as-non-root",
            validationActions: ["Deny"],
            matchResources: { namespaceSelector: { matchLabels: { "bulwark.dev/guardrails": "enforced" } } },
        });
    });

    it("binds them otherwise when asked", async () => {
        const all = await guard({ action: later("warn" as const), namespaceLabels: { team: later("payments") } });
        assert.deepEqual(one(all, BINDING, "run-as-non-root-binding").inputs.spec, {
            policyName: "bulwark-run-as-non-root",
            validationActions: ["Warn"],
            matchResources: { namespaceSelector: { matchLabels: { team: "payments" } } },
        });
    });

    it("writes exemptions with their reasons into the policies of their rules", async () => {
        const all = await guard({ exemptions: [falcoExemption(POD), ingressNginxExemption(POD)] });
        const exempt = (rule: string) => variables(one(all, POLICY, `guard-${rule}`)).exemptions ?? "";
        assert.match(exempt("no-host-paths"), /request\.namespace == "falco".*Falco watches the node's kernel/);
        assert.match(exempt("read-only-root-filesystem"), /Falco watches.*The controller writes its NGINX/);
        for (const rule of ["no-host-namespaces", "no-host-ports", "no-exposed-services"]) {
            assert.equal(exempt(rule), '[].filter(each, each != "")', rule);
        }
    });

    it("tells the names of its policies and the labels that put a namespace under them", async () => {
        let guardrails: AdmissionGuardrails | undefined;
        await record(() => {
            guardrails = new AdmissionGuardrails("guard");
        });
        assert.ok(guardrails);
        assert.equal((await resolved(guardrails.policyNames))[0], "bulwark-read-only-root-filesystem");
        assert.deepEqual(await resolved(guardrails.namespaceLabels), { "bulwark.dev/guardrails": "enforced" });
    });

    it("reports every fault at once and makes nothing", async () => {
        const faulty: AdmissionGuardrailsArgs = {
            action: "deny" as "enforce",
            namePrefix: "No",
            namespaceLabels: {},
            allowedRegistries: [],
            exposedNamespaceNames: ["A"],
            exemptions: [
                { namespaceName: "falco", ruleNames: [], reason: "" },
                {
                    namespaceName: "falco",
                    ruleNames: ["nothing" as "no-host-paths"],
                    podLabels: {},
                    reason: "because it has to",
                },
            ],
        };
        await assert.rejects(guard(faulty), (error: Error) => {
            const faults = error.message.split("\n").slice(1);
            assert.deepEqual(faults.map((line) => line.trim().split(":")[0]).sort(), [
                "action",
                "allowedRegistries",
                "exemptions[0].reason",
                "exemptions[0].ruleNames",
                "exemptions[1].podLabels",
                "exemptions[1].ruleNames[0]",
                "exposedNamespaceNames[0]",
                "namePrefix",
                "namespaceLabels",
            ]);
            return true;
        });
        assert.deepEqual(
            recorded().filter(({ custom }) => custom),
            [],
        );
    });
});
