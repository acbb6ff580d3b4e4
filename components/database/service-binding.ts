/** Credentials in the layout of the Service Binding specification for Kubernetes. Pure; no Pulumi import. */
import { entriesFingerprint } from "../fingerprint";

/** What a client needs to know. */
export interface DatabaseCredentials {
    host: string;
    port: number;
    database: string;
    username: string;
    password: string;
    caCertificate: string;
}

/** Type of a Secret that holds a binding (https://servicebinding.io/spec/core/1.1.0/#well-known-secret-entries). */
export const BINDING_SECRET_TYPE = "servicebinding.io/postgresql";

/** The entries of the Secret; each becomes a file of the binding's folder. */
export function serviceBinding(credentials: DatabaseCredentials): Record<string, string> {
    const { host, port, database, username, password, caCertificate } = credentials;
    const login = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
    return {
        type: "postgresql",
        provider: "bulwark",
        host,
        port: String(port),
        database,
        username,
        password,
        uri: `postgresql://${login}@${encodeURIComponent(host)}:${port}/${encodeURIComponent(database)}?sslmode=verify-full`,
        "ca.crt": caCertificate,
    };
}

/**
 * A text that changes whenever an entry does, so that pods can be restarted. It may be shown: the generated password
 * in it has 190 bits of entropy, which no search through hashes covers.
 */
export function bindingVersion(binding: Record<string, string>): string {
    return entriesFingerprint(binding, 16);
}
