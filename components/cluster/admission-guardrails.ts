import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../child-options";
import { oneOf } from "../choices";
import { DEFAULTS } from "../defaults";
import { labelsFault } from "../label-rules";
import { checkLabels, standardLabels } from "../labels";
import { dnsLabelFault } from "../names";
import { validationOf } from "../structure";
import type { Validation } from "../validation";
import {
    admissionPolicy,
    type Exemption,
    exemptionReasonFault,
    GuardrailAction,
    guardrailRules,
    policyBinding,
    registryFault,
} from "./guardrail-policy";
import { GUARDRAILS, GuardrailRule } from "./guardrail-rules";
import { emptyListFault, podLabelsFault } from "./network-policy";

export { GuardrailAction, GuardrailRule };

/** Pods that can't keep some rules, and why: the exception is written down, in the policy and in the audit log. */
export interface GuardrailExemptionArgs {
    /** Namespace of the pods. */
    namespaceName: pulumi.Input<string>;
    /** Rules that don't hold for them. */
    ruleNames: pulumi.Input<pulumi.Input<GuardrailRule>[]>;
    /** Labels of the pods; of the Service, for the rule on Services. Defaults to everything in the namespace. */
    podLabels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
    /** Why they can't, in a sentence. */
    reason: pulumi.Input<string>;
}

/** The guardrails: what can be said of them whatever runs behind them. */
export interface GuardrailSettingsArgs {
    /** What happens to an object that breaks a rule. Defaults to `enforce`. */
    action?: pulumi.Input<GuardrailAction>;
    /** Begin of the policies' names, which are unique in the cluster. Defaults to `bulwark`. */
    namePrefix?: pulumi.Input<string> | undefined;
    /** Labels of the namespaces that are ruled. Defaults to `bulwark.dev/guardrails: enforced`, which SecureNamespace sets. */
    namespaceLabels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
    /** Registries, or paths in them, that images may come from, such as `ghcr.io/example`. Defaults to all. Plain by presence. */
    allowedRegistries?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** Pods that can't keep some rules. Plain list. Defaults to none. */
    exemptions?: GuardrailExemptionArgs[] | undefined;
}

/** Arguments of AdmissionGuardrails. */
export interface AdmissionGuardrailsArgs extends GuardrailSettingsArgs {
    /** Namespaces whose Services may be reached from outside the cluster. Defaults to `ingress-nginx`. */
    exposedNamespaceNames?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** Whether images without a version or digest are refused. Plain. Defaults to false. */
    requireImmutableImages?: boolean | undefined;
    /** Labels for every object made here. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * What a hardened workload promises, asked of everyone: the API server itself refuses pods, and all that makes pods,
 * that run as root, write to their image, reach for the node, or come from unknown registries, and Services that open
 * the cluster. Each rule is a ValidatingAdmissionPolicy, bound to the namespaces with a label.
 *
 * Whoever may change the labels of namespaces, or these policies, can lift them. What was admitted before stays.
 */
export class AdmissionGuardrails extends pulumi.ComponentResource {
    /** Names of the policies, known once they are bound. */
    public readonly policyNames: pulumi.Output<string[]>;
    /** Labels that put a namespace under the guardrails. */
    public readonly namespaceLabels: pulumi.Output<Record<string, string>>;

