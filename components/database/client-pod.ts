/** Pods that work with PostgreSQL's programs beside the server. Pure; no Pulumi import. */
import { hardenedContexts } from "../container/security-contexts";
import { BINDING_FOLDER } from "./client-script";

/** User and group of the process: those of PostgreSQL in the Bitnami image. */
const ID = 1001;

/** What every such pod is made of; each value is only put in its place, and may be known later. */
export interface ClientPodParts {
    image: unknown;
    resources: unknown;
}

/** A `spec` with one container, as the Pod Security level `restricted` demands and beyond; it lacks the volumes. */
export function clientPodSpec<P extends ClientPodParts, C extends object>(name: string, parts: P, container: C) {
    const contexts = hardenedContexts(ID, ID);
    return {
        // A new pod for each try: the failed ones keep the server's words.
        restartPolicy: "Never",
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: contexts.pod,
        containers: [
            {
                name,
                image: parts.image as P["image"],
                resources: parts.resources as P["resources"],
                securityContext: contexts.container,
                // The server's error becomes the container's, and from there Pulumi's.
                terminationMessagePolicy: "FallbackToLogsOnError",
                ...container,
            },
        ],
    };
}

/** The credentials, as clientScript reads them. */
export function credentialsVolume<P extends { credentialsSecretName: unknown }>(parts: P) {
    return {
        name: "credentials",
        secret: { secretName: parts.credentialsSecretName as P["credentialsSecretName"], defaultMode: 0o440 },
    };
}
export const CREDENTIALS_MOUNT = { name: "credentials", mountPath: BINDING_FOLDER, readOnly: true };

/** Where programs put their temporary files: the root is read-only. */
export const TEMPORARY_VOLUME = { name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "16Mi" } };
export const TEMPORARY_MOUNT = { name: "tmp", mountPath: "/tmp" };
