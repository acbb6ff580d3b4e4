import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import {
    allowDns,
    allowEgress,
    allowIngress,
    defaultDeny,
    emptyListFault,
    type FlowEnd,
    podLabelsFault,
} from "../../../components/cluster/network-policy";

const name = fc.stringMatching(/^[a-z]{1,8}$/);
const labels = fc.dictionary(name, name, { maxKeys: 3 });
const ports = fc.array(fc.record({ port: fc.integer({ min: 1, max: 65_535 }), protocol: fc.constant("TCP") }), {
    minLength: 1,
    maxLength: 3,
});
const narrowEnd: fc.Arbitrary<FlowEnd> = fc.oneof(
    fc.record({ namespaceName: name, podLabels: labels }),
    fc.record({ namespaceName: name }),
    fc.record({
        cidrs: fc.uniqueArray(
            fc.ipV4().map((ip) => `${ip}/32`),
            { minLength: 1, maxLength: 3 },
        ),
    }),
);

describe("default-deny policy", () => {
    it("selects every pod, names both directions and allows nothing", () => {
        assert.deepEqual(defaultDeny(), { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    });
});

describe("DNS policy", () => {
    it("opens UDP and TCP 53 to the DNS pods alone", () => {
        assert.deepEqual(allowDns([{ namespaceName: "kube-system", podLabels: { "k8s-app": "kube-dns" } }]), {
            podSelector: {},
            policyTypes: ["Egress"],
            egress: [
                {
                    to: [
                        {
                            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
                            podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
                        },
                    ],
                    ports: [
                        { port: 53, protocol: "UDP" },
                        { port: 53, protocol: "TCP" },
                    ],
                },
            ],
        });
    });

    it("adds the addresses of a cache on the node", () => {
        const { egress } = allowDns([{ namespaceName: "kube-system" }, { cidrs: ["169.254.20.10/32"] }]);
        assert.deepEqual(egress?.[0]?.to?.[1], { ipBlock: { cidr: "169.254.20.10/32" } });
    });
});

describe("policies of a flow", () => {
    const open = [{ port: 5432, protocol: "TCP" }];

    it("name namespace AND pods of the other end in one element", () => {
        assert.deepEqual(allowIngress({ app: "db" }, { namespaceName: "shop", podLabels: { app: "web" } }, open), {
            podSelector: { matchLabels: { app: "db" } },
            policyTypes: ["Ingress"],
            ingress: [
                {
                    from: [
                        {
                            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
                            podSelector: { matchLabels: { app: "web" } },
                        },
                    ],
                    ports: open,
                },
            ],
        });
    });

    it("select every pod of a namespace whose labels are left out, on either end", () => {
        assert.deepEqual(allowEgress({}, { namespaceName: "database" }, open), {
            podSelector: {},
            policyTypes: ["Egress"],
            egress: [
                {
                    to: [
                        {
                            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "database" } },
                            podSelector: {},
                        },
                    ],
                    ports: open,
                },
            ],
        });
    });

    it("have no peers at all towards anyone, and still the ports", () => {
        assert.deepEqual(allowIngress({ app: "web" }, {}, open).ingress, [{ ports: open }]);
        assert.deepEqual(allowEgress({ app: "web" }, {}, open).egress, [{ ports: open }]);
    });

    it("leave out of a wide range whatever isn't public on the way out, and nothing on the way in", () => {
        const wide = { cidrs: ["0.0.0.0/0", "::/0", "160.0.0.0/3", "10.0.0.0/8", "169.254.169.254/32"] };
        const open = [{ port: 443, protocol: "TCP" }];
        const privateIPv4 = [
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.168.0.0/16",
        ];
        assert.deepEqual(allowEgress({}, wide, open).egress?.[0]?.to, [
            { ipBlock: { cidr: "0.0.0.0/0", except: privateIPv4 } },
            { ipBlock: { cidr: "::/0", except: ["::1/128", "fc00::/7", "fe80::/10"] } },
            { ipBlock: { cidr: "160.0.0.0/3", except: ["168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12"] } },
            { ipBlock: { cidr: "10.0.0.0/8" } },
            { ipBlock: { cidr: "169.254.169.254/32" } },
        ]);
        assert.deepEqual(
            allowIngress({}, wide, open).ingress?.[0]?.from,
            wide.cidrs.map((cidr) => ({ ipBlock: { cidr } })),
        );
    });

    it("always narrow the peers of a narrow end, keep the ports, and speak of one direction only", () => {
        fc.assert(
            fc.property(labels, narrowEnd, ports, (pods, end, opened) => {
                const egress = allowEgress(pods, end, opened);
                const ingress = allowIngress(pods, end, opened);
                assert.ok((egress.egress?.[0]?.to?.length ?? 0) > 0);
                assert.deepEqual(egress.egress?.[0]?.to, ingress.ingress?.[0]?.from);
                assert.deepEqual(egress.egress?.[0]?.ports, opened);
                assert.deepEqual(ingress.ingress?.[0]?.ports, opened);
                assert.equal(egress.ingress, undefined);
                assert.equal(ingress.egress, undefined);
            }),
        );
    });
});

describe("checks of a flow's ends", () => {
    it("refuse what Kubernetes takes for no restriction", () => {
        assert.equal(emptyListFault([]), "must hold at least one member, is [], which would lift the restriction");
        assert.equal(emptyListFault(["10.0.0.0/8"]), undefined);
        assert.equal(
            podLabelsFault({}),
            "must hold at least one label, is {}, which would select every pod of the namespace",
        );
        assert.equal(podLabelsFault({ app: "web" }), undefined);
    });
});
