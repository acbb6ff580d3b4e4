/**
 * A provider that takes every resource type and answers with the inputs, and with what the components go on with. It
 * knows nothing of the outside, so the engine can run a whole stack without a cluster.
 */
import { type ResourceType, serve } from "../../../sandbox/providers/server";

const [, , name = ""] = process.argv;

const ANSWERS: Record<string, Record<string, unknown>> = {
    "random:index/randomPassword:RandomPassword": { result: "generated-by-the-test" },
    "tls:index/privateKey:PrivateKey": { privateKeyPem: "PRIVATE KEY", publicKeyPem: "PUBLIC KEY" },
    "tls:index/selfSignedCert:SelfSignedCert": { certPem: "CERTIFICATE" },
    "tls:index/locallySignedCert:LocallySignedCert": { certPem: "CERTIFICATE" },
    "tls:index/certRequest:CertRequest": { certRequestPem: "CERTIFICATE REQUEST" },
    "kubernetes:helm.sh/v3:Release": { status: { status: "deployed" } },
};
const SECRETS = ["result", "privateKeyPem"];
/** What the cluster would hold already. */
const PRESENT = {
    endpoints: [{ addresses: ["10.0.0.10"] }],
    ports: [{ name: "https", port: 6443 }],
    data: { "ca.crt": "CERTIFICATE" },
};

function echo(token: string): ResourceType {
    const answer = ANSWERS[token] ?? {};
    return {
        secretOutputs: SECRETS.filter((key) => key in answer),
        create: async (inputs, { urn, preview }) => ({
            id: preview ? "" : `${urn.split("::").at(-1)}-id`,
            outputs: preview ? inputs : { ...inputs, ...answer },
        }),
        read: async (id, state, inputs) => ({ id, inputs: inputs ?? {}, outputs: state ?? PRESENT }),
        update: async (_id, _state, news) => ({ ...news, ...answer }),
        delete: async () => undefined,
    };
}

serve({
    name,
    version: "0.0.1",
    configure: async () => undefined,
    resources: new Proxy<Record<string, ResourceType>>({}, { get: (_, token) => echo(String(token)) }),
});
