import { strict as assert } from "node:assert";
import fc from "fast-check";
import { compare } from "../../../verify/map/measure";
import { type End, isAllowed, type LabelSelector, matches, type NetworkPolicy } from "../../../verify/map/policies";

const pod = (namespace: string, labels: Record<string, string>, ip = "10.0.0.1"): End => ({
    ip,
    pod: { namespace, namespaceLabels: { name: namespace }, labels, ports: [{ name: "http", containerPort: 8000 }] },
});
const app = pod("shop", { app: "shop" });
const database = pod("data", { app: "postgres" }, "10.0.0.2");
const outside: End = { ip: undefined };

const policy = (namespace: string, spec: Partial<NetworkPolicy["spec"]>): NetworkPolicy => ({
    metadata: { name: "p", namespace },
    spec: { podSelector: {}, ...spec },
});
const deny = (namespace: string) => policy(namespace, { policyTypes: ["Ingress", "Egress"] });
const closed = [deny("shop"), deny("data")];
const leave = policy("shop", {
    policyTypes: ["Egress"],
    egress: [
        {
            to: [
                {
                    namespaceSelector: { matchLabels: { name: "data" } },
                    podSelector: { matchLabels: { app: "postgres" } },
                },
            ],
            ports: [{ port: 5432 }],
        },
    ],
});
const enter = policy("data", {
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { name: "shop" } } }], ports: [{ port: 5432 }] }],
});

describe("what NetworkPolicies allow", () => {
    it("is everything, without one", () => {
        assert.ok(isAllowed([], app, database, 5432));
    });

    it("is nothing, with a default deny on either side", () => {
        assert.ok(!isAllowed([deny("shop")], app, database, 5432));
        assert.ok(!isAllowed([deny("data")], app, database, 5432));
        assert.ok(!isAllowed([deny("data")], outside, database, 5432));
        assert.ok(isAllowed([deny("shop")], outside, database, 5432));
    });

    it("takes both sides of a flow", () => {
        assert.ok(!isAllowed([...closed, leave], app, database, 5432));
        assert.ok(!isAllowed([...closed, enter], app, database, 5432));
        assert.ok(isAllowed([...closed, leave, enter], app, database, 5432));
        assert.ok(!isAllowed([...closed, leave, enter], app, database, 5433));
        assert.ok(!isAllowed([...closed, leave, enter], database, app, 5432));
    });

    it("means the policy's own namespace by a pod selector alone", () => {
        const own = policy("data", { ingress: [{ from: [{ podSelector: {} }] }] });
        assert.ok(isAllowed([own], pod("data", {}), database, 1));
        assert.ok(!isAllowed([own], app, database, 1));
    });

    it("is about ingress alone when no types are given and no egress is", () => {
        const implicit = policy("shop", { ingress: [] });
        assert.ok(isAllowed([implicit], app, database, 1));
        assert.ok(!isAllowed([implicit], database, app, 1));
    });

    it("finds named ports in the pod at the end, ranges, and no port of another protocol", () => {
        const to = (ports: NonNullable<NonNullable<NetworkPolicy["spec"]["ingress"]>[0]["ports"]>) => [
            policy("shop", { ingress: [{ ports }] }),
        ];
        assert.ok(isAllowed(to([{ port: "http" }]), database, app, 8000));
        assert.ok(!isAllowed(to([{ port: "http" }]), database, app, 8001));
        assert.ok(isAllowed(to([{ port: 8000, endPort: 8010 }]), database, app, 8005));
        assert.ok(!isAllowed(to([{ port: 8000, endPort: 8010 }]), database, app, 8011));
        assert.ok(!isAllowed(to([{ port: 8000, protocol: "UDP" }]), database, app, 8000));
        assert.ok(isAllowed(to([{ protocol: "TCP" }]), database, app, 7));
    });

    it("knows blocks of addresses and their exceptions; an unknown host is only in a block of all", () => {
        const from = (cidr: string, except?: string[]) => [
            policy("shop", { ingress: [{ from: [{ ipBlock: { cidr, ...(except && { except }) } }] }] }),
        ];
        assert.ok(isAllowed(from("10.0.0.0/24"), database, app, 1));
        assert.ok(!isAllowed(from("10.0.0.0/24", ["10.0.0.2/32"]), database, app, 1));
        assert.ok(!isAllowed(from("10.1.0.0/16"), database, app, 1));
        assert.ok(!isAllowed(from("10.0.0.0/24"), outside, app, 1));
        assert.ok(isAllowed(from("0.0.0.0/0"), outside, app, 1));
        assert.ok(!isAllowed(from("fd00::/8"), database, app, 1));
    });

    it("never shrinks when a policy is added to a pod that has one", () => {
        fc.assert(
            fc.property(fc.subarray([leave, enter]), fc.constantFrom(5432, 80), (some, port) => {
                const before = isAllowed([...closed, ...some], app, database, port);
                return !before || isAllowed([...closed, leave, enter], app, database, port);
            }),
        );
    });
});

describe("a label selector", () => {
    const of = (operator: string, values?: string[]): LabelSelector => ({
        matchExpressions: [{ key: "tier", operator, ...(values && { values }) }],
    });

    it("knows every operator", () => {
        assert.ok(matches({}, {}));
        assert.ok(matches(of("In", ["a"]), { tier: "a" }) && !matches(of("In", ["a"]), {}));
        assert.ok(matches(of("NotIn", ["a"]), {}) && !matches(of("NotIn", ["a"]), { tier: "a" }));
        assert.ok(matches(of("Exists"), { tier: "" }) && !matches(of("Exists"), {}));
        assert.ok(matches(of("DoesNotExist"), {}) && !matches(of("DoesNotExist"), { tier: "" }));
    });

    it("fails on one that it doesn't know, instead of guessing", () => {
        assert.throws(() => matches(of("Near"), {}), /unknown operator Near/);
    });
});

describe("a measured way", () => {
    it("is compared with what is declared", () => {
        assert.equal(compare({ measured: "open", declared: true }), "as declared");
        assert.equal(compare({ measured: "timeout", declared: false }), "as declared");
        assert.equal(compare({ measured: "open", declared: false }), "undeclared");
        assert.equal(compare({ measured: "refused", declared: true }), "broken");
        assert.equal(compare({ measured: undefined, declared: true }), "not measured");
        assert.equal(compare({ measured: "no-such-host", declared: false }), "not measured");
    });
});
