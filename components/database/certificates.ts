import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

/** A server's certificate, its key and the authority that vouches for both. */
export interface ServerCertificate {
    caCertificate: pulumi.Output<string>;
    certificate: pulumi.Output<string>;
    privateKey: pulumi.Output<string>;
}

const HOURS_PER_DAY = 24;

/** Years of use; replaced in the last one, so that every client has the new authority long before the old one ends. */
const AUTHORITY = { validityPeriodHours: 5 * 365 * HOURS_PER_DAY, earlyRenewalHours: 365 * HOURS_PER_DAY };

/** A year of use; replaced by the first `pulumi up` of its last 30 days. */
const SERVER = { validityPeriodHours: 365 * HOURS_PER_DAY, earlyRenewalHours: 30 * HOURS_PER_DAY };

const KEY = { algorithm: "ECDSA", ecdsaCurve: "P256" };

/** Makes an authority for just this server, and the server's certificate for all the names that clients use. */
export function serverCertificate(
    name: string,
    args: { commonName: pulumi.Input<string>; dnsNames: pulumi.Input<string[]>; ipAddresses: string[] },
    opts: pulumi.CustomResourceOptions,
): ServerCertificate {
    const authorityKey = new tls.PrivateKey(`${name}-ca-key`, KEY, opts);
    const authority = new tls.SelfSignedCert(
        `${name}-ca`,
        {
            privateKeyPem: pulumi.secret(authorityKey.privateKeyPem),
            isCaCertificate: true,
            subject: { commonName: pulumi.interpolate`${args.commonName} authority` },
            allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
            ...AUTHORITY,
        },
        opts,
    );
    const key = new tls.PrivateKey(`${name}-server-key`, KEY, opts);
    const request = new tls.CertRequest(
        `${name}-server-request`,
        {
            privateKeyPem: pulumi.secret(key.privateKeyPem),
            subject: { commonName: args.commonName },
            dnsNames: args.dnsNames,
            ipAddresses: args.ipAddresses,
        },
        opts,
    );
    const certificate = new tls.LocallySignedCert(
        `${name}-server`,
        {
            certRequestPem: request.certRequestPem,
            caPrivateKeyPem: pulumi.secret(authorityKey.privateKeyPem),
            caCertPem: authority.certPem,
            allowedUses: ["digital_signature", "server_auth"],
            ...SERVER,
        },
        opts,
    );
    return {
        caCertificate: authority.certPem,
        certificate: certificate.certPem,
        privateKey: pulumi.secret(key.privateKeyPem),
    };
}
