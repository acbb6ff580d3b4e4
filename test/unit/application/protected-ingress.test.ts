import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { ProtectedIngress, type ProtectedIngressArgs } from "../../../components/application/protected-ingress";
import { headersVersion, responseHeaders } from "../../../components/application/security-headers";
import { one, type Registration, record, recorded, resolved } from "../support/recorder";

const INGRESS = "kubernetes:networking.k8s.io/v1:Ingress";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const SECRET = "kubernetes:core/v1:Secret";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const COMPONENT = "bulwark:index:ProtectedIngress";

const CONTROLLER = { "app.kubernetes.io/name": "ingress-nginx", "app.kubernetes.io/component": "controller" };
const ARGS: ProtectedIngressArgs = {
    namespaceName: "secure-app",
    serviceName: "app-service",
    servicePort: 80,
    podLabels: { app: "web" },
    podPort: 8000,
    controllerNamespaceName: "ingress-nginx",
    controllerPodLabels: CONTROLLER,
    tls: { secretName: "web-tls" },
};

interface Metadata {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    annotations: Record<string, string>;
}

function ingress(all: Registration[]) {
    return one(all, INGRESS).inputs as { metadata: Metadata; spec: Record<string, unknown> };
}

describe("ProtectedIngress", () => {
    it("routes the host to the Service over TLS", async () => {
        const all = await record(() => new ProtectedIngress("web", ARGS));
        assert.deepEqual(ingress(all).spec, {
            ingressClassName: "nginx",
            tls: [{ hosts: ["app.example.com"], secretName: "web-tls" }],
            rules: [
                {
                    host: "app.example.com",
                    http: {
                        paths: [
                            {
                                path: "/",
                                pathType: "Prefix",
                                backend: { service: { name: "app-service", port: { number: 80 } } },
                            },
                        ],
                    },
                },
            ],
        });
    });

    it("has the limits and nothing that the controller would refuse or ignore", async () => {
        const all = await record(() => new ProtectedIngress("web", ARGS));
        const { metadata } = ingress(all);
        assert.equal(metadata.name, "web");
        assert.equal(metadata.namespace, "secure-app");
        assert.deepEqual(metadata.annotations, {
            "nginx.ingress.kubernetes.io/limit-rps": "5",
            "nginx.ingress.kubernetes.io/limit-burst-multiplier": "3",
            "nginx.ingress.kubernetes.io/limit-connections": "20",
            "nginx.ingress.kubernetes.io/proxy-body-size": "1m",
            "nginx.ingress.kubernetes.io/ssl-redirect": "true",
            "nginx.ingress.kubernetes.io/custom-headers": `secure-app/web-headers-${headersVersion(responseHeaders({}))}`,
        });
    });

    it("takes limits, path, class and name as outputs", async () => {
        const all = await record(
            () =>
                new ProtectedIngress("web", {
                    ...ARGS,
                    ingressName: pulumi.output("shop"),
                    path: pulumi.output("/shop"),
                    ingressClassName: pulumi.output("edge"),
                    requestsPerSecond: pulumi.output(50),
                    burstMultiplier: pulumi.output(2),
                    connections: pulumi.output(5),
                    maxBodySize: pulumi.output("10m"),
                }),
        );
        const { metadata, spec } = ingress(all);
        assert.equal(metadata.name, "shop");
        assert.equal(spec.ingressClassName, "edge");
        assert.equal(metadata.annotations["nginx.ingress.kubernetes.io/limit-rps"], "50");
        assert.equal(metadata.annotations["nginx.ingress.kubernetes.io/limit-burst-multiplier"], "2");
        assert.equal(metadata.annotations["nginx.ingress.kubernetes.io/limit-connections"], "5");
        assert.equal(metadata.annotations["nginx.ingress.kubernetes.io/proxy-body-size"], "10m");
        assert.match(
            metadata.annotations["nginx.ingress.kubernetes.io/custom-headers"] ?? "",
            /^secure-app\/shop-headers-/,
        );
    });

    it("previews while the controller's class is unknown", async () => {
        const unknown = pulumi.output(pulumi.unknown as unknown as string);
        const all = await record(() => new ProtectedIngress("web", { ...ARGS, ingressClassName: unknown }), true);
        const { spec, metadata } = ingress(all);
        assert.notEqual(spec.ingressClassName, "nginx");
        assert.equal(metadata.namespace, "secure-app");
    });

    it("sets the security headers, with the user's own over them", async () => {
        const headers = { "X-Frame-Options": pulumi.output("SAMEORIGIN"), "Content-Security-Policy": "" };
        const all = await record(() => new ProtectedIngress("web", { ...ARGS, headers }));
        const { data, metadata } = one(all, CONFIG_MAP).inputs as { data: Record<string, string>; metadata: Metadata };
        assert.equal(metadata.namespace, "secure-app");
        assert.deepEqual(data, responseHeaders({ "X-Frame-Options": "SAMEORIGIN", "Content-Security-Policy": "" }));
        assert.equal(metadata.name, `web-headers-${headersVersion(data)}`);
        assert.equal(
            ingress(all).metadata.annotations["nginx.ingress.kubernetes.io/custom-headers"],
            `secure-app/${metadata.name}`,
            "the controller reads the headers again",
        );
    });

    it("makes no certificate when it is given one", async () => {
        const all = await record(() => new ProtectedIngress("web", ARGS));
        assert.ok(!all.some(({ type }) => type === SECRET || type.startsWith("tls:")));
        assert.ok(!Object.keys(ingress(all).metadata.annotations).some((key) => key.startsWith("cert-manager.io/")));
    });

    for (const [field, annotation] of [
        ["clusterIssuer", "cert-manager.io/cluster-issuer"],
        ["issuer", "cert-manager.io/issuer"],
    ] as const) {
        it(`asks cert-manager's ${field}, and lets the controller reach its solver`, async () => {
            const all = await record(() => new ProtectedIngress("web", { ...ARGS, tls: { [field]: "letsencrypt" } }));
            const { metadata, spec } = ingress(all);
            assert.equal(metadata.annotations[annotation], "letsencrypt");
            assert.deepEqual(spec.tls, [{ hosts: ["app.example.com"], secretName: "web-tls" }]);
            const solver = one(all, POLICY, "web-acme-solver-ingress").inputs as {
                metadata: Metadata;
                spec: Record<string, unknown>;
            };
            assert.equal(solver.metadata.namespace, "secure-app");
            assert.deepEqual(solver.spec.podSelector, {
                matchLabels: { "acme.cert-manager.io/http01-solver": "true" },
            });
            assert.ok(!all.some(({ type }) => type === SECRET));
        });
    }

    it("generates a certificate for development, with its key kept secret", async () => {
        const all = await record(
            () =>
                new ProtectedIngress("web", {
                    ...ARGS,
                    host: "shop.example.com",
                    tls: { allowSelfSignedCertificate: true },
                }),
        );
        assert.deepEqual(one(all, "tls:index/privateKey:PrivateKey").inputs, {
            algorithm: "ECDSA",
            ecdsaCurve: "P256",
        });
        const certificate = one(all, "tls:index/selfSignedCert:SelfSignedCert");
        const { privateKeyPem, ...rest } = certificate.inputs;
        assert.equal(privateKeyPem, "PRIVATE KEY");
        assert.deepEqual(certificate.secretInputs, ["privateKeyPem"]);
        assert.deepEqual(rest, {
            subject: { commonName: "shop.example.com" },
            dnsNames: ["shop.example.com"],
            allowedUses: ["digital_signature", "server_auth"],
            validityPeriodHours: 8760,
            earlyRenewalHours: 720,
        });
        const secret = one(all, SECRET);
        assert.equal(secret.inputs.type, "kubernetes.io/tls");
        assert.deepEqual(secret.inputs.stringData, { "tls.crt": "CERTIFICATE", "tls.key": "PRIVATE KEY" });
        assert.ok(secret.secretInputs.includes("stringData"));
        assert.equal((secret.inputs.metadata as Metadata).namespace, "secure-app");
        assert.deepEqual(ingress(all).spec.tls, [{ hosts: ["shop.example.com"], secretName: "web-tls" }]);
        assert.ok(one(all, INGRESS).dependencies.some((urn) => urn.endsWith("::web-tls")));
    });

    it("opens the way from the controller to the pods, on both sides", async () => {
        const all = await record(() => new ProtectedIngress("web", ARGS));
        const ports = [{ port: 8000, protocol: "TCP" }];
        const egress = one(all, POLICY, "web-from-controller-egress").inputs;
        assert.equal((egress.metadata as Metadata).namespace, "ingress-nginx");
        assert.deepEqual(egress.spec, {
            podSelector: { matchLabels: CONTROLLER },
            policyTypes: ["Egress"],
            egress: [
                {
                    to: [
                        {
                            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "secure-app" } },
                            podSelector: { matchLabels: { app: "web" } },
                        },
                    ],
                    ports,
                },
            ],
        });
        const into = one(all, POLICY, "web-from-controller-ingress").inputs;
        assert.equal((into.metadata as Metadata).namespace, "secure-app");
        assert.deepEqual(into.spec, {
            podSelector: { matchLabels: { app: "web" } },
            policyTypes: ["Ingress"],
            ingress: [
                {
                    from: [
                        {
                            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } },
                            podSelector: { matchLabels: CONTROLLER },
                        },
                    ],
                    ports,
                },
            ],
        });
        assert.equal(all.filter(({ type }) => type === POLICY).length, 2);
    });

    it("writes no policy into the namespace of a controller that isn't Bulwark's", async () => {
        const all = await record(
            () => new ProtectedIngress("web", { ...ARGS, controllerPodLabels: undefined, controllerUnmanaged: true }),
        );
        const { name, inputs } = one(all, POLICY);
        assert.equal(name, "web-from-controller-ingress");
        const [rule] = (inputs.spec as { ingress: { from: { podSelector: unknown }[] }[] }).ingress;
        assert.deepEqual(rule?.from[0]?.podSelector, {
            matchLabels: {
                "app.kubernetes.io/name": "ingress-nginx",
                "app.kubernetes.io/instance": "ingress-nginx",
                "app.kubernetes.io/component": "controller",
            },
        });
    });

    it("is served only once the way to the pods is open", async () => {
        const all = await record(() => new ProtectedIngress("web", ARGS));
        const { dependencies } = one(all, INGRESS);
        for (const name of ["web-from-controller-egress", "web-from-controller-ingress", "web-headers"]) {
            assert.ok(
                dependencies.some((urn) => urn.endsWith(`::${name}`)),
                name,
            );
        }
    });

    it("waits for an address unless told not to", async () => {
        const waiting = await record(() => new ProtectedIngress("web", ARGS));
        assert.ok(!("pulumi.com/skipAwait" in ingress(waiting).metadata.annotations));
        const hasty = await record(() => new ProtectedIngress("web", { ...ARGS, awaitAddress: false }));
        assert.equal(ingress(hasty).metadata.annotations["pulumi.com/skipAwait"], "true");
    });

    it("tells where the application is", async () => {
        let protectedIngress: ProtectedIngress | undefined;
        await record(() => {
            protectedIngress = new ProtectedIngress("web", { ...ARGS, path: "/shop" });
        });
        assert.equal(await resolved(protectedIngress?.host ?? ""), "app.example.com");
        assert.equal(await resolved(protectedIngress?.url ?? ""), "https://app.example.com/shop");
    });

    it("puts every child under itself, with standard labels and the user's", async () => {
        const all = await record(
            () =>
                new ProtectedIngress("web", {
                    ...ARGS,
                    tls: { allowSelfSignedCertificate: true },
                    labels: { team: "web", "app.kubernetes.io/part-of": "shop" },
                }),
        );
        for (const { name, type, parent, inputs } of all.filter((each) => each.type !== COMPONENT)) {
            assert.match(name, /^web-/, type);
            assert.ok(parent.includes(COMPONENT), `${name} under ${parent}`);
            if (type.startsWith("kubernetes:")) {
                const { labels } = inputs.metadata as Metadata;
                assert.equal(labels.team, "web", name);
                assert.equal(labels["app.kubernetes.io/part-of"], "bulwark", name);
            }
        }
    });

    const ways = "secretName, clusterIssuer, issuer, allowSelfSignedCertificate";
    const refused: [string, Partial<ProtectedIngressArgs>, string[]][] = [
        [
            "every fault at once",
            {
                servicePort: 0,
                host: "localhost",
                path: "shop",
                requestsPerSecond: 0,
                maxBodySize: "0",
                headers: { "Set-Cookie": "a=b" },
                podLabels: {},
            },
            [
                "servicePort: must be a whole number from 1 to 65535, is 0",
                'host: must be a full DNS name in lower case, is "localhost"; write for example "app.example.com"',
                'path: must start with "/" and have letters, digits, ".", "_", "-" and "/" only, is "shop"; write for example "/shop"',
                "requestsPerSecond: must be a whole number from 1 to 100000, is 0",
                'maxBodySize: must be a whole number greater than 0 and its unit (k, m or g), is "0"; write for example "1m"',
                'headers: must name headers that the controller lets an Ingress set, is "Set-Cookie"; they are Content-Security-Policy, X-Content-Type-Options, X-Frame-Options, Referrer-Policy, Permissions-Policy, Cross-Origin-Opener-Policy, Cross-Origin-Resource-Policy, X-Permitted-Cross-Domain-Policies, Content-Security-Policy-Report-Only, Cross-Origin-Embedder-Policy, Origin-Agent-Cluster, Reporting-Endpoints, X-DNS-Prefetch-Control, X-Robots-Tag, X-XSS-Protection, Cache-Control',
                "podLabels: must hold at least one label, is {}, which would select every pod of the namespace",
            ],
        ],
        [
            "no certificate",
            { tls: undefined },
            [`tls: must have exactly one of ${ways}, has none of them; write for example clusterIssuer: "letsencrypt"`],
        ],
        [
            "two certificates",
            { tls: { clusterIssuer: "a", allowSelfSignedCertificate: true } },
            [
                `tls: must have exactly one of ${ways}, has clusterIssuer and allowSelfSignedCertificate; write for example clusterIssuer: "letsencrypt"`,
            ],
        ],
    ];
    for (const [what, args, lines] of refused) {
        it(`refuses ${what}`, async () => {
            await assert.rejects(
                record(() => new ProtectedIngress("web", { ...ARGS, ...args })),
                {
                    message: `ProtectedIngress "web" can't be created:\n${lines.map((line) => `  ${line}`).join("\n")}`,
                },
            );
            assert.deepEqual(
                recorded().filter(({ type }) => type !== COMPONENT),
                [],
            );
        });
    }

    it("makes no Ingress from an output that turns out wrong", async () => {
        await assert.rejects(
            record(() => new ProtectedIngress("web", { ...ARGS, maxBodySize: pulumi.output("lots") })),
            /maxBodySize: must be a whole number greater than 0 and its unit \(k, m or g\), is "lots"/,
        );
        assert.ok(!recorded().some(({ type }) => type === INGRESS));
    });
});
