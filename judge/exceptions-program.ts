/** The findings about the program's own objects. */
import { alike, Decision, type Exception } from "./exception";
import { APPARMOR, LOW_USER, NO_DIGEST, OLD_ANNOTATIONS, PULLED_ONCE, TOKEN, UNTRUSTED } from "./exceptions-reasons";

const APP = "Deployment secure-app/secure-app";
const BASTION = "Deployment operators/bastion";
/** They run the server's image. */
const JOBS = ["Job database/row-level-security-HASH", "Job database/database-backup-role-HASH"];
const CRON_JOBS = ["CronJob database/database-backup", "CronJob database/database-backup-reader"];
const OF_DATABASE = [...JOBS, ...CRON_JOBS];
const PODS = [APP, BASTION, ...OF_DATABASE];
const NAMESPACES = ["secure-app", "operators", "ingress-nginx", "database", "falco", "trivy-system"];

/** Policies and Services whose pods are those of a chart that may not be had. */
const OF_CHARTS: Record<string, string[]> = {
    falco: [
        "NetworkPolicy falco/default-deny",
        "NetworkPolicy falco/allow-dns",
        "NetworkPolicy falco/bulwark-threat-detection-rules-egress",
        "NetworkPolicy falco/bulwark-threat-detection-alerts-egress",
        "NetworkPolicy falco/bulwark-threat-detection-to-sidekick-egress",
        "NetworkPolicy falco/bulwark-threat-detection-to-sidekick-ingress",
    ],
    "falco-audit": [
        "NetworkPolicy falco/bulwark-threat-detection-audit-to-sidekick-egress",
        "NetworkPolicy falco/bulwark-threat-detection-audit-to-sidekick-ingress",
        "NetworkPolicy falco/bulwark-threat-detection-audit-plugin-egress",
        "NetworkPolicy falco/bulwark-threat-detection-audit-events-ingress",
    ],
    "trivy-operator": [
        "NetworkPolicy trivy-system/default-deny",
        "NetworkPolicy trivy-system/allow-dns",
        "NetworkPolicy trivy-system/bulwark-vulnerability-scanning-to-api-server-egress",
    ],
};

export const programExceptions: Exception[] = [
    ...alike(LOW_USER, {
        objects: [APP, BASTION],
        decision: Decision.Setting,
        reason: "Common images are made for 1001; `workload.userId` and the bastion's `userId` take any other.",
    }),
    ...alike(LOW_USER, {
        objects: OF_DATABASE,
        decision: Decision.Chart,
        reason: "They run the server's image, which is made for the user 1001.",
    }),
    {
        judge: "kube-score",
        check: "container-image-pull-policy",
        objects: PODS,
        decision: Decision.Worse,
        reason: PULLED_ONCE,
    },
    ...alike(NO_DIGEST, {
        objects: [APP],
        stack: "dev",
        decision: Decision.Setting,
        reason: "Developers may use tags; prod has `cluster.requireImmutableImages`, which refuses those that can change.",
    }),
    ...alike(NO_DIGEST, {
        objects: OF_DATABASE,
        decision: Decision.Setting,
        reason: "Bitnami's free images move: the digest of a built or bought one goes into `database.image.digest`.",
    }),
    {
        judge: "kube-score",
        check: "pod-probes-identical",
        objects: [APP],
        decision: Decision.Setting,
        reason: "An application with a path of its own for readiness says so by `workload.readinessPath`; not every one has two.",
    },
    {
        judge: "kube-score",
        check: "deployment-has-host-podantiaffinity",
        objects: [APP],
        decision: Decision.Elsewhere,
        reason: "Topology spread constraints spread the pods over zones and nodes, also where there are more pods than nodes.",
    },
    {
        judge: "kubesec",
        check: "SeccompAny",
        objects: PODS,
        decision: Decision.Elsewhere,
        reason: OLD_ANNOTATIONS,
    },
    { judge: "kubesec", check: "ApparmorAny", objects: PODS, decision: Decision.Worse, reason: APPARMOR },
    {
        judge: "kubesec",
        check: "ServiceAccountName",
        objects: OF_DATABASE,
        decision: Decision.Elsewhere,
        reason: "No token is mounted, neither by the pods nor by the account of the namespace: whose it would be doesn't matter.",
    },
    ...alike(TOKEN, {
        objects: [BASTION],
        decision: Decision.Purpose,
        reason: "Operators run kubectl there, with the read-only rights of the account whose token it is.",
    }),
    ...alike(
        [
            ["checkov", "CKV_K8S_8"],
            ["checkov", "CKV_K8S_9"],
        ],
        {
            objects: [BASTION],
            decision: Decision.Purpose,
            reason: "It serves nothing: it waits for operators to start a shell in it.",
        },
    ),
    {
        judge: "kube-score",
        check: "cronjob-has-deadline",
        objects: ["CronJob database/database-backup-reader"],
        decision: Decision.Purpose,
        reason: "It is suspended and never due: pods are made from it by hand, to copy backups from.",
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
        objects: ["ConfigMap secure-app/bulwark-ingress-headers-HASH"],
        decision: Decision.Mistaken,
        reason: "It takes the names of response headers, such as X-Frame-Options, for secrets.",
    },
    {
        judge: "trivy config",
        check: "KSV-0039",
        objects: NAMESPACES.map((name) => `Namespace ${name}`),
        decision: Decision.Setting,
        reason: "Limit ranges have defaults and no bounds: how much a container may have at most, the namespace's quota says.",
    },
    {
        judge: "trivy config",
        check: "KSV-0040",
        objects: NAMESPACES.map((name) => `Namespace ${name}`),
        decision: Decision.Worse,
        reason: "A quota for CPU limits would force one on every container and throttle it; requests keep the others' share.",
    },
    {
        judge: "kube-score",
        check: "networkpolicy-targets-pod",
        objects: ["NetworkPolicy operators/default-deny", "NetworkPolicy operators/allow-dns"],
        decision: Decision.Purpose,
        reason: "The namespace is closed before anything is in it; the bastion is an option.",
    },
    {
        judge: "kube-score",
        check: "networkpolicy-targets-pod",
        objects: ["NetworkPolicy secure-app/bulwark-ingress-acme-solver-ingress"],
        decision: Decision.Purpose,
        reason: "It selects pods that cert-manager makes for the minutes in which it proves the host.",
    },
    ...Object.entries(OF_CHARTS).map(
        ([release, objects]): Exception => ({
            judge: "kube-score",
            check: "networkpolicy-targets-pod",
            objects,
            chart: { release, rendered: ["none"] },
            decision: Decision.Mistaken,
            reason: "The pods are a chart's, which couldn't be rendered.",
        }),
    ),
    {
        judge: "kube-score",
        check: "networkpolicy-targets-pod",
        objects: ["NetworkPolicy trivy-system/bulwark-vulnerability-scanning-registries-egress"],
        decision: Decision.Purpose,
        reason: "It selects the pods of scans, which the operator makes.",
    },
    {
        judge: "kube-score",
        check: "service-targets-pod",
        objects: ["Service falco/falco-audit-webhook"],
        chart: { release: "falco-audit", rendered: ["none"] },
        decision: Decision.Mistaken,
        reason: "The pods are a chart's, which couldn't be rendered.",
    },
    {
        judge: "database lints",
        check: "public_granted_schema",
        objects: ["SCHEMA public in postgres"],
        decision: Decision.Elsewhere,
        reason: "Only the superuser is let into this database, by pg_hba, and it holds nothing.",
    },
];
