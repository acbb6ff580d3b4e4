import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../child-options";
import { AllowedFlow, type FlowPeerArgs } from "../cluster/allowed-flow";
import { podLabelsFault } from "../cluster/network-policy";
import { DEFAULTS } from "../defaults";
import { checkLabels, type Labels, standardLabels } from "../labels";
import { dnsLabelFault, hostFault } from "../names";
import { portFault } from "../numbers";
import { validationOf } from "../structure";
import { LIMIT_RULES, pathFault, protectionAnnotations } from "./annotations";
import { controllerPodLabels } from "./ingress-nginx-values";
import type { IngressRulesArgs, IngressTlsArgs } from "./ingress-rules";
import { ACME_SOLVER, issuerAnnotations, tlsChoiceFault } from "./ingress-tls";
import { headersFault, headersVersion, responseHeaders } from "./security-headers";
import { selfSignedCertificate } from "./self-signed-certificate";

export type { IngressRulesArgs, IngressTlsArgs };

/** Arguments of ProtectedIngress. */
export interface ProtectedIngressArgs extends IngressRulesArgs {
    /** Namespace of the application. */
    namespaceName: pulumi.Input<string>;
    /** Service of the application. */
    serviceName: pulumi.Input<string>;
    /** Port of the Service. */
    servicePort: pulumi.Input<number>;
    /** Labels that select the application's pods, which the controller connects to directly. */
    podLabels: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** Port of the application's pods. */
    podPort: pulumi.Input<number>;
    /** Namespace of the ingress controller. */
    controllerNamespaceName: pulumi.Input<string>;
    /** Labels that select the controller's pods. Defaults to those of a release of the chart named `ingress-nginx`. */
    controllerPodLabels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
    /** Whether the controller's namespace is not isolated by Bulwark, so that no policy is written there. Plain. Defaults to false. */
    controllerUnmanaged?: boolean | undefined;
    /** IngressClass; give the controller's output, so that the Ingress waits for its controller. Defaults to `nginx`. */
    ingressClassName?: pulumi.Input<string> | undefined;
    /** Labels for every object made here. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * An Ingress that lets clients reach an application over TLS only, limits what each client may do, and sets the
 * response headers that make browsers protect it.
 *
 * Limits hold for each client address in each controller pod: 5 requests a second with a burst of 15 let 16 requests
 * through at once, in each of them. With cert-manager the way from the controller to its HTTP-01 solver is opened too.
 */
export class ProtectedIngress extends pulumi.ComponentResource {
    /** DNS name that clients use. */
    public readonly host: pulumi.Output<string>;
    /** Address of the application; known once the Ingress is served. */
    public readonly url: pulumi.Output<string>;

