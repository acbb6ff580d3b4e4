import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

/** A server's certificate, its key and the authorities that clients trust. */
export interface ServerCertificate {
    /** Certificates of the authority that signed the server's and of the one that signs after the next rotation. */
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

/** What a server's certificate is made from. */
export interface ServerCertificateArgs {
    commonName: pulumi.Input<string>;
    dnsNames: pulumi.Input<string[]>;
    ipAddresses: string[];
    /** How often authority, key and certificate have been made new. Without it there is no next authority. */
    rotation?: number | undefined;
}

/**
 * Makes an authority for just this server, and the server's certificate for all the names that clients use.
 *
 * The authority of the next rotation is there before it signs anything, so that by then every client has trusted it for
 * long: no client can meet a certificate of an authority that it doesn't know yet.
 */
export function serverCertificate(
    name: string,
    args: ServerCertificateArgs,
    opts: pulumi.CustomResourceOptions,
): ServerCertificate {
    const { commonName, dnsNames, ipAddresses, rotation = 0 } = args;
    const signing = authority(name, commonName, rotation, opts);
    const trusted =
        args.rotation === undefined ? [signing] : [signing, authority(name, commonName, rotation + 1, opts)];
    const server = `${name}-server${suffix(rotation)}`;
    const key = new tls.PrivateKey(`${server}-key`, KEY, opts);
    const request = new tls.CertRequest(
        `${server}-request`,
        { privateKeyPem: pulumi.secret(key.privateKeyPem), subject: { commonName }, dnsNames, ipAddresses },
        opts,
    );
    const certificate = new tls.LocallySignedCert(
        server,
        {
            certRequestPem: request.certRequestPem,
            caPrivateKeyPem: signing.privateKey,
            caCertPem: signing.certificate,
            allowedUses: ["digital_signature", "server_auth"],
            ...SERVER,
        },
        opts,
    );
    return {
        caCertificate: pulumi
            .all(trusted.map(({ certificate: pem }) => pem))
            .apply((pems) => pems.map((pem) => `${pem.trimEnd()}\n`).join("")),
        certificate: certificate.certPem,
        privateKey: pulumi.secret(key.privateKeyPem),
    };
}

function authority(
    name: string,
    commonName: pulumi.Input<string>,
    rotation: number,
    opts: pulumi.CustomResourceOptions,
): { privateKey: pulumi.Output<string>; certificate: pulumi.Output<string> } {
    const title = `${name}-ca${suffix(rotation)}`;
    const key = new tls.PrivateKey(`${title}-key`, KEY, opts);
    const privateKey = pulumi.secret(key.privateKeyPem);
    // Each has a name of its own: by that a client finds the one, of those it trusts, that has signed.
    const own = rotation === 0 ? "authority" : `authority ${rotation + 1}`;
    const certificate = new tls.SelfSignedCert(
        title,
        {
            privateKeyPem: privateKey,
            isCaCertificate: true,
            subject: { commonName: pulumi.interpolate`${commonName} ${own}` },
            allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
            ...AUTHORITY,
        },
        opts,
    );
    return { privateKey, certificate: certificate.certPem };
}

/** What each rotation makes is a resource of its own: a key has nothing by which it could be told to change. */
function suffix(rotation: number): string {
    return rotation === 0 ? "" : `-${rotation}`;
}
