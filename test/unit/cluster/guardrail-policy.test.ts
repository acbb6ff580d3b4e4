import { strict as assert } from "node:assert";
import {
    type AdmissionPolicySpec,
    admissionPolicy,
    exemptionReasonFault,
    type GuardrailParameters,
    guardrailRules,
    policyBinding,
    registryFault,
} from "../../../components/cluster/guardrail-policy";
import { GUARDRAILS, GuardrailRule } from "../../../components/cluster/guardrail-rules";

const NOTHING: GuardrailParameters = { allowedRegistries: [], exposedNamespaceNames: [], exemptions: [] };
const FALCO = {
    namespaceName: "falco",
    ruleNames: [GuardrailRule.NoHostPaths, GuardrailRule.RunAsNonRoot],
    podLabels: { app: "falco", role: "agent" },
    reason: 'It reads the "kernel".',
};

function policy(rule: GuardrailRule, parameters: Partial<GuardrailParameters> = {}): AdmissionPolicySpec {
    return admissionPolicy(rule, { ...NOTHING, ...parameters });
}

function variable({ variables }: AdmissionPolicySpec, name: string): string | undefined {
    return variables.find((each) => each.name === name)?.expression;
}

describe("guardrail rules", () => {
    it("have a row for each name, in words for people", () => {
        assert.deepEqual(Object.keys(GUARDRAILS).sort(), Object.values(GuardrailRule).sort());
        for (const [name, { title, gain, must }] of Object.entries(GUARDRAILS)) {
            assert.match(title, /^[A-Z]/, name);
            assert.match(gain, /^[a-z].*[^.]$/, name);
            assert.match(must, /^must .*[^.]$/, name);
            assert.ok(!must.includes("\n"), name);
        }
    });

    it("name the field to change", () => {
        for (const [rule, field] of [
            [GuardrailRule.ReadOnlyRootFilesystem, "securityContext.readOnlyRootFilesystem: true"],
            [GuardrailRule.RunAsNonRoot, "securityContext.runAsNonRoot: true"],
            [GuardrailRule.NoPrivilegeEscalation, "securityContext.allowPrivilegeEscalation: false"],
            [GuardrailRule.DropAllCapabilities, 'securityContext.capabilities.drop: ["ALL"]'],
            [GuardrailRule.NoHostNamespaces, "hostNetwork, hostPID and hostIPC"],
            [GuardrailRule.NoHostPaths, "hostPath"],
            [GuardrailRule.NoHostPorts, "ports[].hostPort"],
            [GuardrailRule.NoExposedServices, "spec.type: ClusterIP"],
            [GuardrailRule.AllowedRegistries, "image"],
            [GuardrailRule.ImmutableImages, "image"],
        ] as const) {
            assert.ok(GUARDRAILS[rule].must.includes(field), rule);
        }
    });

    it("apply all, but for the two that need an answer first", () => {
        const { AllowedRegistries, ImmutableImages } = GuardrailRule;
        const all = Object.values(GuardrailRule);
        assert.deepEqual(guardrailRules(true, true), all);
        assert.deepEqual(
            guardrailRules(false, false),
            all.filter((rule) => rule !== AllowedRegistries && rule !== ImmutableImages),
        );
        assert.ok(guardrailRules(true, false).includes(AllowedRegistries));
        assert.ok(guardrailRules(false, true).includes(ImmutableImages));
    });
});

