import * as pulumi from "@pulumi/pulumi";
import { controllerPodLabels } from "../application/ingress-nginx-values";
import { AdmissionGuardrails } from "../cluster/admission-guardrails";
import { falcoExemption, ingressNginxExemption } from "../cluster/guardrail-exemptions";
import { OperatorAccess } from "../cluster/operator-access";
import { DEFAULTS } from "../defaults";
import { falcoPodLabels } from "../monitoring/falco-values";
import type { SecureApplicationArgs } from "../secure-application-args";
import type { DatabaseLayer } from "./database";
import type { SharedArgs } from "./shared";

/** What the API server refuses from everybody, when it is installed. */
export function clusterGuardrails(
    name: string,
    { cluster = {}, ingress = {}, threatDetection = {} }: SecureApplicationArgs,
    shared: SharedArgs,
    opts: pulumi.ComponentResourceOptions,
): AdmissionGuardrails | undefined {
    const { install = true, exemptions = [], ...guardrails } = cluster.guardrails ?? {};
    if (!install) {
        return undefined;
    }
    const defaults = { controller: DEFAULTS.ingress.controller, falco: DEFAULTS.threatDetection };
    const controllerNamespace = ingress.controller?.namespaceName ?? defaults.controller.namespaceName;
    return new AdmissionGuardrails(
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
    );
}

/** The operators' identity, when it is made; its bastion reaches the database as the role that can only read. */
export function operatorAccess(
    name: string,
    { cluster = {} }: SecureApplicationArgs,
    { server, access }: DatabaseLayer,
    shared: SharedArgs,
    opts: pulumi.ComponentResourceOptions,
): OperatorAccess | undefined {
    const { install = true, bastion, ...operators } = cluster.operators ?? {};
    if (!install) {
        return undefined;
    }
    const database = {
        namespaceName: server.namespaceName,
        podLabels: server.podLabels,
        host: server.host,
        port: server.port,
        databaseName: access.databaseName,
        username: access.readonlyUsername,
        password: access.readonlyPassword,
        caCertificate: server.caCertificate,
    };
    return new OperatorAccess(
        `${name}-operators`,
        {
            ...operators,
            bastion: bastion && { ...bastion, database: bastion.allowDatabase ? database : undefined },
            apiServer: cluster.apiServer,
            ...shared,
        },
        opts,
    );
}
