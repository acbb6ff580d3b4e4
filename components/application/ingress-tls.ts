/** Where the certificate of an Ingress comes from. Pure; no Pulumi import. */

/** The ways to a certificate; which one was taken shows in which argument is present. */
export interface TlsChoice {
    secretName?: unknown;
    clusterIssuer?: unknown;
    issuer?: unknown;
    allowSelfSignedCertificate?: boolean | undefined;
}

/** Port on which the pods of cert-manager answer the HTTP-01 challenge, and the label that they carry. */
export const ACME_SOLVER = { port: 8089, podLabels: { "acme.cert-manager.io/http01-solver": "true" } };

const WAYS = ["secretName", "clusterIssuer", "issuer", "allowSelfSignedCertificate"] as const;

/** What is wrong with the choice of a certificate, or undefined: exactly one way must be taken. */
export function tlsChoiceFault(tls: TlsChoice): string | undefined {
    const taken = WAYS.filter((way) => tls[way] !== undefined && tls[way] !== false);
    if (taken.length === 1) {
        return undefined;
    }
    const given = taken.length === 0 ? "has none of them" : `has ${taken.join(" and ")}`;
    return `must have exactly one of ${WAYS.join(", ")}, ${given}; write for example clusterIssuer: "letsencrypt"`;
}

/** The annotation that makes cert-manager issue and renew the certificate, if it is to. */
export function issuerAnnotations(tls: {
    clusterIssuer?: string | undefined;
    issuer?: string | undefined;
}): Record<string, string> {
    return {
        ...(tls.clusterIssuer === undefined ? {} : { "cert-manager.io/cluster-issuer": tls.clusterIssuer }),
        ...(tls.issuer === undefined ? {} : { "cert-manager.io/issuer": tls.issuer }),
    };
}
