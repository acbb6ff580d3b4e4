/** The guardrails as policies: the very CEL that the API server runs, with the same words, before anything is sent. */
import type { PolicyConfigSchema, ResourceValidationPolicy } from "@pulumi/policy";
import {
    type AdmissionPolicySpec,
    admissionPolicy,
    type GuardrailParameters,
} from "../components/cluster/guardrail-policy";
import { GUARDRAILS, GuardrailRule } from "../components/cluster/guardrail-rules";
import { DEFAULTS } from "../components/defaults";
import { type KubernetesObject, kubernetesObject } from "./kubernetes-object";

/** A policy for every rule. Each is told its parameters by its own part of the pack's configuration. */
export function guardrailPolicies(): ResourceValidationPolicy[] {
    return Object.values(GuardrailRule).map((rule) => ({
        name: rule,
        description: `${GUARDRAILS[rule].title}: without it, an attacker ${GUARDRAILS[rule].gain}.`,
        configSchema: configSchema(rule),
        validateResource: async (args, report) => {
            const seen = kubernetesObject(args.type, args.props);
            const parameters = { ...DEFAULT_PARAMETERS, ...args.getConfig<Partial<GuardrailParameters>>() };
            const silent = rule === GuardrailRule.AllowedRegistries && parameters.allowedRegistries.length === 0;
            const broken = seen && !silent && (await violation(rule, seen, parameters));
            if (!broken) {
                return;
            }
            if (seen.unknown) {
                throw seen.unknown;
            }
            report(broken);
        },
    }));
}

/** What the API server would say to a new object, or undefined where the rule holds or isn't about it. */
export async function violation(
    rule: GuardrailRule,
    seen: KubernetesObject,
    parameters: GuardrailParameters,
): Promise<string | undefined> {
    const exemptions = parameters.exemptions.map((each) => ({
        ...each,
        podLabels: each.podLabels ?? {},
        ruleNames: [rule],
    }));
    const spec = admissionPolicy(rule, { ...parameters, exemptions });
    if (!isAbout(spec, seen)) {
        return undefined;
    }
    const evaluate = await evaluator(spec, seen);
    return spec.validations
        .filter(({ expression }) => evaluate(expression) !== true)
        .map(({ messageExpression }) => String(evaluate(messageExpression)))[0];
}

const DEFAULT_PARAMETERS: GuardrailParameters = {
    allowedRegistries: [],
    exposedNamespaceNames: DEFAULTS.guardrails.exposedNamespaceNames,
    exemptions: [],
};

function isAbout({ matchConstraints }: AdmissionPolicySpec, { group, kind }: KubernetesObject): boolean {
    return matchConstraints.resourceRules.some(
        ({ apiGroups, resources }) => apiGroups.includes(group) && resources.includes(`${kind.toLowerCase()}s`),
    );
}

/** Evaluates as the API server does: a policy's variables when they are asked for, each by those before it. */
async function evaluator({ variables }: AdmissionPolicySpec, { object }: KubernetesObject) {
    const { Environment } = await import("@marcbachmann/cel-js");
    const cel = new Environment({ unlistedVariablesAreDyn: true, enableOptionalTypes: true });
    const request = { operation: "CREATE", namespace: object.metadata?.namespace ?? "default" };
    const known: Record<string, unknown> = {};
    const evaluate = (expression: string): unknown =>
        cel.evaluate(expression, { object, oldObject: null, request, variables: known });
    for (const { name, expression } of variables) {
        Object.defineProperty(known, name, { enumerable: true, get: () => evaluate(expression) });
    }
    return evaluate;
}

const LIST = { type: "array", items: { type: "string" } } as const;

function configSchema(rule: GuardrailRule): PolicyConfigSchema {
    return {
        properties: {
            ...(rule === GuardrailRule.AllowedRegistries && {
                allowedRegistries: {
                    ...LIST,
                    description:
                        "Registries, or paths in them, that images may come from; with none the rule is silent",
                },
            }),
            ...(rule === GuardrailRule.NoExposedServices && {
                exposedNamespaceNames: {
                    ...LIST,
                    description: "Namespaces whose Services may have an address outside",
                },
            }),
            exemptions: {
                type: "array",
                description: "Pods that can't keep the rule, and why",
                items: {
                    type: "object",
                    required: ["namespaceName", "reason"],
                    additionalProperties: false,
                    properties: {
                        namespaceName: { type: "string" },
                        podLabels: { type: "object", additionalProperties: { type: "string" } },
                        reason: { type: "string", minLength: 10 },
                    },
                },
            },
        },
    };
}
