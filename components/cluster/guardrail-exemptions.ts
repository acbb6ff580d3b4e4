import type * as pulumi from "@pulumi/pulumi";
import type { GuardrailExemptionArgs } from "./admission-guardrails";
import { GuardrailRule } from "./guardrail-rules";

/** Pods of a chart that can't keep every rule. */
export interface ExemptPods {
    namespaceName: pulumi.Input<string>;
    podLabels: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The ingress-nginx controller. The Jobs of its chart, which have other labels, keep every rule. */
export function ingressNginxExemption(pods: ExemptPods): GuardrailExemptionArgs {
    return {
        ...pods,
        ruleNames: [GuardrailRule.ReadOnlyRootFilesystem],
        reason: "The controller writes its NGINX configuration and certificates below /etc of its image.",
    };
}

/** Falco. Its namespace stays under the rules that it can keep: those on images, Services and the node's namespaces. */
export function falcoExemption(pods: ExemptPods): GuardrailExemptionArgs {
    return {
        ...pods,
        ruleNames: [
            GuardrailRule.ReadOnlyRootFilesystem,
            GuardrailRule.RunAsNonRoot,
            GuardrailRule.NoPrivilegeEscalation,
            GuardrailRule.DropAllCapabilities,
            GuardrailRule.NoHostPaths,
        ],
        reason: "Falco watches the node's kernel: it loads eBPF programs as root and reads the node's /proc and sockets.",
    };
}
