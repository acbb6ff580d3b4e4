import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { AllowedFlow, type AllowedFlowArgs } from "../../../components/cluster/allowed-flow";
import { later, one, type Registration, record, recorded, resolved } from "../support/recorder";

const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const APP = { namespaceName: "shop", podLabels: { app: "web" } };
const DATABASE = { namespaceName: "database", podLabels: { app: "pg" } };
const LABELS = {
    "app.kubernetes.io/name": "allowed-flow",
    "app.kubernetes.io/instance": "web-to-db",
    "app.kubernetes.io/component": "cluster",
    "app.kubernetes.io/part-of": "bulwark",
    "app.kubernetes.io/managed-by": "pulumi",
};

function flow(args: Partial<AllowedFlowArgs>): Promise<Registration[]> {
    return record(() => new AllowedFlow("web-to-db", { from: APP, to: DATABASE, ports: [{ port: 5432 }], ...args }));
}

function peer(namespace: string, app: string) {
    return {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
        podSelector: { matchLabels: { app } },
    };
}

describe("AllowedFlow", () => {
    it("lets traffic out of the one namespace and into the other", async () => {
        const all = await flow({});
        const ports = [{ port: 5432, protocol: "TCP" }];
        assert.equal(all.length, 3);
        assert.deepEqual(one(all, POLICY, "-egress").inputs, {
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { name: "web-to-db-egress", namespace: "shop", labels: LABELS },
            spec: {
                podSelector: { matchLabels: { app: "web" } },
                policyTypes: ["Egress"],
                egress: [{ to: [peer("database", "pg")], ports }],
            },
        });
        assert.deepEqual(one(all, POLICY, "-ingress").inputs, {
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { name: "web-to-db-ingress", namespace: "database", labels: LABELS },
            spec: {
                podSelector: { matchLabels: { app: "pg" } },
                policyTypes: ["Ingress"],
                ingress: [{ from: [peer("shop", "web")], ports }],
            },
        });
    });

    it("writes nothing where Bulwark doesn't rule", async () => {
        const outside: { args: Partial<AllowedFlowArgs>; left: string }[] = [
            { args: { from: { ...APP, unmanaged: true } }, left: "web-to-db-ingress" },
            { args: { from: { allowAnyone: true } }, left: "web-to-db-ingress" },
            { args: { from: { cidrs: ["10.0.0.0/8"] } }, left: "web-to-db-ingress" },
            { args: { to: { ...DATABASE, unmanaged: true } }, left: "web-to-db-egress" },
            { args: { to: { allowAnyone: true } }, left: "web-to-db-egress" },
            { args: { to: { cidrs: ["10.0.0.0/8"] } }, left: "web-to-db-egress" },
        ];
        for (const { args, left } of outside) {
            const all = await flow(args);
            assert.deepEqual(
                all.filter(({ custom }) => custom).map(({ name }) => name),
                [left],
            );
        }
    });

    it("names addresses as ranges, and anyone by leaving the peers out", async () => {
        const cidrs = await flow({ from: { cidrs: pulumi.output(["10.0.0.0/8", "fd00::/8"]) } });
        const anyone = await flow({ from: { allowAnyone: true } });
        const rule = (all: Registration[]) => (one(all, POLICY).inputs.spec as { ingress: unknown[] }).ingress;
        const ports = [{ port: 5432, protocol: "TCP" }];
        assert.deepEqual(rule(cidrs), [
            { from: [{ ipBlock: { cidr: "10.0.0.0/8" } }, { ipBlock: { cidr: "fd00::/8" } }], ports },
        ]);
        assert.deepEqual(rule(anyone), [{ ports }]);
    });

    it("opens several ports, with their protocols", async () => {
        const all = await flow({ ports: [{ port: pulumi.output(53), protocol: "UDP" }, { port: 53 }] });
        const spec = one(all, POLICY, "-egress").inputs.spec as { egress: { ports: unknown }[] };
        assert.deepEqual(spec.egress[0]?.ports, [
            { port: 53, protocol: "UDP" },
            { port: 53, protocol: "TCP" },
        ]);
    });

    it("tells the names of its policies", async () => {
        let both: AllowedFlow | undefined;
        let single: AllowedFlow | undefined;
        await record(() => {
            both = new AllowedFlow("a", { from: APP, to: DATABASE, ports: [{ port: 1 }] });
            single = new AllowedFlow("b", { from: { allowAnyone: true }, to: DATABASE, ports: [{ port: 1 }] });
        });
        assert.deepEqual(await resolved(both?.policyNames ?? []), ["a-egress", "a-ingress"]);
        assert.deepEqual(await resolved(single?.policyNames ?? []), ["b-ingress"]);
    });

    it("keeps the user's labels under the standard ones", async () => {
        const all = await flow({ labels: { team: "payments", "app.kubernetes.io/name": "other" } });
        const { labels } = one(all, POLICY, "-egress").inputs.metadata as { labels: Record<string, string> };
        assert.deepEqual(labels, { team: "payments", ...LABELS });
    });

    it("takes values that become known later; a preview shows the rest", async () => {
        const program = () =>
            new AllowedFlow("web-to-db", {
                from: { namespaceName: later("shop"), podLabels: { app: "web" } },
                to: DATABASE,
                ports: [{ port: 5432 }],
            });
        const known = one(await record(program), POLICY, "-ingress").inputs;
        assert.deepEqual((known.spec as { ingress: { from: unknown }[] }).ingress[0]?.from, [peer("shop", "web")]);
        const preview = await record(program, true);
        assert.deepEqual(one(preview, POLICY, "-ingress").inputs.metadata, {
            name: "web-to-db-ingress",
            namespace: "database",
            labels: LABELS,
        });
        assert.deepEqual(one(preview, POLICY, "-egress").inputs.metadata, {
            name: "web-to-db-egress",
            namespace: pulumi.runtime.unknownValue,
            labels: LABELS,
        });
    });

    it("reports every fault at once and creates nothing", async () => {
        await assert.rejects(
            record(
                () =>
                    new AllowedFlow("Web", {
                        from: { namespaceName: "Shop", cidrs: [], podLabels: {} },
                        to: { podLabels: { app: "pg" }, unmanaged: true },
                        ports: [{ port: 0, protocol: "ICMP" as "TCP" }],
                    }),
            ),
            (error: Error) => {
                assert.equal(
                    error.message,
                    [
                        'AllowedFlow "Web" can\'t be created:',
                        '  name: must be 1 to 63 lower-case letters, digits or "-", starting and ending with a letter or digit, is "Web"; write for example "secure-app"',
                        "  from: must have exactly one of `namespaceName`, `cidrs` and `allowAnyone: true`",
                        "  from.cidrs: must hold at least one member, is [], which would lift the restriction",
                        '  from.namespaceName: must be 1 to 63 lower-case letters, digits or "-", starting and ending with a letter or digit, is "Shop"; write for example "secure-app"',
                        "  from.podLabels: must hold at least one label, is {}, which would select every pod of the namespace",
                        "  to: must have exactly one of `namespaceName`, `cidrs` and `allowAnyone: true`",
                        "  to.podLabels: must come with `namespaceName`, which is missing",
                        "  to.unmanaged: must come with `namespaceName`, which is missing",
                        "  ports[0].port: must be a whole number from 1 to 65535, is 0",
                        '  ports[0].protocol: must be one of "TCP", "UDP", "SCTP", is "ICMP"',
                    ].join("\n"),
                );
                return true;
            },
        );
        assert.deepEqual(
            recorded().map(({ type }) => type),
            ["bulwark:index:AllowedFlow"],
        );
    });

    it("refuses to open every port, or nothing at all", async () => {
        await assert.rejects(flow({ ports: [] }), /ports: must hold at least one member, is \[\]/);
        await assert.rejects(
            flow({ from: { allowAnyone: true }, to: { cidrs: ["10.0.0.0/8"] } }),
            /from, to: must not both lie outside of Bulwark's namespaces, where no policy is written/,
        );
    });

    it("writes no policy from a list of addresses that turns out empty later", async () => {
        for (const cidrs of [[], ["10.0.0.1"]]) {
            await assert.rejects(
                record(
                    () => new AllowedFlow("a", { from: { cidrs: later(cidrs) }, to: DATABASE, ports: [{ port: 1 }] }),
                ),
                /from\.cidrs/,
            );
            assert.deepEqual(
                recorded().filter(({ type }) => type === POLICY),
                [],
            );
        }
    });
});
