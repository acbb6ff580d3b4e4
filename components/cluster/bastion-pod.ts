/** The bastion's pod. Pure; no Pulumi import. */
import { hardenedContexts } from "../container/security-contexts";

/** What the pod is made of, each value only put in its place. */
export interface BastionParts {
    serviceAccountName: unknown;
    image: unknown;
    imagePullSecrets: unknown;
    userId: unknown;
    groupId: unknown;
    resources: unknown;
    temporaryStorage: unknown;
    environment: unknown;
    /** Secret with the database's credentials, or undefined for no database. */
    credentialsSecretName: unknown;
}

/** Folder of the database's credentials. */
export const BASTION_BINDING = "/bindings/database";

/** Waits, and stops at once when asked: the first process of a container gets no signal that it doesn't handle. */
const WAIT = "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done";

/** The pod's `spec`: as hardened as an application's, but with the token that is its purpose. */
export function bastionPodSpec<P extends BastionParts>(parts: P) {
    const contexts = hardenedContexts(parts.userId as P["userId"], parts.groupId as P["groupId"]);
    const bound = parts.credentialsSecretName !== undefined;
    const credentials = {
        name: "database",
        secret: { secretName: parts.credentialsSecretName as P["credentialsSecretName"], defaultMode: 0o440 },
    };
    const credentialsMount = { name: "database", mountPath: BASTION_BINDING, readOnly: true };
    return {
        serviceAccountName: parts.serviceAccountName as P["serviceAccountName"],
        // Bound to the pod, renewed every hour, and void once the pod is gone.
        automountServiceAccountToken: true,
        enableServiceLinks: false,
        imagePullSecrets: parts.imagePullSecrets as P["imagePullSecrets"],
        securityContext: contexts.pod,
        terminationGracePeriodSeconds: 10,
        containers: [
            {
                name: "bastion",
                image: parts.image as P["image"],
                imagePullPolicy: "IfNotPresent",
                command: ["sh", "-c", WAIT],
                env: parts.environment as P["environment"],
                resources: parts.resources as P["resources"],
                securityContext: contexts.container,
                volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, ...(bound ? [credentialsMount] : [])],
            },
        ],
        volumes: [
            {
                name: "tmp",
                emptyDir: { medium: "Memory", sizeLimit: parts.temporaryStorage as P["temporaryStorage"] },
            },
            ...(bound ? [credentials] : []),
        ],
    };
}

/** Where psql and its like find the database; the password stays in its file. */
export interface BastionDatabase {
    host: string;
    port: number;
    database: string;
    username: string;
}

/** The pod's environment. kubectl keeps its cache in the home folder, which has to be writable. */
export function bastionEnvironment(database: BastionDatabase | undefined): { name: string; value: string }[] {
    const variables: Record<string, string> = {
        HOME: "/tmp",
        ...(database && {
            PGHOST: database.host,
            PGPORT: String(database.port),
            PGDATABASE: database.database,
            PGUSER: database.username,
            PGSSLMODE: "verify-full",
            PGSSLROOTCERT: `${BASTION_BINDING}/ca.crt`,
        }),
    };
    return Object.entries(variables).map(([name, value]) => ({ name, value }));
}
