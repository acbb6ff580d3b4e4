/** Settings of the application layer. Pure; no Pulumi import. */
import { tlsChoiceFault } from "../components/application/ingress-tls";
import { DEFAULTS } from "../components/defaults";
import {
    chartFaults,
    chartSource,
    computeResources,
    containerImage,
    mutableImageFaults,
    resourcesFaults,
} from "./common";
import { field, group, list, optional, optionalList, optionalMap } from "./field";
import * as kinds from "./kinds";
import { at, type Rule } from "./reader";
import { code } from "./show";

const defaults = DEFAULTS.ingress;
const SERVICE_TYPES = ["LoadBalancer", "NodePort", "ClusterIP"] as const;

const tls = group({
    secretName: optional(
        kinds.subdomain,
        "Secret that holds the certificate, in the application's namespace; exactly one of the four ways is required",
        "none",
    ),
    clusterIssuer: optional(kinds.subdomain, "ClusterIssuer of cert-manager that issues the certificate", "none"),
    issuer: optional(kinds.subdomain, "Issuer of cert-manager in the application's namespace", "none"),
    allowSelfSignedCertificate: optional(
        kinds.flag,
        "Generate a certificate that no browser trusts, for development",
        code(false),
    ),
});

const controller = group({
    install: field(
        kinds.flag,
        "Install the ingress controller; if not, the names below are those of one that is there",
        true,
    ),
    namespaceName: field(kinds.dnsLabel, "Namespace of the ingress controller", defaults.controller.namespaceName),
    releaseName: field(kinds.releaseName(), "Helm release of the ingress controller", defaults.controller.releaseName),
    ingressClassName: field(
        kinds.dnsLabel,
        "IngressClass that the controller serves",
        defaults.controller.ingressClassName,
    ),
    podLabels: optionalMap(
        kinds.labelKey,
        kinds.labelValue,
        "Labels of the controller's pods, for one that is there",
        "those of the ingress-nginx chart",
    ),
    replicas: field(kinds.count(1, 100), "Number of controller pods", defaults.controller.replicas),
    serviceType: field(
        kinds.oneOf(...SERVICE_TYPES),
        "How the controller is reached from outside",
        defaults.controller.serviceType as (typeof SERVICE_TYPES)[number],
    ),
    loadBalancerNodePorts: field(
        kinds.flag,
        "Give a load balancer node ports; false closes the way around it, where the load balancer needs none",
        true,
    ),
    loadBalancerSourceCidrs: list(kinds.cidr, "Clients that the load balancer admits; none means all", []),
    trustedProxyCidrs: list(
        kinds.proxyCidr,
        "Proxies in front whose forwarding header is believed; none means that it is ignored",
        [],
    ),
    forwardedForHeader: optional(
        kinds.headerName,
        "Header in which those proxies give the client's address",
        `${code(defaults.controller.forwardedForHeader)} with \`trustedProxyCidrs\``,
    ),
    webhookCallerCidrs: optionalList(
        kinds.cidr,
        "Addresses from which the API server calls the admission webhook",
        "any",
    ),
    resources: computeResources("a controller pod", defaults.controller.resources),
    chart: chartSource(defaults.controller.chart),
    image: containerImage("the controller"),
    certgenImage: containerImage("the Jobs that make the webhook's certificate"),
});

export const ingress = group({
    host: field(kinds.host, "Host name of the application", defaults.host),
    path: field(kinds.pathPrefix, "Path prefix of the application", defaults.path),
    ingressName: optional(kinds.dnsLabel, "Name of the Ingress", "the name of the component"),
    requestsPerSecond: field(
        kinds.count(1, 100_000),
        "Requests a second from one address, for each controller pod",
        defaults.requestsPerSecond,
    ),
    burstMultiplier: field(
        kinds.count(1, 1_000),
        "Burst, as a multiple of `requestsPerSecond`",
        defaults.burstMultiplier,
    ),
    connections: field(
        kinds.count(1, 65_535),
        "Connections from one address at the same time, for each controller pod",
        defaults.connections,
    ),
    maxBodySize: field(kinds.bodySize, "Largest request body", defaults.maxBodySize),
    headers: optionalMap(
        kinds.responseHeader,
        kinds.headerValue,
        "Response headers over the secure defaults; an empty one is left to the application",
        "secure headers",
    ),
    awaitAddress: field(
        kinds.flag,
        "Wait until the controller has published an address; false for controllers that never do",
        true,
    ),
    tls,
    controller,
});

const tlsRule: Rule = function* (read) {
    const ways = ["secretName", "clusterIssuer", "issuer", "allowSelfSignedCertificate"];
    const fault = tlsChoiceFault(Object.fromEntries(ways.map((way) => [way, read.given(`ingress.tls.${way}`)])));
    if (fault && read.reaches("ingress.tls")) {
        yield at("ingress.tls", fault);
    }
};

export const ingressRules: Rule = function* (read) {
    yield* tlsRule(read);
    const proxies = "ingress.controller.trustedProxyCidrs";
    if (read.given("ingress.controller.forwardedForHeader") && read.list(proxies)?.length === 0) {
        yield at(
            "ingress.controller.forwardedForHeader",
            `must be left out without ${proxies}, is ${read.shown("ingress.controller.forwardedForHeader")}; name the proxies that may set it, or remove it`,
        );
    }
    const type = read.text("ingress.controller.serviceType");
    const sources = read.list("ingress.controller.loadBalancerSourceCidrs");
    if (type !== undefined && type !== "LoadBalancer" && sources !== undefined && sources.length > 0) {
        yield at(
            "ingress.controller.loadBalancerSourceCidrs",
            `must be left out while ingress.controller.serviceType is ${read.shown("ingress.controller.serviceType")}; only a load balancer can refuse clients by address`,
        );
    }
    yield* resourcesFaults(read, "ingress.controller.resources");
    yield* chartFaults(read, "ingress.controller.chart");
    yield* mutableImageFaults(read, "ingress.controller.image");
    yield* mutableImageFaults(read, "ingress.controller.certgenImage");
};
