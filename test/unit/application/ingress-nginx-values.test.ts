import { strict as assert } from "node:assert";
import {
    CONTROLLER_PORTS,
    controllerPodLabels,
    headerNameFault,
    type IngressNginxValuesInput,
    ingressNginxValues,
    releasePodLabels,
} from "../../../components/application/ingress-nginx-values";
import { ALLOWED_RESPONSE_HEADERS } from "../../../components/application/security-headers";
import { DEFAULTS } from "../../../components/defaults";
import { toRequirements } from "../../../components/resources";

const DIGEST = `sha256:${"a".repeat(64)}`;

/** The part of the values that the tests look at. */
interface Controller {
    image: Record<string, string>;
    config: Record<string, string>;
    service: Record<string, unknown>;
    admissionWebhooks: Record<"createSecretJob" | "patchWebhookJob", { resources: unknown }> & {
        patch: { image: Record<string, string>; securityContext: unknown };
    };
    topologySpreadConstraints: Record<string, unknown>[];
    [key: string]: unknown;
}

function rendered(input: Partial<IngressNginxValuesInput> = {}) {
    const values = ingressNginxValues({
        releaseName: "ingress-nginx",
        ingressClassName: "nginx",
        replicas: 2,
        resources: toRequirements(DEFAULTS.ingress.controller.resources),
        image: {},
        certgenImage: {},
        serviceType: "LoadBalancer",
        loadBalancerNodePorts: true,
        loadBalancerSourceCidrs: [],
        trustedProxyCidrs: [],
        forwardedForHeader: "X-Real-IP",
        labels: {},
        ...input,
    });
    return values as { controller: Controller; commonLabels: Record<string, string> };
}

