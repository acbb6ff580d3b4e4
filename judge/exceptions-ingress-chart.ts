/** The findings about the ingress controller's chart, and about the small chart that has its place in the sandbox. */
import { alike, Decision, type Exception } from "./exception";
import { LOW_USER, ofChart, ofEveryPod, TOKEN, UNTRUSTED, WRITABLE_ROOT } from "./exceptions-reasons";

const RELEASE = "ingress-nginx";
const CONTROLLER = "Deployment ingress-nginx/ingress-nginx-controller";
const JOBS = ["create", "patch"].map((name) => `Job ingress-nginx/ingress-nginx-admission-${name}`);
const PODS = [CONTROLLER, ...JOBS];

const CERTIFICATE =
    "The jobs make the webhook's certificate, keep it in a Secret and put it into the webhook's configuration.";

const both: Exception[] = [
    ...ofEveryPod(PODS),
    ...alike(LOW_USER, {
        objects: [CONTROLLER],
        decision: Decision.Chart,
        reason: "The image is made for the user 101.",
    }),
    ...alike(WRITABLE_ROOT, {
        objects: [CONTROLLER],
        decision: Decision.Chart,
        reason: "It writes its configuration beside its program; the guardrails have an exemption for its namespace.",
    }),
    ...alike(
        [
            ["checkov", "CKV_K8S_25"],
            ["trivy config", "KSV-0022"],
            ["trivy config", "KSV-0117"],
        ],
        {
            objects: [CONTROLLER],
            decision: Decision.Purpose,
            reason: "It listens at ports 80 and 443 without being root, for which it has NET_BIND_SERVICE and nothing else.",
        },
    ),
    ...alike(TOKEN, {
        objects: PODS,
        decision: Decision.Purpose,
        reason: "They speak to the API server: the controller reads Ingresses, the jobs write the webhook's certificate.",
    }),
    {
        judge: "kube-score",
        check: "pod-probes-identical",
        objects: [CONTROLLER],
        decision: Decision.Chart,
        reason: "It asks one question for both, and waits longer before it restarts than before it withdraws.",
    },
    {
        judge: "kube-score",
        check: "deployment-has-host-podantiaffinity",
        objects: [CONTROLLER],
        decision: Decision.Elsewhere,
        reason: "Topology spread constraints spread the pods over zones and nodes.",
    },
    {
        judge: "kube-score",
        check: "deployment-replicas",
        objects: [CONTROLLER],
        stack: "dev",
        decision: Decision.Setting,
        reason: "One replica is enough for developers: `ingress.controller.replicas`, which prod has at 3.",
    },
    {
        judge: "trivy config",
        check: "KSV-0125",
        objects: PODS,
        decision: Decision.Setting,
        reason: UNTRUSTED,
    },
    {
        judge: "trivy config",
        check: "KSV-01010",
        objects: ["ConfigMap ingress-nginx/ingress-nginx-controller"],
        decision: Decision.Mistaken,
        reason: "It takes numbers, such as those of hsts-max-age, for secrets.",
    },
    {
        judge: "trivy config",
        check: "KSV-0109",
        objects: ["ConfigMap ingress-nginx/ingress-nginx-controller"],
        decision: Decision.Mistaken,
        reason: "It takes the option server-tokens, which hides NGINX's version, for a token.",
    },
    {
        judge: "trivy config",
        check: "KSV-0041",
        objects: ["ClusterRole ingress-nginx"],
        decision: Decision.Purpose,
        reason: "The controller reads the certificates of Ingresses in any namespace.",
    },
    ...alike(
        [
            ["trivy config", "KSV-0114"],
            ["checkov", "CKV_K8S_155"],
        ],
        { objects: ["ClusterRole ingress-nginx-admission"], decision: Decision.Purpose, reason: CERTIFICATE },
    ),
    {
        judge: "trivy config",
        check: "KSV-0113",
        objects: ["Role ingress-nginx/ingress-nginx-admission"],
        decision: Decision.Purpose,
        reason: CERTIFICATE,
    },
    {
        judge: "checkov",
        check: "CKV2_K8S_5",
        objects: ["RoleBinding ingress-nginx/ingress-nginx-admission"],
        decision: Decision.Purpose,
        reason: CERTIFICATE,
    },
];

const real: Exception[] = [
    {
        judge: "trivy config",
        check: "KSV-0113",
        objects: ["Role ingress-nginx/ingress-nginx"],
        decision: Decision.Purpose,
        reason: "The controller reads the certificates of its own namespace.",
    },
];

export const ingressExceptions: Exception[] = [...ofChart(RELEASE, both), ...ofChart(RELEASE, real, ["chart"])];
