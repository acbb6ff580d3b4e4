/** What several judges ask in their own ways, and reasons that hold for the program's pods and those of charts. */
import { Decision, type Exception, type OfChart } from "./exception";

export const LOW_USER: [string, string][] = [
    ["kube-score", "container-security-context-user-group-id"],
    ["checkov", "CKV_K8S_40"],
    ["kubesec", "RunAsUser"],
    ["kubesec", "RunAsGroup"],
    ["trivy config", "KSV-0020"],
    ["trivy config", "KSV-0021"],
];

export const TOKEN: [string, string][] = [
    ["checkov", "CKV_K8S_38"],
    ["kubesec", "AutomountServiceAccountToken"],
];

export const NO_DIGEST: [string, string][] = [
    ["checkov", "CKV_K8S_15"],
    ["checkov", "CKV_K8S_43"],
];

export const WRITABLE_ROOT: [string, string][] = [
    ["kube-score", "container-security-context-readonlyrootfilesystem"],
    ["checkov", "CKV_K8S_22"],
    ["kubesec", "ReadOnlyRootFilesystem"],
    ["trivy config", "KSV-0014"],
];

/** What every pod of a chart's gets, and why it stays. */
export function ofEveryPod(objects: string[]): Exception[] {
    const exception = (judge: string, check: string, decision: Decision, reason: string) => ({
        judge,
        check,
        objects,
        decision,
        reason,
    });
    return [
        exception("kube-score", "container-image-pull-policy", Decision.Worse, PULLED_ONCE),
        exception("kubesec", "SeccompAny", Decision.Elsewhere, OLD_ANNOTATIONS),
        exception("kubesec", "ApparmorAny", Decision.Worse, APPARMOR),
    ];
}

/** The same exceptions about a chart's objects. */
export function ofChart(
    release: string,
    all: Exception[],
    rendered: OfChart["rendered"] = ["chart", "stand-in"],
): Exception[] {
    return all.map((exception) => ({ ...exception, chart: { release, rendered } }));
}

export const UNTRUSTED =
    "Which registries are trusted is `cluster.guardrails.allowedRegistries`; the judge has a list of its own.";
export const PULLED_ONCE =
    "Asking the registry at every start would keep pods from starting while it is away; a digest can't change behind its name.";
export const OLD_ANNOTATIONS =
    "The judge knows only the annotations of Kubernetes before 1.19; the field `seccompProfile` is set.";
export const APPARMOR =
    "Runtimes apply their AppArmor profile on every node that has AppArmor; pods that ask for it fail on nodes that have none.";
