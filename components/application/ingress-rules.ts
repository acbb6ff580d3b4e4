import type * as pulumi from "@pulumi/pulumi";

/** Where the certificate comes from: exactly one of the fields, whose presence decides what is made. */
export interface IngressTlsArgs {
    /** A Secret of type `kubernetes.io/tls` that exists in the Ingress' namespace. */
    secretName?: pulumi.Input<string> | undefined;
    /** A ClusterIssuer of cert-manager. */
    clusterIssuer?: pulumi.Input<string> | undefined;
    /** An Issuer of cert-manager in the Ingress' namespace. */
    issuer?: pulumi.Input<string> | undefined;
    /** Whether to generate a certificate that no browser trusts, for development. Plain. Defaults to false. */
    allowSelfSignedCertificate?: boolean | undefined;
}

/** How clients reach the application and what each of them may do. */
export interface IngressRulesArgs {
    /** Name of the Ingress. Defaults to the component's name. */
    ingressName?: pulumi.Input<string> | undefined;
    /** DNS name that clients use. Defaults to `app.example.com`. */
    host?: pulumi.Input<string> | undefined;
    /** Path under which everything belongs to the application. Defaults to `/`. */
    path?: pulumi.Input<string> | undefined;
    /** Where the certificate comes from. There is no default: one of its fields must be given. */
    tls?: IngressTlsArgs | undefined;
    /** Requests a second that each client address may make, in each controller pod. Defaults to 5. */
    requestsPerSecond?: pulumi.Input<number> | undefined;
    /** Size of a burst, as a multiple of `requestsPerSecond`. Defaults to 3. */
    burstMultiplier?: pulumi.Input<number> | undefined;
    /** Connections at the same time for each client address, in each controller pod. Defaults to 20. */
    connections?: pulumi.Input<number> | undefined;
    /** Largest request body, in k, m or g bytes. Defaults to `1m`. */
    maxBodySize?: pulumi.Input<string> | undefined;
    /**
     * Response headers over the secure defaults; they replace what the application sends. An empty value leaves a
     * header to the application, for example a Content-Security-Policy with nonces.
     */
    headers?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
    /**
     * Whether to wait until the controller has published an address, 5 minutes at most. ingress-nginx does so with every
     * type of Service; controllers that never do need false. Defaults to true.
     */
    awaitAddress?: pulumi.Input<boolean> | undefined;
}
