import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { AllowedFlow, type FlowPeerArgs } from "../cluster/allowed-flow";
import { podLabelsFault } from "../cluster/network-policy";
import { DEFAULTS } from "../defaults";
import { type Labels, standardLabels } from "../labels";
import { dnsLabelFault, hostFault } from "../names";
import { portFault } from "../numbers";
import { Validation } from "../validation";
import { LIMIT_RULES, pathFault, protectionAnnotations } from "./annotations";
import { controllerPodLabels } from "./ingress-nginx-values";
import { ACME_SOLVER, issuerAnnotations, tlsChoiceFault } from "./ingress-tls";
import { headersFault, headersVersion, responseHeaders } from "./security-headers";
import { selfSignedCertificate } from "./self-signed-certificate";

/** Where the certificate comes from: exactly one of the fields, whose presence decides what is made. */
export interface IngressTlsArgs {
    /** A Secret of type `kubernetes.io/tls` that exists in the Ingress' namespace. */
    secretName?: pulumi.Input<string>;
    /** A ClusterIssuer of cert-manager. */
    clusterIssuer?: pulumi.Input<string>;
    /** An Issuer of cert-manager in the Ingress' namespace. */
    issuer?: pulumi.Input<string>;
    /** Whether to generate a certificate that no browser trusts, for development. Plain. Defaults to false. */
    allowSelfSignedCertificate?: boolean;
}

/** How clients reach the application and what each of them may do. */
export interface IngressRulesArgs {
    /** Name of the Ingress. Defaults to the component's name. */
    ingressName?: pulumi.Input<string>;
    /** DNS name that clients use. Defaults to `app.example.com`. */
    host?: pulumi.Input<string>;
    /** Path under which everything belongs to the application. Defaults to `/`. */
    path?: pulumi.Input<string>;
    /** Where the certificate comes from. There is no default: one of its fields must be given. */
    tls?: IngressTlsArgs;
    /** Requests a second that each client address may make, in each controller pod. Defaults to 5. */
    requestsPerSecond?: pulumi.Input<number>;
    /** Size of a burst, as a multiple of `requestsPerSecond`. Defaults to 3. */
    burstMultiplier?: pulumi.Input<number>;
    /** Connections at the same time for each client address, in each controller pod. Defaults to 20. */
    connections?: pulumi.Input<number>;
    /** Largest request body, in k, m or g bytes. Defaults to `1m`. */
    maxBodySize?: pulumi.Input<string>;
    /**
     * Response headers over the secure defaults; they replace what the application sends. An empty value leaves a
     * header to the application, for example a Content-Security-Policy with nonces.
     */
    headers?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /**
     * Whether to wait until the controller has published an address, 5 minutes at most. ingress-nginx does so with every
     * type of Service; controllers that never do need false. Defaults to true.
     */
    awaitAddress?: pulumi.Input<boolean>;
}

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
    controllerPodLabels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** Whether the controller's namespace is not isolated by Bulwark, so that no policy is written there. Plain. Defaults to false. */
    controllerUnmanaged?: boolean;
    /** IngressClass; give the controller's output, so that the Ingress waits for its controller. Defaults to `nginx`. */
    ingressClassName?: pulumi.Input<string>;
    /** Labels for every object made here. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
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
        super("bulwark:index:ProtectedIngress", name, args, opts);
        const checked = check(name, args);
        const child = { parent: this };
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
            { ...child, dependsOn: flows, customTimeouts: { create: "5m", update: "5m" } },
        );

        this.host = checked.host;
        this.url = pulumi
            .all([checked.host, checked.path, ingress.id])
            .apply(([host, path]) => `https://${host}${path}`);
        this.registerOutputs({ host: this.host, url: this.url });
    }
}

type Checked = ReturnType<typeof check>;

function check(name: string, args: ProtectedIngressArgs) {
    const defaults = DEFAULTS.ingress;
    const validation = new Validation(`ProtectedIngress "${name}"`);
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
    validation.value("podLabels", args.podLabels as pulumi.Input<Record<string, string>>, podLabelsFault);
    const fault = tlsChoiceFault(args.tls ?? {});
    if (fault) {
        validation.fault("tls", fault);
    }
    validation.done();
    return checked;
}

function headersConfigMap(name: string, checked: Checked, labels: Labels, opts: pulumi.CustomResourceOptions) {
    return new k8s.core.v1.ConfigMap(
        `${name}-headers`,
        {
            metadata: {
                name: pulumi.interpolate`${checked.ingressName}-headers`,
                namespace: checked.namespaceName,
                labels,
            },
            data: pulumi.output(checked.headers).apply((own) => responseHeaders(own)),
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
            headers: headers.data,
            awaitAddress: args.awaitAddress ?? true,
        })
        .apply(
            (known): Record<string, string> => ({
                ...protectionAnnotations(known.limits, `${known.namespace}/${known.configMap}`),
                ...issuerAnnotations(known.issuers),
                // The controller doesn't look at a changed ConfigMap of headers before the Ingress itself changes.
                "bulwark.dev/headers": headersVersion(known.headers),
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
