import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type ChartSourceArgs, type ContainerImageArgs, chartSource, hardenedRelease } from "../chart";
import { childOptions } from "../child-options";
import { oneOf } from "../choices";
import { cidrFault } from "../cidr";
import { AllowedFlow, type FlowPeerArgs } from "../cluster/allowed-flow";
import { type ApiServerArgs, apiServerEndpoint, checkApiServer } from "../cluster/api-server";
import { emptyListFault } from "../cluster/network-policy";
import { type DnsArgs, SecureNamespace } from "../cluster/secure-namespace";
import { DEFAULTS } from "../defaults";
import { digestFault } from "../image";
import { checkLabels } from "../labels";
import { dnsLabelFault } from "../names";
import { wholeNumber } from "../numbers";
import { type ComputeResourcesArgs, resourceRequirements } from "../resources";
import { validationOf } from "../structure";
import {
    CONTROLLER_PORTS,
    controllerPodLabels,
    headerNameFault,
    ingressNginxValues,
    releasePodLabels,
} from "./ingress-nginx-values";

/** How the controller is reached from outside the cluster. */
export const IngressServiceType = {
    /** The cluster's load balancer gives it an address. */
    LoadBalancer: "LoadBalancer",
    /** A port of every node, for a load balancer that is set up elsewhere. */
    NodePort: "NodePort",
    /** Only inside the cluster, behind another proxy or tunnel. */
    ClusterIP: "ClusterIP",
} as const;
export type IngressServiceType = (typeof IngressServiceType)[keyof typeof IngressServiceType];

/** The controller: what can be said of it on any cluster. */
export interface IngressControllerSettingsArgs {
    /** Namespace of the controller; it is made, isolated and holds nothing else. Defaults to `ingress-nginx`. */
    namespaceName?: pulumi.Input<string> | undefined;
    /** Name of the Helm release. Defaults to `ingress-nginx`. */
    releaseName?: pulumi.Input<string> | undefined;
    /** Name of the IngressClass, unique in the cluster. Defaults to `nginx`. */
    ingressClassName?: pulumi.Input<string> | undefined;
    /** Number of controller pods. Rate limits count in each pod: more pods let more through. Defaults to 2. */
    replicas?: pulumi.Input<number> | undefined;
    /** Compute resources of each pod. Defaults to 128Mi of memory requested and 512Mi at most. */
    resources?: ComputeResourcesArgs | undefined;
    /** Where the chart comes from. Defaults to the last one that was released, 4.15.1. */
    chart?: ChartSourceArgs | undefined;
    /** Image of the controller, such as that of a maintained fork. A tag without a digest drops the chart's digest. */
    image?: ContainerImageArgs | undefined;
    /** Image of the Jobs that make the admission webhook's certificate. */
    certgenImage?: ContainerImageArgs | undefined;
    /** How the controller is reached from outside. Defaults to `LoadBalancer`. */
    serviceType?: pulumi.Input<IngressServiceType>;
    /** Whether a load balancer gets node ports. Many need them; false closes a way around the load balancer. Defaults to true. */
    loadBalancerNodePorts?: pulumi.Input<boolean> | undefined;
    /** Client addresses that the load balancer lets in. Defaults to every address. */
    loadBalancerSourceCidrs?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** Addresses of the proxies in front, whose forwarded client address is believed. Defaults to none: such headers are ignored. */
    trustedProxyCidrs?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** Header in which trusted proxies send the client's address. Defaults to `X-Real-IP`. */
    forwardedForHeader?: pulumi.Input<string> | undefined;
    /** Where the API server's calls to the admission webhook come from: its nodes. Defaults to every address. Plain by presence. */
    webhookCallerCidrs?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** Arguments of IngressController. */
export interface IngressControllerArgs extends IngressControllerSettingsArgs {
    /** Where the API server is. Defaults to the addresses that the cluster itself tells. */
    apiServer?: ApiServerArgs | undefined;
    /** Pod Security Standards version that the namespace pins. Defaults to `v1.35`. */
    podSecurityVersion?: pulumi.Input<string> | undefined;
    /** Where DNS is found in the cluster. Defaults to `kube-dns` in `kube-system`. */
    dns?: DnsArgs | undefined;
    /** Labels for every object made here. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * The ingress-nginx controller by its Helm chart, hardened: no snippets, 429 for clients over their limit, forwarded
 * headers ignored unless their proxy is trusted, unknown hosts refused before they see a certificate.
 *
 * Upstream is RETIRED: ingress-nginx had its last release in March 2026 and gets no security fixes since. Bulwark pins
 * that release and keeps chart and images replaceable, so that a maintained fork can take over; plan to leave it.
 */
export class IngressController extends pulumi.ComponentResource {
    /** Namespace of the controller. */
    public readonly namespaceName: pulumi.Output<string>;
    /** Name of the IngressClass; known once the controller serves it. */
    public readonly ingressClassName: pulumi.Output<string>;
    /** Labels that select the controller's pods in a NetworkPolicy. */
    public readonly podLabels: pulumi.Output<Record<string, string>>;
    /** The Helm release. */
    public readonly release: k8s.helm.v3.Release;

