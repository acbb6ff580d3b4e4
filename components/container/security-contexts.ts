/** What every pod of Bulwark promises, in one place. Pure; no Pulumi import. */

/**
 * Security contexts of a pod and its containers, as the Pod Security level `restricted` demands and beyond.
 *
 * The identity is set on both: judges look at either place, and a container added by others is covered too. The group
 * owns the files of mounted Secrets, which nobody else may read.
 */
export function hardenedContexts<User, Group>(userId: User, groupId: Group) {
    const identity = {
        runAsNonRoot: true,
        runAsUser: userId,
        runAsGroup: groupId,
        seccompProfile: { type: "RuntimeDefault" },
    };
    return {
        pod: { ...identity, fsGroup: groupId },
        container: {
            ...identity,
            privileged: false,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
        },
    };
}