    constructor(name: string, args: AdmissionGuardrailsArgs = {}, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:AdmissionGuardrails", name, {}, opts);
        const checked = checkAdmissionGuardrails(name, args);
        const child = childOptions(this, opts);
        const labels = standardLabels(
            { name: "admission-guardrails", instance: checked.namePrefix, component: "cluster" },
            args.labels,
        );
        const parameters = pulumi.output({
            allowedRegistries: checked.allowedRegistries ?? [],
            exposedNamespaceNames: checked.exposedNamespaceNames,
            exemptions: checked.exemptions,
        });

        const rules = guardrailRules(args.allowedRegistries !== undefined, args.requireImmutableImages === true);
        const bindings = rules.map((rule) => {
            const { title, gain } = GUARDRAILS[rule];
            const metadata = {
                name: pulumi.interpolate`${checked.namePrefix}-${rule}`,
                labels,
                annotations: { "bulwark.dev/title": title, "bulwark.dev/without-it": `An attacker ${gain}.` },
            };
            const policy = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
                `${name}-${rule}`,
                { metadata, spec: parameters.apply((known) => admissionPolicy(rule, known)) },
                child,
            );
            return new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
                `${name}-${rule}-binding`,
                {
                    metadata,
                    spec: pulumi
                        .all([policy.metadata.name, checked.action, checked.namespaceLabels])
                        .apply(([policyName, action, selected]) => policyBinding(policyName, action, selected)),
                },
                child,
            );
        });

        this.policyNames = pulumi.all(bindings.map((binding) => binding.metadata.name));
        this.namespaceLabels = checked.namespaceLabels;
        this.registerOutputs({ policyNames: this.policyNames, namespaceLabels: this.namespaceLabels });
    }
}

/** Checks all arguments; with a validation that is a part of another one, that one reports. */
export function checkAdmissionGuardrails(
    name: string,
    args: AdmissionGuardrailsArgs,
    validation = validationOf("AdmissionGuardrails", name, args),
) {
    const defaults = DEFAULTS.guardrails;
    if (args.allowedRegistries !== undefined) {
        validation.value("allowedRegistries", args.allowedRegistries, noRegistryFault);
    }
    const checked = {
        action: validation.value<string>("action", args.action ?? defaults.action, oneOf(GuardrailAction)),
        namePrefix: validation.value("namePrefix", args.namePrefix ?? defaults.namePrefix, dnsLabelFault),
        namespaceLabels: validation.value(
            "namespaceLabels",
            (args.namespaceLabels ?? defaults.namespaceLabels) as pulumi.Input<Record<string, string>>,
            noLabelFault,
        ),
        allowedRegistries:
            args.allowedRegistries && validation.list("allowedRegistries", args.allowedRegistries, registryFault),
        exposedNamespaceNames: validation.list(
            "exposedNamespaceNames",
            args.exposedNamespaceNames ?? defaults.exposedNamespaceNames,
            dnsLabelFault,
        ),
        exemptions: checkExemptions(validation, args.exemptions ?? []),
    };
    checkLabels(validation, args.labels);
    validation.done();
    return checked;
}

function checkExemptions(validation: Validation, exemptions: GuardrailExemptionArgs[]): pulumi.Output<Exemption[]> {
    return pulumi.all(
        exemptions.map(({ namespaceName, ruleNames, podLabels, reason }, index) => {
            const path = `exemptions[${index}]`;
            validation.value(`${path}.ruleNames`, ruleNames, emptyListFault);
            return pulumi.output({
                namespaceName: validation.value(`${path}.namespaceName`, namespaceName, dnsLabelFault),
                ruleNames: validation.list<string>(`${path}.ruleNames`, ruleNames, oneOf(GuardrailRule)),
                podLabels:
                    podLabels === undefined
                        ? pulumi.output<Record<string, string>>({})
                        : validation.value(
                              `${path}.podLabels`,
                              podLabels as pulumi.Input<Record<string, string>>,
                              podLabelsFault,
                          ),
                reason: validation.value(`${path}.reason`, reason, exemptionReasonFault),
            });
        }),
    );
}

function noRegistryFault(registries: unknown[]): string | undefined {
    return registries.length === 0
        ? "must hold at least one registry, is [], which would refuse every image; leave it out to allow all"
        : undefined;
}

function noLabelFault(namespaceLabels: Record<string, string>): string | undefined {
    return Object.keys(namespaceLabels).length === 0
        ? "must hold at least one label, is {}, which would rule every namespace, those of Kubernetes too"
        : labelsFault(namespaceLabels);
}
