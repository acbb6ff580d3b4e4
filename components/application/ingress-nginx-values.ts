/** Everything that Bulwark says to the ingress-nginx chart. Pure; no Pulumi import. */
import { chartLabels } from "../chart-labels";
import type { ImageParts } from "../image";
import type { ResourceRequirements } from "../resources";
import { ALLOWED_RESPONSE_HEADERS } from "./security-headers";

/** Ports of the controller's pods, as NetworkPolicies see them. */
export const CONTROLLER_PORTS = { http: 80, https: 443, webhook: 8443 };

/** What the values are made from, every value known. */
export interface IngressNginxValuesInput {
    releaseName: string;
    ingressClassName: string;
    replicas: number;
    resources: ResourceRequirements;
    image: ImageParts;
    certgenImage: ImageParts;
    serviceType: string;
    loadBalancerNodePorts: boolean;
    loadBalancerSourceCidrs: string[];
    trustedProxyCidrs: string[];
    forwardedForHeader: string;
    labels: Record<string, string>;
}

/** Labels of the controller's pods: the ones that the chart's own selectors use, which never change. */
export function controllerPodLabels(releaseName: string): Record<string, string> {
    return { ...releasePodLabels(releaseName), "app.kubernetes.io/component": "controller" };
}

/** Labels of every pod of the release: the controller's, and those of the Jobs that make the webhook's certificate. */
export function releasePodLabels(releaseName: string): Record<string, string> {
    return { "app.kubernetes.io/name": "ingress-nginx", "app.kubernetes.io/instance": releaseName };
}

/** The chart says as much of each container; said of the pod it holds for whatever joins it. */
const POD_SECURITY = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };

/**
 * The chart's values: documented keys only (values.yaml of chart 4.15.1), and only those that differ from its defaults.
 */
export function ingressNginxValues(input: IngressNginxValuesInput): Record<string, unknown> {
    const jobResources = { resources: CERTGEN_RESOURCES };
    return {
        commonLabels: chartLabels(input.labels),
        controller: {
            image: overriding(input.image),
            config: controllerConfig(input.trustedProxyCidrs, input.forwardedForHeader),
            // An Ingress gets its address when the controller next looks, every 60 seconds unless told.
            extraArgs: { "status-update-interval": "10" },
            ...classValues(input.ingressClassName),
            replicaCount: input.replicas,
            updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
            topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
                topologyKey,
                maxSkew: 1,
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: { matchLabels: controllerPodLabels(input.releaseName) },
                matchLabelKeys: ["pod-template-hash"],
            })),
            // Longer than `worker-shutdown-timeout`, so that connections end by themselves first.
            terminationGracePeriodSeconds: 90,
            resources: input.resources,
            podSecurityContext: POD_SECURITY,
            service: serviceValues(input),
            admissionWebhooks: {
                createSecretJob: jobResources,
                patchWebhookJob: jobResources,
                patch: { image: overriding(input.certgenImage), securityContext: POD_SECURITY },
            },
            metrics: { enabled: true },
        },
    };
}

const CERTGEN_RESOURCES: ResourceRequirements = {
    requests: { cpu: "10m", memory: "32Mi", "ephemeral-storage": "16Mi" },
    limits: { cpu: "500m", memory: "64Mi", "ephemeral-storage": "64Mi" },
};

/**
 * The words and characters that upstream proposes against injected configuration (its configmap.md), without `root` and
 * `location`: they are compared as parts of a value and would hit innocent names.
 */
const WORD_BLOCKLIST = ["load_module", "lua_package", "_by_lua", "proxy_pass", "serviceaccount", "{", "}", "'", '"'];

/** The path without its query, which is where secrets of applications tend to be. */
const ACCESS_LOG = {
    time: "$time_iso8601",
    request_id: "$req_id",
    client: "$remote_addr",
    host: "$host",
    method: "$request_method",
    path: "$uri",
    status: "$status",
    bytes: "$bytes_sent",
    seconds: "$request_time",
    user_agent: "$http_user_agent",
    ingress: "$namespace/$ingress_name",
    upstream: "$upstream_addr",
    upstream_status: "$upstream_status",
};

