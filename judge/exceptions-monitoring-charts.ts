/** The findings about the charts of Falco and of the Trivy operator, for which the sandbox has nothing in their place. */
import { alike, Decision, type Exception } from "./exception";
import { LOW_USER, NO_DIGEST, ofChart, ofEveryPod, TOKEN, UNTRUSTED, WRITABLE_ROOT } from "./exceptions-reasons";

const FALCO = "DaemonSet falco/falco";
const SIDEKICK = "Deployment falco/falco-falcosidekick";
const AUDIT = "Deployment falco/falco-audit";
const SCANNER = "Deployment trivy-system/trivy-operator";

/** What the pods of all four have. */
function common(...pods: string[]): Exception[] {
    return [
        ...ofEveryPod(pods),
        ...alike(TOKEN, {
            objects: pods,
            decision: Decision.Chart,
            reason: "They ask the API server about pods, or have no value to do without its token.",
        }),
        ...alike(NO_DIGEST, {
            objects: pods,
            decision: Decision.Setting,
            reason: "The images are settings: digests go there.",
        }),
    ];
}

/** What the pods of Falco's chart have. */
function falcos(...pods: string[]): Exception[] {
    return [
        ...common(...pods),
        ...alike(LOW_USER, {
            objects: pods,
            decision: Decision.Chart,
            reason: "Falco reads what only root may; its neighbours' images are made for the users that they have.",
        }),
        {
            judge: "kube-score",
            check: "pod-probes-identical",
            objects: pods,
            decision: Decision.Chart,
            reason: "They ask one question for both, and wait longer before they restart than before they withdraw.",
        },
        { judge: "trivy config", check: "KSV-0125", objects: pods, decision: Decision.Setting, reason: UNTRUSTED },
    ];
}

/** Certificates of its own API, which is off, are named there by their paths. */
const PATHS = "It takes the path of a key for the key.";

const falco: Exception[] = [
    ...falcos(FALCO),
    ...alike(
        [
            ...WRITABLE_ROOT,
            ["kube-score", "container-seccomp-profile"],
            ["checkov", "CKV_K8S_20"],
            ["checkov", "CKV_K8S_23"],
            ["checkov", "CKV_K8S_25"],
            ["checkov", "CKV_K8S_28"],
            ["checkov", "CKV_K8S_29"],
            ["checkov", "CKV_K8S_31"],
            ["checkov", "CKV_K8S_37"],
            ["kubesec", "ProcMount"],
            ["kubesec", "RunAsNonRoot"],
            ["trivy config", "KSV-0001"],
            ["trivy config", "KSV-0002"],
            ["trivy config", "KSV-0003"],
            ["trivy config", "KSV-0004"],
            ["trivy config", "KSV-0012"],
            ["trivy config", "KSV-0022"],
            ["trivy config", "KSV-0023"],
            ["trivy config", "KSV-0030"],
            ["trivy config", "KSV-0104"],
            ["trivy config", "KSV-0106"],
            ["trivy config", "KSV-0118"],
            ["trivy config", "KSV-0121"],
        ],
        {
            objects: [FALCO],
            decision: Decision.Purpose,
            reason: "It watches its node's kernel, for which it has root's rights; no other namespace than its own would let it.",
        },
    ),
    {
        judge: "trivy config",
        check: "KSV-01010",
        objects: ["ConfigMap falco/falco"],
        decision: Decision.Mistaken,
        reason: PATHS,
    },
];

const sidekick: Exception[] = [
    ...falcos(SIDEKICK),
    {
        judge: "checkov",
        check: "CKV_K8S_35",
        objects: [SIDEKICK],
        decision: Decision.Chart,
        reason: "Where alerts go may be secret, and falcosidekick reads that from its environment.",
    },
    {
        judge: "kube-score",
        check: "deployment-has-host-podantiaffinity",
        objects: [SIDEKICK],
        decision: Decision.Chart,
        reason: "The chart has two replicas without a word on where; alerts that find none are in Falco's log.",
    },
    {
        judge: "kube-score",
        check: "deployment-has-poddisruptionbudget",
        objects: [SIDEKICK],
        decision: Decision.Chart,
        reason: "The chart has no budget; alerts that find no pod are in Falco's log.",
    },
];

const audit: Exception[] = [
    ...falcos(AUDIT),
    {
        judge: "kube-score",
        check: "deployment-replicas",
        objects: [AUDIT],
        decision: Decision.Purpose,
        reason: "One pod is enough: the API server sends its events again while the pod is away for a moment.",
    },
    {
        judge: "trivy config",
        check: "KSV-01010",
        objects: ["ConfigMap falco/falco-audit"],
        decision: Decision.Mistaken,
        reason: PATHS,
    },
];

const scanner: Exception[] = [
    ...common(SCANNER),
    ...alike(
        [
            ["kube-score", "deployment-replicas"],
            ["kube-score", "deployment-strategy"],
        ],
        { objects: [SCANNER], decision: Decision.Purpose, reason: "One operator at a time makes scans, never two." },
    ),
    {
        judge: "trivy config",
        check: "KSV-0048",
        objects: ["ClusterRole trivy-operator"],
        decision: Decision.Purpose,
        reason: "It makes a job for each scan, and looks at what is to be scanned in all namespaces.",
    },
    ...alike(
        [
            ["trivy config", "KSV-0049"],
            ["trivy config", "KSV-0113"],
        ],
        {
            objects: ["Role trivy-system/trivy-operator"],
            decision: Decision.Purpose,
            reason: "It keeps its settings, and the credentials of a scan, in its own namespace.",
        },
    ),
];

export const monitoringExceptions: Exception[] = [
    ...ofChart("falco", [...falco, ...sidekick], ["chart"]),
    ...ofChart("falco-audit", audit, ["chart"]),
    ...ofChart("trivy-operator", scanner, ["chart"]),
];
