/** What the chart of ingress-nginx is given for sound input, whole: other tests say why it is so. */
import * as path from "node:path";
import { type IngressNginxValuesInput, ingressNginxValues } from "../../../components/application/ingress-nginx-values";
import { assertKept, yaml } from "../support/kept";

const LEAST: IngressNginxValuesInput = {
    releaseName: "ingress-nginx",
    ingressClassName: "nginx",
    replicas: 2,
    resources: { requests: { cpu: "100m" }, limits: { memory: "512Mi" } },
    image: {},
    certgenImage: {},
    serviceType: "ClusterIP",
    loadBalancerNodePorts: true,
    loadBalancerSourceCidrs: [],
    trustedProxyCidrs: [],
    forwardedForHeader: "X-Forwarded-For",
    labels: {},
};

describe("what the chart of ingress-nginx is given", () => {
    it("is this", () => {
        const most = {
            ...LEAST,
            ingressClassName: "shop",
            image: { registry: "ghcr.io", repository: "example/controller", tag: "1.15.1" },
            certgenImage: { tag: "1.6.5", digest: "sha256:abc" },
            serviceType: "LoadBalancer",
            loadBalancerNodePorts: false,
            loadBalancerSourceCidrs: ["192.0.2.0/24"],
            trustedProxyCidrs: ["10.0.0.0/8", "fd00::/8"],
            forwardedForHeader: "X-Real-IP",
            labels: { team: "payments", "helm.sh/chart": "lost" },
        };
        const values = { least: ingressNginxValues(LEAST), most: ingressNginxValues(most) };
        assertKept(path.join(__dirname, "kept", "ingress-nginx-values.yaml"), yaml(values));
    });
});
