/** What Bulwark promises of every stack it makes, as policies that others can hold their stacks to. */
import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { insecureHosts, isDenyAll, latestImages, type Policy, plaintextSecrets } from "./findings";
import { type KubernetesObject, knownPart, kubernetesObject } from "./kubernetes-object";

const RELEASE = "kubernetes:helm.sh/v3:Release";

/** The policies. */
export function promisePolicies(): (ResourceValidationPolicy | StackValidationPolicy)[] {
    return [
        onRelease(
            "no-plaintext-passwords",
            "Helm values hold no password: they are stored with the release, and shown by helm get values.",
            plaintextSecrets,
        ),
        onRelease("no-latest-in-charts", "Helm values name images by version or digest, not latest.", latestImages),
        {
            name: "ingress-tls",
            description: "Every host of an Ingress has TLS.",
            validateResource: ({ type, props }, report) => {
                const seen = kubernetesObject(type, props);
                if (seen?.group === "networking.k8s.io" && seen.kind === "Ingress") {
                    tell(insecureHosts(seen.object.spec ?? {}), seen.unknown, report);
                }
            },
        },
        {
            name: "pod-security-labels",
            description: "Every namespace enforces a level of the Pod Security Standards.",
            validateResource: ({ type, props }, report) => {
                const seen = kubernetesObject(type, props);
                if (seen?.kind === "Namespace" && seen.group === "") {
                    const { labels = {} } = (seen.object.metadata ?? {}) as { labels?: Record<string, string> };
                    const missing = labels["pod-security.kubernetes.io/enforce"] === undefined;
                    tell(
                        missing ? ["must have the label pod-security.kubernetes.io/enforce: restricted"] : [],
                        seen.unknown,
                        report,
                    );
                }
            },
        },
        {
            name: "default-deny",
            description: "Every namespace has a NetworkPolicy that denies all traffic that no other policy allows.",
            validateStack: ({ resources }, report) => {
                const objects = resources.flatMap((resource) => {
                    const seen = kubernetesObject(resource.type, resource.props);
                    return seen ? [{ resource, seen }] : [];
                });
                const denials = objects.filter(
                    ({ seen }) => seen.kind === "NetworkPolicy" && isDenyAll(seen.object.spec as Policy),
                );
                for (const { resource, seen } of objects.filter(({ seen }) => seen.kind === "Namespace")) {
                    requireDenial(
                        resource,
                        seen,
                        denials.map((denial) => denial.seen),
                        report,
                    );
                }
            },
        },
    ];
}

type Report = (message: string, urn?: string) => void;

function onRelease(
    name: string,
    description: string,
    find: (values: Record<string, unknown>) => string[],
): ResourceValidationPolicy {
    return {
        name,
        description,
        validateResource: ({ type, props }, report) => {
            if (type === RELEASE) {
                const { value, unknown } = knownPart(props.values ?? {});
                tell(find(value as Record<string, unknown>), unknown, report);
            }
        },
    };
}

/** Reports what was found, unless it may be about what is not known yet: the update looks again. */
function tell(findings: string[], unknown: Error | undefined, report: Report): void {
    if (findings.length > 0 && unknown) {
        throw unknown;
    }
    for (const finding of findings) {
        report(finding);
    }
}

function requireDenial(
    resource: PolicyResource,
    namespace: KubernetesObject,
    denials: KubernetesObject[],
    report: Report,
) {
    const name = namespace.object.metadata?.name;
    if (denials.some(({ object }) => (object.metadata?.namespace ?? "default") === name)) {
        return;
    }
    // Much of an object is not known before it is made; only names matter here.
    const nameless = [
        ...(name === undefined ? [namespace] : []),
        ...denials.filter(({ object }) => object.metadata?.namespace === undefined),
    ];
    const unknown = nameless.find((each) => each.unknown)?.unknown;
    if (unknown) {
        throw unknown;
    }
    report(
        "must have a NetworkPolicy with podSelector: {} and policyTypes [Ingress, Egress] that allows nothing; make the namespace with SecureNamespace",
        resource.urn,
    );
}
