import { strict as assert } from "node:assert";
import { allowEgress, allowIngress, defaultDeny } from "../../../components/cluster/network-policy";
import { ANYWHERE, cidrRange } from "../../../judge/address-ranges";
import { type Connection, declared, measured, portsOf } from "../../../judge/connectivity";
import { connectivityAnswer } from "../../../judge/judges/connectivity";
import type { Manifest } from "../../../judge/rendering";
import { stageObjects, stageOf } from "../../../judge/stage";

const APP = { "app.kubernetes.io/name": "app" };
const STORE = { "app.kubernetes.io/name": "store" };
const PORT = [{ port: 5432, protocol: "TCP" }];

function policy(namespace: string, spec: object): Manifest {
    return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "p", namespace }, spec };
}

const OBJECTS: Manifest[] = [
    ...["front", "back"].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    ...["front", "back"].map((name) => policy(name, defaultDeny())),
    policy("front", allowEgress(APP, { namespaceName: "back", podLabels: STORE }, PORT)),
    policy("back", allowIngress(STORE, { namespaceName: "front", podLabels: APP }, PORT)),
];
const EXPOSURE = { listener: "store:5432", namespace: "back", callers: ["`app` in `front`"], when: "" };
const stage = stageOf(OBJECTS);

function between(from: object, to: object): Connection[] {
    const named = (labels: object) =>
        stage.actors.filter((actor) => JSON.stringify(actor.labels) === JSON.stringify(labels));
    const peer = ({ namespace, name }: { namespace: string; name: string }) => `${namespace}/${name}[Pod]`;
    return named(from).flatMap((src) => named(to).map((dst) => ({ src: peer(src), dst: peer(dst), conn: "TCP 5432" })));
}

/** Every pod of the stack's may ask for names. */
function dns(): Connection[] {
    const servers = stage.actors.filter(({ namespace, labels }) => namespace === "kube-system" && "k8s-app" in labels);
    return stage.actors
        .filter(({ namespace }) => stage.namespaces.includes(namespace))
        .flatMap((actor) =>
            servers.map((server) => ({
                src: `${actor.namespace}/${actor.name}[Pod]`,
                dst: `kube-system/${server.name}[Pod]`,
                conn: "TCP 53,UDP 53",
            })),
        );
}

describe("the connections that policies leave open", () => {
    const wanted = declared(stage, [EXPOSURE], []);

    it("are those that are declared", () => {
        const found = measured(stage, [...dns(), ...between(APP, STORE)]);
        assert.deepEqual(connectivityAnswer(wanted, found, "dev").findings, []);
        assert.ok(found.size > 4);
    });

    it("are told when there is one too many, in either direction, also to addresses", () => {
        const out = { src: `back/${nameOf(STORE)}[Pod]`, dst: "0.0.0.0-255.255.255.255", conn: "TCP 443" };
        for (const extra of [between(STORE, APP), between(APP, APP).slice(1, 2), [out]]) {
            const found = measured(stage, [...dns(), ...between(APP, STORE), ...extra]);
            const { findings } = connectivityAnswer(wanted, found, "dev");
            assert.deepEqual(
                findings.map(({ check }) => check),
                ["open but not declared"],
            );
        }
    });

    it("are told when one is missing", () => {
        const found = measured(stage, dns());
        assert.deepEqual(
            connectivityAnswer(wanted, found, "dev").findings.map(({ check }) => check),
            ["declared but not open"],
        );
    });

    it("among strangers are nobody's business", () => {
        const strangers = stage.actors.filter(({ namespace }) => !stage.namespaces.includes(namespace));
        const [one, other] = strangers.map(({ namespace, name }) => `${namespace}/${name}[Pod]`);
        assert.equal(measured(stage, [{ src: `${one}`, dst: `${other}`, conn: "All Connections" }]).size, 0);
    });

    it("to anyone's door are open to the world and to strangers, not to the stack's own pods", () => {
        const all = [...declared(stage, [{ ...EXPOSURE, callers: ["anyone"] }], [])].filter((each) =>
            each.endsWith("TCP 5432"),
        );
        assert.ok(all.some((each) => each.startsWith("0.0.0.0-255.255.255.255 => back/store")));
        assert.ok(all.some((each) => each.startsWith("somewhere-else/")));
        assert.ok(!all.some((each) => each.startsWith("front/")));
    });

    it("are looked for with two pods of everything, with and without labels, in and out of the namespaces", () => {
        const places = stage.actors.map(({ namespace, labels }) => `${namespace} ${Object.values(labels).join()}`);
        for (const place of [
            "front app",
            "back store",
            "front ",
            "front stranger",
            "kube-system kube-dns",
            "somewhere-else stranger",
        ]) {
            assert.equal(places.filter((each) => each === place).length, 2, place);
        }
        const kinds = stageObjects(stage).map(({ kind }) => kind);
        assert.equal(kinds.filter((kind) => kind === "NetworkPolicy").length, 4);
        assert.equal(kinds.filter((kind) => kind === "Pod").length, stage.actors.length);
    });

    it("are read in whole ranges of addresses, wherever they were cut", () => {
        const to = (dst: string) => ({ src: `back/${nameOf(STORE)}[Pod]`, dst, conn: "TCP 443" });
        const cut = [to("10.0.0.10-10.0.0.10"), to("0.0.0.0-10.0.0.9"), to("10.0.0.12-255.255.255.255")];
        const ranges = [...measured(stage, cut)].map((each) => each.replace(/^.*=> (.*) : TCP 443$/, "$1"));
        assert.deepEqual(ranges, ["0.0.0.0-10.0.0.10", "10.0.0.12-255.255.255.255"]);
        assert.equal(cidrRange("10.0.0.0/8"), "10.0.0.0-10.255.255.255");
        assert.equal(cidrRange("0.0.0.0/0"), ANYWHERE);
        assert.throws(() => cidrRange("nowhere"), /no IPv4 address/);
    });

    it("are read port by port", () => {
        assert.deepEqual(portsOf("TCP 80,443,UDP 53"), ["TCP 80", "TCP 443", "UDP 53"]);
        assert.deepEqual(portsOf("All Connections"), ["All Connections"]);
    });
});

function nameOf(labels: object): string {
    return stage.actors.find((actor) => JSON.stringify(actor.labels) === JSON.stringify(labels))?.name ?? "";
}