describe("values of the ingress-nginx chart", () => {
    it("harden the controller", () => {
        const { config } = rendered().controller;
        const { "log-format-upstream": accessLog, ...rest } = config;
        assert.deepEqual(rest, {
            "allow-snippet-annotations": "false",
            "allow-cross-namespace-resources": "false",
            "strict-validate-path-type": "true",
            "server-tokens": "false",
            "ssl-protocols": "TLSv1.2 TLSv1.3",
            "ssl-session-tickets": "false",
            hsts: "true",
            "hsts-max-age": "31536000",
            "hsts-include-subdomains": "true",
            "annotations-risk-level": "Medium",
            "annotation-value-word-blocklist": "load_module,lua_package,_by_lua,proxy_pass,serviceaccount,{,},',\"",
            "global-allowed-response-headers": ALLOWED_RESPONSE_HEADERS.join(","),
            "hide-headers": "X-Powered-By,Server",
            "ssl-reject-handshake": "true",
            "limit-req-status-code": "429",
            "limit-conn-status-code": "429",
            "client-header-timeout": "10",
            "client-body-timeout": "10",
            "keep-alive": "30",
            "worker-shutdown-timeout": "60s",
            "log-format-escape-json": "true",
            "use-forwarded-headers": "false",
        });
        assert.equal((JSON.parse(accessLog ?? "") as Record<string, string>).client, "$remote_addr");
    });

    it("log no query strings, where applications' secrets tend to be", () => {
        const accessLog = rendered().controller.config["log-format-upstream"] ?? "";
        for (const variable of ["$request_uri", "$args", '"$request"', "$http_referer", "$http_authorization"]) {
            assert.ok(!accessLog.includes(variable), variable);
        }
    });

    it("hold nothing that Helm would take for a template", () => {
        assert.doesNotMatch(JSON.stringify(rendered().controller.config), /\{\{|\}\}/);
    });

    it("believe forwarded headers of the trusted proxies only", () => {
        const untrusting = rendered({ forwardedForHeader: "X-Client" }).controller.config;
        assert.ok(!("proxy-real-ip-cidr" in untrusting));
        assert.ok(!("forwarded-for-header" in untrusting));
        const { config } = rendered({ trustedProxyCidrs: ["10.0.0.0/8", "192.0.2.0/24"] }).controller;
        assert.equal(config["use-forwarded-headers"], "true");
        assert.equal(config["forwarded-for-header"], "X-Real-IP");
        assert.equal(config["proxy-real-ip-cidr"], "10.0.0.0/8,192.0.2.0/24");
    });

    it("leave the chart's images alone unless told", () => {
        const { controller } = rendered();
        assert.deepEqual(controller.image, {});
        assert.deepEqual(controller.admissionWebhooks.patch.image, {});
    });

    it("drop the chart's digest with its tag", () => {
        const { controller } = rendered({
            image: { registry: "ghcr.io", repository: "fork/controller", tag: "1.2.3" },
            certgenImage: { tag: "v9", digest: DIGEST },
        });
        assert.deepEqual(controller.image, {
            registry: "ghcr.io",
            image: "fork/controller",
            tag: "1.2.3",
            digest: "",
        });
        assert.deepEqual(controller.admissionWebhooks.patch.image, { tag: "v9", digest: DIGEST });
    });

    it("keep the chart's digest for a mirror, which has the same image", () => {
        assert.deepEqual(rendered({ image: { registry: "mirror.example.com" } }).controller.image, {
            registry: "mirror.example.com",
        });
        assert.deepEqual(rendered({ image: { digest: DIGEST } }).controller.image, { digest: DIGEST });
    });

    it("keep the client's address on the way, wherever Kubernetes allows that", () => {
        assert.deepEqual(rendered().controller.service, {
            type: "LoadBalancer",
            externalTrafficPolicy: "Local",
            loadBalancerSourceRanges: [],
        });
        assert.deepEqual(rendered({ serviceType: "NodePort" }).controller.service, {
            type: "NodePort",
            externalTrafficPolicy: "Local",
        });
        assert.deepEqual(rendered({ serviceType: "ClusterIP" }).controller.service, { type: "ClusterIP" });
    });

    it("narrow the load balancer", () => {
        const { service } = rendered({
            loadBalancerSourceCidrs: ["192.0.2.0/24"],
            loadBalancerNodePorts: false,
        }).controller;
        assert.deepEqual(service, {
            type: "LoadBalancer",
            externalTrafficPolicy: "Local",
            allocateLoadBalancerNodePorts: false,
            loadBalancerSourceRanges: ["192.0.2.0/24"],
        });
    });

    it("give a class of its own a controller name of its own", () => {
        assert.ok(!("ingressClassResource" in rendered().controller));
        const { controller } = rendered({ ingressClassName: "edge" });
        assert.equal(controller.ingressClass, "edge");
        assert.deepEqual(controller.ingressClassResource, { name: "edge", controllerValue: "k8s.io/edge" });
    });

    it("spread and replace the pods without a gap", () => {
        const { controller } = rendered({ releaseName: "edge", replicas: 3 });
        assert.equal(controller.replicaCount, 3);
        assert.deepEqual(controller.updateStrategy, {
            type: "RollingUpdate",
            rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
        });
        assert.deepEqual(
            controller.topologySpreadConstraints.map(({ topologyKey }) => topologyKey),
            ["topology.kubernetes.io/zone", "kubernetes.io/hostname"],
        );
        assert.deepEqual(controller.topologySpreadConstraints[1]?.labelSelector, {
            matchLabels: controllerPodLabels("edge"),
        });
        const shutdown = Number.parseInt(controller.config["worker-shutdown-timeout"] ?? "", 10);
        assert.ok(shutdown < Number(controller.terminationGracePeriodSeconds));
    });

    it("let no pod run as root or without a seccomp filter, whatever joins it", () => {
        const { controller } = rendered();
        const sound = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };
        assert.deepEqual(controller.podSecurityContext, sound);
        assert.deepEqual(controller.admissionWebhooks.patch.securityContext, sound);
    });

    it("bound every container", () => {
        const { controller } = rendered();
        const { createSecretJob, patchWebhookJob } = controller.admissionWebhooks;
        for (const resources of [controller.resources, createSecretJob.resources, patchWebhookJob.resources]) {
            const { requests, limits } = resources as Record<string, Record<string, string>>;
            assert.deepEqual(Object.keys(requests ?? {}), ["cpu", "memory", "ephemeral-storage"]);
            assert.deepEqual(Object.keys(limits ?? {}), ["cpu", "memory", "ephemeral-storage"]);
        }
    });

    it("open no further way: no snippets, host network, own policy, chroot or TCP services", () => {
        const { controller, ...rest } = rendered();
        assert.deepEqual(Object.keys(rest), ["commonLabels"]);
        for (const key of [
            "allowSnippetAnnotations",
            "hostNetwork",
            "hostPort",
            "networkPolicy",
            "containerSecurityContext",
            "watchIngressWithoutClass",
        ]) {
            assert.ok(!(key in controller), key);
        }
    });

    it("carry the user's labels, but none that the chart writes itself", () => {
        assert.deepEqual(rendered({ labels: { team: "web", "app.kubernetes.io/part-of": "shop" } }).commonLabels, {
            team: "web",
        });
    });
});

describe("labels of the ingress-nginx pods", () => {
    it("select the controller, or the certificate Jobs with it", () => {
        assert.deepEqual(CONTROLLER_PORTS, { http: 80, https: 443, webhook: 8443 });
        assert.deepEqual(controllerPodLabels("edge"), {
            "app.kubernetes.io/name": "ingress-nginx",
            "app.kubernetes.io/instance": "edge",
            "app.kubernetes.io/component": "controller",
        });
        assert.deepEqual(releasePodLabels("edge"), {
            "app.kubernetes.io/name": "ingress-nginx",
            "app.kubernetes.io/instance": "edge",
        });
    });
});

describe("the name of a request header", () => {
    it("is letters and digits, with hyphens between", () => {
        for (const name of ["X-Real-IP", "a", "1", "a--b", "x".repeat(64)]) {
            assert.equal(headerNameFault(name), undefined, name);
        }
        for (const wrong of ["", "-a", "a-", "a b", "a_b", "a:", "a\n", "ä", "x".repeat(65)]) {
            assert.equal(
                headerNameFault(wrong),
                `must be the name of a header, is ${JSON.stringify(wrong)}; write for example "X-Real-IP"`,
            );
        }
    });
});
