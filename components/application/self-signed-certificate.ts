import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { Labels } from "../labels";

/** A year of use; replaced by the first `pulumi up` of its last 30 days. */
const VALIDITY = { validityPeriodHours: 365 * 24, earlyRenewalHours: 30 * 24 };

/** Makes a certificate that no browser trusts, and the Secret that an Ingress takes it from. */
export function selfSignedCertificate(
    name: string,
    args: {
        secretName: pulumi.Input<string>;
        namespaceName: pulumi.Input<string>;
        host: pulumi.Input<string>;
        labels: Labels;
    },
    opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
    const key = new tls.PrivateKey(`${name}-tls-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, opts);
    const privateKey = pulumi.secret(key.privateKeyPem);
    const certificate = new tls.SelfSignedCert(
        `${name}-tls-certificate`,
        {
            privateKeyPem: privateKey,
            subject: { commonName: args.host },
            dnsNames: [args.host],
            allowedUses: ["digital_signature", "server_auth"],
            ...VALIDITY,
        },
        opts,
    );
    return new k8s.core.v1.Secret(
        `${name}-tls`,
        {
            metadata: { name: args.secretName, namespace: args.namespaceName, labels: args.labels },
            type: "kubernetes.io/tls",
            stringData: { "tls.crt": certificate.certPem, "tls.key": privateKey },
        },
        opts,
    );
}
