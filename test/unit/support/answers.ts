/** Values that the cloud would answer, for resources whose outputs the components use. */
export function answer(type: string, inputs: Record<string, unknown>): Record<string, unknown> {
    switch (type) {
        case "random:index/randomPassword:RandomPassword":
            return { result: "generated-by-the-mock" };
        case "tls:index/privateKey:PrivateKey":
            return { privateKeyPem: "PRIVATE KEY", publicKeyPem: "PUBLIC KEY", privateKeyPemPkcs8: "PRIVATE KEY" };
        case "tls:index/selfSignedCert:SelfSignedCert":
        case "tls:index/locallySignedCert:LocallySignedCert":
            return { certPem: "CERTIFICATE" };
        case "tls:index/certRequest:CertRequest":
            return { certRequestPem: "CERTIFICATE REQUEST" };
        case "kubernetes:discovery.k8s.io/v1:EndpointSlice":
            return { endpoints: [{ addresses: ["10.0.0.10"] }], ports: [{ name: "https", port: 6443 }] };
        case "kubernetes:core/v1:ConfigMap":
            // One that is only read, such as that of the cluster's own certificate.
            return inputs.data === undefined ? { data: { "ca.crt": "CLUSTER CERTIFICATE" } } : {};
        case "kubernetes:helm.sh/v3:Release":
            return { status: { name: inputs.name, namespace: inputs.namespace, status: "deployed" } };
        default:
            return {};
    }
}
