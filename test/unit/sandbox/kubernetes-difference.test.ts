import * as assert from "node:assert/strict";
import { changedPaths, difference, driftedInputs, withUnready } from "../../../sandbox/providers/kubernetes/difference";
import { KINDS } from "../../../sandbox/providers/kubernetes/kinds";
import { type Props, UNKNOWN } from "../../../sandbox/providers/wire";

const IMMUTABLE = { secrets: false, configMaps: false };
const MUTABLE = { secrets: true, configMaps: true };
const METADATA = { name: "a", namespace: "n" };

function diff(name: string, olds: Props, news: Props, mutability = IMMUTABLE) {
    const kind = KINDS.find(({ token }) => token.endsWith(`:${name}`));
    assert.ok(kind, `${name} is in the table`);
    return difference(kind, { metadata: METADATA, ...olds }, { metadata: METADATA, ...news }, mutability);
}

describe("sandbox kubernetes provider: difference", () => {
    it("finds nothing between equal inputs, however their quantities are written", () => {
        const limits = (cpu: string, memory: string) => ({ spec: { containers: [{ limits: { cpu, memory } }] } });
        assert.deepEqual(diff("Deployment", limits("1000m", "1Gi"), limits("1", "1024Mi")).changed, []);
        assert.deepEqual(diff("Deployment", limits("1000m", "1Gi"), limits("1", "1G")).changed, ["spec"]);
    });

    it("compares what is no quantity to the letter", () => {
        assert.deepEqual(diff("ConfigMap", { data: { max: "1000m" } }, { data: { max: "1" } }).changed, ["data"]);
        const labelled = (value: string) => ({ metadata: { ...METADATA, labels: { limits: value } } });
        assert.deepEqual(diff("ConfigMap", labelled("1000m"), labelled("1")).changed, ["metadata"]);
    });

    it("updates most fields in place", () => {
        const found = diff("Deployment", { spec: { replicas: 1 } }, { spec: { replicas: 2 } });
        assert.deepEqual(found, { changed: ["spec"], replace: [], deleteBeforeReplace: false });
    });

    for (const [name, olds, news] of [
        ["Deployment", { spec: { selector: { matchLabels: { a: "1" } } } }, { spec: { selector: {} } }],
        ["Job", { spec: { template: { spec: { containers: [{ image: "a" }] } } } }, { spec: { template: {} } }],
        ["Service", { spec: { clusterIP: "None" } }, { spec: {} }],
        ["Secret", { data: { a: "eA==" } }, { data: { a: "eQ==" } }],
        ["Secret", { type: "Opaque" }, { type: "kubernetes.io/tls" }],
        ["ConfigMap", { data: { a: "x" } }, { data: { a: "y" } }],
        ["RoleBinding", { roleRef: { name: "a" } }, { roleRef: { name: "b" } }],
        ["PersistentVolumeClaim", { spec: { storageClassName: "a" } }, { spec: { storageClassName: "b" } }],
    ] as [string, Props, Props][]) {
        it(`replaces a ${name} when ${JSON.stringify(olds)} becomes ${JSON.stringify(news)}`, () => {
            const found = diff(name, olds, news);
            assert.deepEqual(found.replace, Object.keys(olds));
            assert.equal(found.deleteBeforeReplace, true);
        });
    }

    it("deletes first only when the new object has the old one's name", () => {
        const renamed = diff("ConfigMap", {}, { metadata: { name: "b", namespace: "n" } });
        assert.deepEqual(renamed, { changed: ["metadata"], replace: ["metadata"], deleteBeforeReplace: false });
        const metadata = { ...METADATA, annotations: { "pulumi.com/autonamed": "true" } };
        const autonamed = diff("ConfigMap", { metadata, data: { a: "x" } }, { metadata, data: { a: "y" } });
        assert.deepEqual([autonamed.replace, autonamed.deleteBeforeReplace], [["data"], false]);
    });

    it("changes Secrets and ConfigMaps in place when told to, unless they are immutable", () => {
        assert.deepEqual(diff("Secret", { data: { a: "eA==" } }, { data: {} }, MUTABLE).replace, []);
        assert.deepEqual(diff("ConfigMap", { data: { a: "x" } }, { data: {} }, MUTABLE).replace, []);
        const fixed = diff("Secret", { immutable: true, data: { a: "" } }, { immutable: true, data: {} }, MUTABLE);
        assert.deepEqual(fixed.replace, ["data"]);
    });

    it("replaces a patch only when it is about another object", () => {
        const patch = { metadata: METADATA, automountServiceAccountToken: false };
        const changed = { ...patch, automountServiceAccountToken: true };
        assert.deepEqual(diff("ServiceAccountPatch", patch, changed).replace, []);
        const other = { ...patch, metadata: { ...METADATA, name: "b" } };
        assert.deepEqual(diff("ServiceAccountPatch", patch, other).replace, ["metadata"]);
    });

    it("counts what is not known yet as changed", () => {
        assert.deepEqual(changedPaths({ spec: { a: 1, b: 2 } }, { spec: { a: 1, b: UNKNOWN } }), ["spec.b"]);
    });

    it("names lists of another length as a whole, and members by their place", () => {
        assert.deepEqual(changedPaths({ a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 1 }, { b: 3 }] }), ["a[1].b"]);
        assert.deepEqual(changedPaths({ a: [1] }, { a: [1, 2] }), ["a"]);
    });
});

