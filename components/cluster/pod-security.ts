/** Pod Security Standards as namespace labels. Pure; no Pulumi import. */

/** Level of the Pod Security Standards (https://kubernetes.io/docs/concepts/security/pod-security-standards/). */
export const PodSecurityLevel = {
    /** No restriction. */
    Privileged: "privileged",
    /** Known privilege escalations are refused. */
    Baseline: "baseline",
    /** Hardened pods only. */
    Restricted: "restricted",
} as const;
export type PodSecurityLevel = (typeof PodSecurityLevel)[keyof typeof PodSecurityLevel];

/**
 * The labels that make the API server enforce a level. `enforce` judges pods only; `audit` and `warn` judge Deployments
 * and their like too, so a fault is seen where it was written.
 */
export function podSecurityLabels(level: string, version: string): Record<string, string> {
    return Object.fromEntries(
        ["enforce", "audit", "warn"].flatMap((mode) => [
            [`pod-security.kubernetes.io/${mode}`, level],
            [`pod-security.kubernetes.io/${mode}-version`, version],
        ]),
    );
}

/** What is wrong with a version of the Pod Security Standards, or undefined. */
export function podSecurityVersionFault(text: string): string | undefined {
    return typeof text === "string" && /^v1\.\d{1,3}$/.test(text)
        ? undefined
        : `must be a pinned version of the Pod Security Standards ("latest" would change with the cluster), is ${JSON.stringify(text)}; write for example "v1.35"`;
}