    constructor(name: string, args: IngressControllerArgs = {}, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:IngressController", name, {}, opts);
        const checked = checkIngressController(name, args);
        const child = childOptions(this, opts);

        const namespace = new SecureNamespace(
            `${name}-namespace`,
            {
                namespaceName: checked.namespaceName,
                podSecurityVersion: args.podSecurityVersion,
                quota: { loadBalancers: 1, nodePorts: 2 },
                dns: args.dns,
                labels: args.labels,
            },
            child,
        );
        this.namespaceName = namespace.namespaceName;
        this.podLabels = checked.releaseName.apply(controllerPodLabels);
        this.release = hardenedRelease(
            `${name}-release`,
            {
                releaseName: checked.releaseName,
                namespace: namespace.namespaceName,
                source: chartSource(args.chart, DEFAULTS.ingress.controller.chart),
                values: pulumi
                    .output({
                        ...checked,
                        image: args.image ?? {},
                        certgenImage: args.certgenImage ?? {},
                        loadBalancerNodePorts: args.loadBalancerNodePorts ?? true,
                        labels: args.labels ?? {},
                    })
                    .apply((known) => ingressNginxValues(known)),
            },
            // Without its flows the Jobs that make the webhook's certificate reach nothing, and Helm waits in vain.
            { ...child, dependsOn: [namespace, ...flows(name, args, checked, namespace.namespaceName, child)] },
        );
        this.ingressClassName = pulumi
            .all([checked.ingressClassName, this.release.status])
            .apply(([className]) => className);
        this.registerOutputs({
            namespaceName: this.namespaceName,
            ingressClassName: this.ingressClassName,
            podLabels: this.podLabels,
            release: this.release,
        });
    }
}

/** Checks all arguments; with a validation that is a part of another one, that one reports. */
export function checkIngressController(
    name: string,
    args: IngressControllerArgs,
    validation = validationOf("IngressController", name, args),
) {
    const defaults = DEFAULTS.ingress.controller;
    const checked = {
        namespaceName: validation.value("namespaceName", args.namespaceName ?? defaults.namespaceName, dnsLabelFault),
        releaseName: validation.value("releaseName", args.releaseName ?? defaults.releaseName, dnsLabelFault, tooLong),
        ingressClassName: validation.value(
            "ingressClassName",
            args.ingressClassName ?? defaults.ingressClassName,
            dnsLabelFault,
        ),
        replicas: validation.value("replicas", args.replicas ?? defaults.replicas, wholeNumber(1, 40)),
        resources: resourceRequirements(validation, "resources", args.resources, defaults.resources),
        serviceType: validation.value<string>(
            "serviceType",
            args.serviceType ?? defaults.serviceType,
            oneOf(IngressServiceType),
        ),
        loadBalancerSourceCidrs: validation.list(
            "loadBalancerSourceCidrs",
            args.loadBalancerSourceCidrs ?? [],
            cidrFault,
        ),
        trustedProxyCidrs: validation.list("trustedProxyCidrs", args.trustedProxyCidrs ?? [], cidrFault, everyoneFault),
        forwardedForHeader: validation.value(
            "forwardedForHeader",
            args.forwardedForHeader ?? defaults.forwardedForHeader,
            headerNameFault,
        ),
    };
    if (args.webhookCallerCidrs !== undefined) {
        validation.value("webhookCallerCidrs", args.webhookCallerCidrs, emptyListFault);
        validation.list("webhookCallerCidrs", args.webhookCallerCidrs, cidrFault);
    }
    validation.value(
        "loadBalancerSourceCidrs",
        { type: args.serviceType ?? defaults.serviceType, cidrs: args.loadBalancerSourceCidrs ?? [] } as pulumi.Input<{
            type: string;
            cidrs: string[];
        }>,
        ({ type, cidrs }) => sourcesFault(type, cidrs),
    );
    checkApiServer(validation, args.apiServer);
    validation.optional("image.digest", args.image?.digest, digestFault);
    validation.optional("certgenImage.digest", args.certgenImage?.digest, digestFault);
    validation.optional("chart.timeoutSeconds", args.chart?.timeoutSeconds, wholeNumber(30, 7200));
    checkLabels(validation, args.labels);
    validation.done();
    return checked;
}

/** Who talks to the controller's namespace, and to whom it talks; its way to an application belongs to ProtectedIngress. */
function flows(
    name: string,
    args: IngressControllerArgs,
    checked: { releaseName: pulumi.Output<string> },
    namespaceName: pulumi.Output<string>,
    opts: pulumi.ComponentResourceOptions,
): AllowedFlow[] {
    const controller: FlowPeerArgs = { namespaceName, podLabels: checked.releaseName.apply(controllerPodLabels) };
    const wholeRelease: FlowPeerArgs = { namespaceName, podLabels: checked.releaseName.apply(releasePodLabels) };
    const callers: FlowPeerArgs = args.webhookCallerCidrs ? { cidrs: args.webhookCallerCidrs } : { allowAnyone: true };
    const apiServer = apiServerEndpoint(`${name}-api-server`, args.apiServer, opts);
    const flow = (suffix: string, from: FlowPeerArgs, to: FlowPeerArgs, ...ports: pulumi.Input<number>[]) =>
        new AllowedFlow(
            `${name}-${suffix}`,
            { from, to, ports: ports.map((port) => ({ port })), labels: args.labels },
            opts,
        );
    return [
        flow("clients", { allowAnyone: true }, controller, CONTROLLER_PORTS.http, CONTROLLER_PORTS.https),
        flow("webhook", callers, controller, CONTROLLER_PORTS.webhook),
        flow("to-api-server", wholeRelease, { cidrs: apiServer.cidrs }, apiServer.port),
    ];
}

function tooLong(releaseName: string): string | undefined {
    return releaseName.length > 30
        ? `must have at most 30 characters, so that the names made from it stay legal, is ${JSON.stringify(releaseName)}`
        : undefined;
}

function sourcesFault(serviceType: string, cidrs: string[]): string | undefined {
    return cidrs.length > 0 && serviceType !== IngressServiceType.LoadBalancer
        ? `must be left out with serviceType "${serviceType}": only a load balancer refuses clients by their address`
        : undefined;
}

function everyoneFault(cidr: string): string | undefined {
    return cidr.endsWith("/0")
        ? `must not be every address, is ${JSON.stringify(cidr)}: each client could choose the address that it is limited by; write your load balancer's range`
        : undefined;
}