describe("sandbox kubernetes provider: drift", () => {
    it("is none when the cluster only fills in, rewrites or drops what means nothing", () => {
        const inputs = {
            metadata: { name: "a", annotations: {} },
            spec: { hard: { cpu: "1000m" }, ingress: [], hostNetwork: false, podSelector: {}, ports: [{ port: 1 }] },
        };
        const live = {
            metadata: { name: "a", uid: "1" },
            spec: { hard: { cpu: "1" }, podSelector: {}, ports: [{ port: 1, protocol: "TCP" }], type: "x" },
            status: {},
        };
        assert.deepEqual(driftedInputs(inputs, live), inputs);
    });

    it("is what somebody changed or removed", () => {
        const inputs = { spec: { replicas: 2, paused: true, list: [1], labels: { a: "1", b: "2" } } };
        const live = { spec: { replicas: 3, list: [1, 2], labels: { a: "1" } } };
        assert.deepEqual(driftedInputs(inputs, live), { spec: { replicas: 3, list: [1, 2], labels: { a: "1" } } });
    });
});

describe("sandbox kubernetes provider: a Job that has not completed", () => {
    const asking = { metadata: { ...METADATA, annotations: { "pulumi.com/replaceUnready": "true" } } };
    const ended = (type: string) => ({ status: { conditions: [{ type, status: "True" }] } });
    const found = (name: string, news: Props, live?: Props) => {
        const kind = KINDS.find(({ token }) => token.endsWith(`:${name}`));
        assert.ok(kind);
        return withUnready({ changed: [], replace: [], deleteBeforeReplace: false }, kind, news, live);
    };

    it("is replaced when its annotation says so", () => {
        const replaced = { changed: ["status"], replace: ["status"], deleteBeforeReplace: true };
        assert.deepEqual(found("Job", asking, ended("Failed")), replaced);
        assert.deepEqual(found("Job", asking, {}), replaced);
    });

    it("stays without the annotation, when it completed, or when it is gone", () => {
        const nothing = { changed: [], replace: [], deleteBeforeReplace: false };
        assert.deepEqual(found("Job", { metadata: METADATA }, ended("Failed")), nothing);
        assert.deepEqual(found("Job", asking, ended("Complete")), nothing);
        assert.deepEqual(found("Job", asking, undefined), nothing);
        assert.deepEqual(found("ConfigMap", asking, {}), nothing);
    });
});