/** What is wrong with the name of a request header, or undefined. */
export function headerNameFault(header: string): string | undefined {
    return /^[A-Za-z0-9]([-A-Za-z0-9]{0,62}[A-Za-z0-9])?$/.test(header)
        ? undefined
        : `must be the name of a header, is ${JSON.stringify(header)}; write for example "X-Real-IP"`;
}

function controllerConfig(trustedProxyCidrs: string[], forwardedForHeader: string): Record<string, string> {
    return {
        // These are the controller's defaults. They are stated since the protection rests on them whatever image runs.
        "allow-snippet-annotations": "false",
        "allow-cross-namespace-resources": "false",
        "strict-validate-path-type": "true",
        "server-tokens": "false",
        "ssl-protocols": "TLSv1.2 TLSv1.3",
        "ssl-session-tickets": "false",
        hsts: "true",
        "hsts-max-age": "31536000",
        "hsts-include-subdomains": "true",
        // Whoever may write an Ingress is no administrator of the controller.
        "annotations-risk-level": "Medium",
        "annotation-value-word-blocklist": WORD_BLOCKLIST.join(","),
        "global-allowed-response-headers": ALLOWED_RESPONSE_HEADERS.join(","),
        "hide-headers": "X-Powered-By,Server",
        // A client that names no host of ours learns nothing, not even a certificate.
        "ssl-reject-handshake": "true",
        // 503 would tell clients and monitoring that the application is down.
        "limit-req-status-code": "429",
        "limit-conn-status-code": "429",
        // Against clients that hold connections open by sending slowly.
        "client-header-timeout": "10",
        "client-body-timeout": "10",
        "keep-alive": "30",
        "worker-shutdown-timeout": "60s",
        "log-format-escape-json": "true",
        "log-format-upstream": JSON.stringify(ACCESS_LOG),
        ...forwardedHeaders(trustedProxyCidrs, forwardedForHeader),
    };
}

/**
 * While forwarded headers are off, what clients send in them is replaced by what NGINX sees. Switched on without a list
 * of proxies the controller would trust everyone, and each client could choose the address that it is limited by.
 */
function forwardedHeaders(trustedProxyCidrs: string[], forwardedForHeader: string): Record<string, string> {
    return trustedProxyCidrs.length === 0
        ? { "use-forwarded-headers": "false" }
        : {
              "use-forwarded-headers": "true",
              "forwarded-for-header": forwardedForHeader,
              "proxy-real-ip-cidr": trustedProxyCidrs.join(","),
          };
}

/** A class of its own needs a controller name of its own, or two controllers would serve the same Ingresses. */
function classValues(ingressClassName: string): Record<string, unknown> {
    return ingressClassName === "nginx"
        ? {}
        : {
              ingressClass: ingressClassName,
              ingressClassResource: { name: ingressClassName, controllerValue: `k8s.io/${ingressClassName}` },
          };
}

function serviceValues(input: IngressNginxValuesInput): Record<string, unknown> {
    const balanced = input.serviceType === "LoadBalancer";
    return {
        type: input.serviceType,
        // `Local` keeps the client's address, which the limits count by; Kubernetes refuses it for ClusterIP.
        ...(input.serviceType === "ClusterIP" ? {} : { externalTrafficPolicy: "Local" }),
        ...(balanced && !input.loadBalancerNodePorts ? { allocateLoadBalancerNodePorts: false } : {}),
        ...(balanced ? { loadBalancerSourceRanges: input.loadBalancerSourceCidrs } : {}),
    };
}

/** The chart renders its own digest behind any tag, and the digest decides: another tag needs another digest, or none. */
function overriding({ registry, repository, tag, digest }: ImageParts): Record<string, string> {
    return {
        ...(registry === undefined ? {} : { registry }),
        ...(repository === undefined ? {} : { image: repository }),
        ...(tag === undefined ? {} : { tag, digest: "" }),
        ...(digest === undefined ? {} : { digest }),
    };
}