describe("admission policies", () => {
    it("fail closed and refuse with 403, whatever the rule", () => {
        for (const rule of Object.values(GuardrailRule)) {
            const { failurePolicy, validations } = policy(rule);
            assert.equal(failurePolicy, "Fail", rule);
            assert.equal(validations.length, 1, rule);
            assert.equal(validations[0]?.reason, "Forbidden", rule);
            assert.ok(validations[0]?.message.includes(GUARDRAILS[rule].must), rule);
        }
    });

    it("look at pods, their ephemeral containers, and all that makes pods, when made and when changed", () => {
        for (const rule of Object.values(GuardrailRule).filter((each) => each !== GuardrailRule.NoExposedServices)) {
            const { resourceRules } = policy(rule).matchConstraints;
            assert.deepEqual(
                resourceRules.flatMap(({ apiGroups, resources }) => resources.map((each) => `${apiGroups}/${each}`)),
                [
                    "/pods",
                    "/pods/ephemeralcontainers",
                    "/replicationcontrollers",
                    "apps/deployments",
                    "apps/replicasets",
                    "apps/statefulsets",
                    "apps/daemonsets",
                    "batch/jobs",
                    "batch/cronjobs",
                ],
                rule,
            );
            assert.ok(resourceRules.every(({ operations }) => operations.join() === "CREATE,UPDATE"));
        }
        assert.deepEqual(
            policy(GuardrailRule.NoExposedServices).matchConstraints.resourceRules.map(({ resources }) => resources),
            [["services"]],
        );
    });

    it("look at version 1 of each API", () => {
        for (const rule of Object.values(GuardrailRule)) {
            const { resourceRules } = policy(rule).matchConstraints;
            assert.ok(resourceRules.every(({ apiVersions }) => apiVersions.join() === "v1"));
        }
        const [services] = policy(GuardrailRule.NoExposedServices).matchConstraints.resourceRules;
        assert.deepEqual(services?.apiGroups, [""]);
    });

    it("read the pod of any kind of object, and let pass what an update leaves as it is", () => {
        const { variables, validations } = policy(GuardrailRule.NoHostPaths);
        const ofPods = variables.filter(({ name }) => !["containers", "exemptions", "offenders"].includes(name));
        const pod = (object: string) =>
            `object.kind == "Pod" ? dyn(${object}) : object.kind == "CronJob" ? dyn(${object}).spec.jobTemplate.spec.template : dyn(${object}).spec.template`;
        assert.deepEqual(Object.fromEntries(ofPods.map(({ name, expression }) => [name, expression])), {
            template: pod("object"),
            before: pod("oldObject"),
            pod: "variables.template.spec",
            unchanged: 'request.operation == "UPDATE" && variables.before.spec == variables.pod',
            labels: "variables.template.?metadata.?labels.orValue({})",
            volumes: "variables.pod.?volumes.orValue([])",
        });
        assert.equal(
            validations[0]?.expression,
            "variables.unchanged || variables.exemptions.size() > 0 || variables.offenders.size() == 0",
        );
        const ofServices = policy(GuardrailRule.NoExposedServices);
        assert.equal(
            variable(ofServices, "unchanged"),
            'request.operation == "UPDATE" && dyn(oldObject).spec == dyn(object).spec',
        );
        assert.equal(variable(ofServices, "labels"), "dyn(object).metadata.?labels.orValue({})");
        assert.deepEqual(
            ofServices.variables.map(({ name }) => name),
            ["unchanged", "labels", "exemptions", "allowed", "offenders"],
        );
    });

    it("name the offenders, what they must be, and in the audit log who was exempt", () => {
        const { validations, auditAnnotations } = policy(GuardrailRule.NoHostPaths);
        const { must } = GUARDRAILS[GuardrailRule.NoHostPaths];
        assert.equal(validations[0]?.message, `volume ${must}`);
        assert.equal(
            validations[0]?.messageExpression,
            `"volume" + variables.offenders.join(",") + ${JSON.stringify(` ${must}`)}`,
        );
        assert.deepEqual(auditAnnotations, [{ key: "exemption", valueExpression: 'variables.exemptions.join("; ")' }]);
        assert.equal(variable(policy(GuardrailRule.NoHostPaths), "allowed"), undefined);
    });

    it("look at containers of all three kinds", () => {
        assert.equal(
            variable(policy(GuardrailRule.NoHostPorts), "containers"),
            "variables.pod.?containers.orValue([]) + variables.pod.?initContainers.orValue([]) + variables.pod.?ephemeralContainers.orValue([])",
        );
    });

    it("exempt pods of a namespace with all of the labels, from the named rules alone", () => {
        const exempt = { exemptions: [FALCO] };
        assert.equal(
            variable(policy(GuardrailRule.NoHostPaths, exempt), "exemptions"),
            `[request.namespace == "falco" && variables.labels[?"app"].orValue("") == "falco" && variables.labels[?"role"].orValue("") == "agent" ? "It reads the \\"kernel\\"." : ""].filter(each, each != "")`,
        );
        assert.equal(variable(policy(GuardrailRule.NoHostPorts, exempt), "exemptions"), '[].filter(each, each != "")');
    });

    it("let hosts stand for all below them, and paths for themselves too", () => {
        const spec = policy(GuardrailRule.AllowedRegistries, { allowedRegistries: ["quay.io", "ghcr.io/example"] });
        assert.equal(
            variable(spec, "allowed"),
            '["quay.io/","ghcr.io/example/","ghcr.io/example:","ghcr.io/example@"]',
        );
        assert.match(spec.validations[0]?.message ?? "", /\(allowed: quay\.io, ghcr\.io\/example\)$/);
    });

    it("name the namespaces whose Services may be reached from outside", () => {
        const spec = policy(GuardrailRule.NoExposedServices, { exposedNamespaceNames: ["ingress-nginx"] });
        assert.equal(variable(spec, "allowed"), '["ingress-nginx"]');
        assert.match(spec.validations[0]?.message ?? "", /\(allowed: ingress-nginx\)$/);
    });

    it("are bound by the namespace's labels, to refuse, warn or note", () => {
        for (const [action, validationAction] of [
            ["enforce", "Deny"],
            ["warn", "Warn"],
            ["audit", "Audit"],
        ] as const) {
            assert.deepEqual(policyBinding("p", action, { a: "b" }), {
                policyName: "p",
                validationActions: [validationAction],
                matchResources: { namespaceSelector: { matchLabels: { a: "b" } } },
            });
        }
        assert.deepEqual(policyBinding("p", "unknown", {}).validationActions, ["Deny"]);
    });
});

describe("registries", () => {
    it("are hosts, with or without a path", () => {
        for (const good of ["ghcr.io", "ghcr.io/example", "ghcr.io/a/b", "localhost:5000", "registry.local:5000/x"]) {
            assert.equal(registryFault(good), undefined, good);
        }
        for (const wrong of [
            "",
            "example",
            "example/app",
            "https://ghcr.io",
            "ghcr.io/",
            "ghcr.io/a:1",
            "ghcr.io/*",
            1,
            null,
        ] as string[]) {
            assert.equal(
                registryFault(wrong),
                `must be the host of a registry, with or without a path, is ${JSON.stringify(wrong)}; write for example "ghcr.io/example"`,
            );
        }
    });
});

describe("reasons of exemptions", () => {
    it("say something", () => {
        assert.equal(exemptionReasonFault("It loads eBPF programs."), undefined);
        for (const good of ["ten chars.", "x".repeat(500)]) {
            assert.equal(exemptionReasonFault(good), undefined, good);
        }
        for (const wrong of ["", "because  ", "because    ", "x".repeat(501), 1, Array(20).fill("x")] as string[]) {
            assert.match(exemptionReasonFault(wrong) ?? "", /^must say in 10 to 500 characters why/);
        }
    });
});
