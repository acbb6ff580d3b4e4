/** A kubeconfig for one account. Pure; no Pulumi import. */
import { isIPv6 } from "node:net";
import type { ApiServerEndpoint } from "./kubernetes-endpoint";

/** What a kubeconfig is made from. */
export interface KubeconfigParts {
    server: string;
    /** Certificate of the authority behind the API server's certificate, in PEM. */
    caCertificate: string;
    accountName: string;
    namespaceName: string;
    /** Bearer token; without one kubectl is given it by `--token`. */
    token: string | undefined;
}

/** The kubeconfig, in JSON, which is YAML as well. */
export function kubeconfig({ server, caCertificate, accountName, namespaceName, token }: KubeconfigParts): string {
    const name = "bulwark";
    const data = Buffer.from(caCertificate).toString("base64");
    const content = {
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name, cluster: { server, "certificate-authority-data": data } }],
        users: [{ name: accountName, user: token === undefined ? {} : { token } }],
        contexts: [{ name, context: { cluster: name, user: accountName, namespace: namespaceName } }],
        "current-context": name,
    };
    return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** Address of an endpoint for clients: the first one. */
export function serverUrl({ cidrs, port }: ApiServerEndpoint): string {
    const [address = ""] = (cidrs[0] ?? "").split("/");
    return `https://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}

/** What is wrong with the address of an API server, or undefined. */
export function serverUrlFault(text: string): string | undefined {
    return typeof text === "string" && /^https:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/.test(text)
        ? undefined
        : `must be an address that begins with https:// and holds no user or query, is ${JSON.stringify(text)}; write for example "https://10.0.0.10:6443"`;
}
