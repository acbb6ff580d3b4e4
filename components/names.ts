/** Names of Kubernetes objects, hosts and PostgreSQL roles. Pure; no Pulumi import. */

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const HOST = /^(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const IDENTIFIER = /^[a-z_][a-z0-9_]*$/;
const RESERVED = /^(pg_.*|postgres|public|template0|template1|none|current_user|session_user|current_role|user)$/;

/** What is wrong with the name of a namespace, workload or Service (DNS label, RFC 1123), or undefined. */
export function dnsLabelFault(text: string): string | undefined {
    return typeof text === "string" && text.length <= 63 && LABEL.test(text)
        ? undefined
        : `must be 1 to 63 lower-case letters, digits or "-", starting and ending with a letter or digit, is ${JSON.stringify(text)}; write for example "secure-app"`;
}

/** What is wrong with the name of a Secret or another object that may hold dots (DNS subdomain, RFC 1123), or undefined. */
export function subdomainFault(text: string): string | undefined {
    return typeof text === "string" && text.length <= 253 && text.split(".").every((part) => LABEL.test(part))
        ? undefined
        : `must be 1 to 253 lower-case letters, digits, "-" or ".", each part starting and ending with a letter or digit, is ${JSON.stringify(text)}; write for example "app-credentials"`;
}

/** What is wrong with a DNS name that clients use, or undefined. */
export function hostFault(text: string): string | undefined {
    return typeof text === "string" && text.length <= 253 && text.includes(".") && HOST.test(text)
        ? undefined
        : `must be a full DNS name in lower case, is ${JSON.stringify(text)}; write for example "app.example.com"`;
}

/** What is wrong with the name of a database that is there already, and may need quotes in SQL, or undefined. */
export function databaseFault(text: string): string | undefined {
    // NAMEDATALEN: https://www.postgresql.org/docs/current/limits.html
    return typeof text === "string" && text !== "" && Buffer.byteLength(text) <= 63 && !text.includes("\0")
        ? undefined
        : `must be 1 to 63 bytes without NUL, is ${JSON.stringify(text)}; write for example "mydb"`;
}

/** What is wrong with the name of a role, database or schema that needs no quotes in SQL, or undefined. */
export function sqlNameFault(text: string): string | undefined {
    if (typeof text !== "string" || text.length > 63 || !IDENTIFIER.test(text)) {
        return `must be 1 to 63 lower-case letters, digits or "_", not starting with a digit, is ${JSON.stringify(text)}; write for example "readonly"`;
    }
    return RESERVED.test(text)
        ? `must not be a name that PostgreSQL reserves, is ${JSON.stringify(text)}; write for example "app_${text.replace(/^pg_/, "")}"`
        : undefined;
}