    constructor(name: string, args: ProtectedIngressArgs, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:ProtectedIngress", name, {}, opts);
        const checked = checkProtectedIngress(name, args);
        const child = childOptions(this, opts);
        const labels = standardLabels(
            { name: checked.ingressName, instance: checked.ingressName, component: "ingress" },
            args.labels,
        );

        const headers = headersConfigMap(name, checked, labels, child);
        const secretName = certificateSecretName(name, args.tls ?? {}, checked, labels, child);
        const flows = flowsFromController(name, args, checked, child);
        const ingress = new k8s.networking.v1.Ingress(
            `${name}-ingress`,
            {
                metadata: {
                    name: checked.ingressName,
                    namespace: checked.namespaceName,
                    labels,
                    annotations: annotations(args, checked, headers),
                },
                spec: ingressSpec(checked, secretName),
            },
            { ...child, dependsOn: flows, customTimeouts: { create: "5m", update: "5m", ...child.customTimeouts } },
        );

        this.host = checked.host;
        this.url = pulumi
            .all([checked.host, checked.path, ingress.id])
            .apply(([host, path]) => `https://${host}${path}`);
        this.registerOutputs({ host: this.host, url: this.url });
    }
}

type Checked = ReturnType<typeof checkProtectedIngress>;

/** Checks all arguments; with a validation that is a part of another one, that one reports. */
export function checkProtectedIngress(
    name: string,
    args: ProtectedIngressArgs,
    validation = validationOf("ProtectedIngress", name, args),
) {
    const defaults = DEFAULTS.ingress;
    const checked = {
        namespaceName: validation.value("namespaceName", args.namespaceName, dnsLabelFault),
        serviceName: validation.value("serviceName", args.serviceName, dnsLabelFault),
        servicePort: validation.value("servicePort", args.servicePort, portFault),
        podPort: validation.value("podPort", args.podPort, portFault),
        controllerNamespaceName: validation.value(
            "controllerNamespaceName",
            args.controllerNamespaceName,
            dnsLabelFault,
        ),
        ingressName: validation.value("ingressName", args.ingressName ?? name, dnsLabelFault),
        host: validation.value("host", args.host ?? defaults.host, hostFault),
        path: validation.value("path", args.path ?? defaults.path, pathFault),
        ingressClassName: validation.value(
            "ingressClassName",
            args.ingressClassName ?? defaults.controller.ingressClassName,
            dnsLabelFault,
        ),
        limits: {
            requestsPerSecond: validation.value(
                "requestsPerSecond",
                args.requestsPerSecond ?? defaults.requestsPerSecond,
                LIMIT_RULES.requestsPerSecond,
            ),
            burstMultiplier: validation.value(
                "burstMultiplier",
                args.burstMultiplier ?? defaults.burstMultiplier,
                LIMIT_RULES.burstMultiplier,
            ),
            connections: validation.value(
                "connections",
                args.connections ?? defaults.connections,
                LIMIT_RULES.connections,
            ),
            maxBodySize: validation.value(
                "maxBodySize",
                args.maxBodySize ?? defaults.maxBodySize,
                LIMIT_RULES.maxBodySize,
            ),
        },
        headers: validation.value("headers", args.headers ?? {}, (given) =>
            headersFault(given as Record<string, string>),
        ),
        tlsSecretName: validation.optional("tls.secretName", args.tls?.secretName, dnsLabelFault),
    };
    for (const selecting of ["podLabels", "controllerPodLabels"] as const) {
        validation.optional(
            selecting,
            args[selecting] as pulumi.Input<Record<string, string>> | undefined,
            podLabelsFault,
        );
    }
    const fault = tlsChoiceFault(args.tls ?? {});
    if (fault) {
        validation.fault("tls", fault);
    }
    checkLabels(validation, args.labels);
    validation.done();
    return checked;
}

/**
 * The headers, under a name that changes with them: the controller reads a ConfigMap again only when the Ingress names
 * another one, and Pulumi can make the new one before it deletes the old.
 */
function headersConfigMap(name: string, checked: Checked, labels: Labels, opts: pulumi.CustomResourceOptions) {
    const data = pulumi.output(checked.headers).apply((own) => responseHeaders(own));
    return new k8s.core.v1.ConfigMap(
        `${name}-headers`,
        {
            metadata: {
                name: pulumi.interpolate`${checked.ingressName}-headers-${data.apply(headersVersion)}`,
                namespace: checked.namespaceName,
                labels,
            },
            data,
        },
        opts,
    );
}

/** The Secret that TLS is served from; waits for it where it is made here. */
function certificateSecretName(
    name: string,
    tls: IngressTlsArgs,
    checked: Checked,
    labels: Labels,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    const ownName = pulumi.interpolate`${checked.ingressName}-tls`;
    if (!tls.allowSelfSignedCertificate) {
        return checked.tlsSecretName ?? ownName;
    }
    const { namespaceName, host } = checked;
    return selfSignedCertificate(name, { secretName: ownName, namespaceName, host, labels }, opts).metadata.name;
}

function flowsFromController(
    name: string,
    args: ProtectedIngressArgs,
    checked: Checked,
    opts: pulumi.ComponentResourceOptions,
): AllowedFlow[] {
    const from: FlowPeerArgs = {
        namespaceName: checked.controllerNamespaceName,
        podLabels: args.controllerPodLabels ?? controllerPodLabels(DEFAULTS.ingress.controller.releaseName),
        unmanaged: args.controllerUnmanaged,
    };
    const flow = (suffix: string, podLabels: FlowPeerArgs["podLabels"], port: pulumi.Input<number>) =>
        new AllowedFlow(
            `${name}-${suffix}`,
            { from, to: { namespaceName: checked.namespaceName, podLabels }, ports: [{ port }], labels: args.labels },
            opts,
        );
    const byCertManager = args.tls?.clusterIssuer !== undefined || args.tls?.issuer !== undefined;
    return [
        flow("from-controller", args.podLabels, checked.podPort),
        ...(byCertManager ? [flow("acme-solver", ACME_SOLVER.podLabels, ACME_SOLVER.port)] : []),
    ];
}

function annotations(
    args: ProtectedIngressArgs,
    checked: Checked,
    headers: k8s.core.v1.ConfigMap,
): pulumi.Output<Record<string, string>> {
    return pulumi
        .output({
            limits: checked.limits,
            issuers: { clusterIssuer: args.tls?.clusterIssuer, issuer: args.tls?.issuer },
            namespace: checked.namespaceName,
            configMap: headers.metadata.name,
            awaitAddress: args.awaitAddress ?? true,
        })
        .apply(
            (known): Record<string, string> => ({
                ...protectionAnnotations(known.limits, `${known.namespace}/${known.configMap}`),
                ...issuerAnnotations(known.issuers),
                ...(known.awaitAddress ? {} : { "pulumi.com/skipAwait": "true" }),
            }),
        );
}

function ingressSpec(checked: Checked, secretName: pulumi.Output<string>) {
    const service = { name: checked.serviceName, port: { number: checked.servicePort } };
    return {
        ingressClassName: checked.ingressClassName,
        tls: [{ hosts: [checked.host], secretName }],
        rules: [
            { host: checked.host, http: { paths: [{ path: checked.path, pathType: "Prefix", backend: { service } }] } },
        ],
    };
}
