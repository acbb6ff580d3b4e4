/** What the API server is told about where audit events go. Pure; no Pulumi import. */
import { isIP, isIPv6 } from "node:net";
import { AUDIT_PATH, AUDIT_PORT } from "./falco-audit-values";

/** What the file is made from. */
export interface AuditWebhook {
    /** Address of the receiving Service: the API server asks no cluster DNS. */
    address: string;
    /** Name in the certificate of the receiver. */
    serverName: string;
    /** Certificate of the authority behind the receiver's, in PEM. */
    caCertificate: string;
}

/** The file for the API server's `--audit-webhook-config-file`: a kubeconfig, in JSON, which is YAML as well. */
export function auditWebhookConfig({ address, serverName, caCertificate }: AuditWebhook): string {
    const name = "falco";
    const content = {
        apiVersion: "v1",
        kind: "Config",
        clusters: [
            {
                name,
                cluster: {
                    server: `https://${isIPv6(address) ? `[${address}]` : address}:${AUDIT_PORT}${AUDIT_PATH}`,
                    "tls-server-name": serverName,
                    "certificate-authority-data": Buffer.from(caCertificate).toString("base64"),
                },
            },
        ],
        users: [{ name, user: {} }],
        contexts: [{ name, context: { cluster: name, user: name } }],
        "current-context": name,
    };
    return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** What is wrong with the address of a Service, or undefined. */
export function addressFault(text: string): string | undefined {
    return typeof text === "string" && isIP(text) !== 0 && !text.includes("%")
        ? undefined
        : `must be an IP address, is ${JSON.stringify(text)}; write for example "10.96.200.1"`;
}
