import * as pulumi from "@pulumi/pulumi";
import { controllerPodLabels } from "../application/ingress-nginx-values";
import { AdmissionGuardrails } from "../cluster/admission-guardrails";
import { falcoExemption, ingressNginxExemption } from "../cluster/guardrail-exemptions";
import { OperatorAccess } from "../cluster/operator-access";
import { DEFAULTS } from "../defaults";
import { falcoPodLabels } from "../monitoring/falco-values";
import type { SecureApplicationArgs } from "../secure-application-args";
import type { SharedArgs } from "./shared";

/** What protects the cluster as a whole, as far as it is installed. */
export interface ClusterProtection {
    guardrails: AdmissionGuardrails | undefined;
    operators: OperatorAccess | undefined;
}

/** The parts of the cluster layer that are about the whole cluster, not about a namespace. */
export function protectCluster(
    name: string,
    { cluster = {}, ingress = {}, threatDetection = {} }: SecureApplicationArgs,
    shared: SharedArgs,
    opts: pulumi.ComponentResourceOptions,
): ClusterProtection {
    const { install: installGuardrails = true, exemptions = [], ...guardrails } = cluster.guardrails ?? {};
    const { install: installOperators = true, ...operators } = cluster.operators ?? {};
    const defaults = { controller: DEFAULTS.ingress.controller, falco: DEFAULTS.threatDetection };
    const controllerNamespace = ingress.controller?.namespaceName ?? defaults.controller.namespaceName;
    return {
        guardrails: installGuardrails
            ? new AdmissionGuardrails(
                  `${name}-guardrails`,
                  {
                      ...guardrails,
                      requireImmutableImages: cluster.requireImmutableImages,
                      exposedNamespaceNames: [controllerNamespace],
                      exemptions: [
                          ingressNginxExemption({
                              namespaceName: controllerNamespace,
                              podLabels: pulumi
                                  .output(ingress.controller?.releaseName ?? defaults.controller.releaseName)
                                  .apply(controllerPodLabels),
                          }),
                          falcoExemption({
                              namespaceName: threatDetection.namespaceName ?? defaults.falco.namespaceName,
                              podLabels: pulumi
                                  .output(threatDetection.releaseName ?? defaults.falco.releaseName)
                                  .apply(falcoPodLabels),
                          }),
                          ...exemptions,
                      ],
                      labels: shared.labels,
                  },
                  opts,
              )
            : undefined,
        operators: installOperators
            ? new OperatorAccess(`${name}-operators`, { ...operators, apiServer: cluster.apiServer, ...shared }, opts)
            : undefined,
    };
}
