import * as assert from "node:assert/strict";
import { AUTONAMED, inputsOf, prepareInputs } from "../../../sandbox/providers/kubernetes/inputs";
import { KINDS, type Kind, objectId, objectPath, parseId } from "../../../sandbox/providers/kubernetes/kinds";
import { type Props, UNKNOWN } from "../../../sandbox/providers/wire";

function kind(name: string): Kind {
    const found = KINDS.find(({ token }) => token.endsWith(`:${name}`));
    assert.ok(found, `${name} is in the table`);
    return found;
}

function prepare(name: string, news: Props, olds?: Props) {
    return prepareInputs(kind(name), news, olds, { resourceName: "thing", defaultNamespace: "home" });
}

describe("sandbox kubernetes provider: inputs", () => {
    it("completes type and namespace and keeps a name that is given", () => {
        const { inputs, failures } = prepare("ConfigMap", { metadata: { name: "a" }, data: { k: "v" } });
        assert.deepEqual(failures, []);
        assert.deepEqual(inputs, {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "a", namespace: "home" },
            data: { k: "v" },
        });
    });

    it("gives cluster-wide objects no namespace", () => {
        const { inputs } = prepare("Namespace", { metadata: { name: "a", namespace: "wrong" } });
        assert.deepEqual(inputs.metadata, { name: "a" });
    });

    it("names an unnamed object after its resource, and keeps that name", () => {
        const first = prepare("ServiceAccount", { metadata: { labels: { a: "b" } } }).inputs;
        const metadata = first.metadata as Props;
        assert.match(String(metadata.name), /^thing-[0-9a-f]{8}$/);
        assert.deepEqual(metadata.annotations, { [AUTONAMED]: "true" });
        assert.deepEqual(prepare("ServiceAccount", { metadata: { labels: { a: "b" } } }, first).inputs, first);
    });

    it("does not keep a name that the program gave and then left out", () => {
        const { inputs } = prepare("ServiceAccount", {}, { metadata: { name: "mine", namespace: "home" } });
        assert.match(String((inputs.metadata as Props).name), /^thing-/);
    });

    it("leaves names that are not known yet alone", () => {
        const { inputs } = prepare("Service", { metadata: { name: UNKNOWN, namespace: UNKNOWN } });
        assert.deepEqual(inputs.metadata, { name: UNKNOWN, namespace: UNKNOWN });
        assert.equal(prepare("Service", { metadata: UNKNOWN }).inputs.metadata, UNKNOWN);
    });

    it("encodes a Secret's stringData over its data", () => {
        const news = {
            metadata: { name: "s" },
            data: { a: "eA==", b: "eQ==" },
            stringData: { b: "é", c: UNKNOWN, d: "" },
        };
        const { inputs } = prepare("Secret", news);
        assert.deepEqual(inputs.data, { a: "eA==", b: "w6k=", c: UNKNOWN, d: "" });
        assert.equal("stringData" in inputs, false);
    });

    it("treats a Secret whose stringData is unknown as unknown", () => {
        assert.equal(prepare("Secret", { metadata: { name: "s" }, stringData: UNKNOWN }).inputs.data, UNKNOWN);
    });

    it("refuses what it could not do", () => {
        const reasons = (name: string, news: Props) => prepare(name, news).failures.map(({ property }) => property);
        assert.deepEqual(reasons("ServiceAccountPatch", { metadata: {} }), ["metadata.name"]);
        assert.deepEqual(reasons("ConfigMap", { metadata: { generateName: "x-" } }), ["metadata.generateName"]);
        assert.deepEqual(reasons("EndpointSlice", { metadata: { name: "x" } }), ["kind"]);
        assert.deepEqual(reasons("ConfigMap", { apiVersion: "v2", metadata: { name: "x" } }), ["apiVersion"]);
        const waiting = { metadata: { name: "x", annotations: { "pulumi.com/waitFor": "condition=Ready" } } };
        assert.deepEqual(reasons("ConfigMap", waiting), ['metadata.annotations["pulumi.com/waitFor"]']);
    });

    it("takes from a live object only what a program could have said", () => {
        const live = {
            kind: "Service",
            metadata: { name: "a", uid: "1", resourceVersion: "2", managedFields: [] },
            spec: { type: "ClusterIP" },
            status: { loadBalancer: {} },
        };
        assert.deepEqual(inputsOf(live), { kind: "Service", metadata: { name: "a" }, spec: { type: "ClusterIP" } });
    });
});

describe("sandbox kubernetes provider: kinds", () => {
    it("knows where the API server keeps an object", () => {
        assert.equal(objectPath(kind("Namespace"), "", "a"), "/api/v1/namespaces/a");
        assert.equal(objectPath(kind("Secret"), "n", "a"), "/api/v1/namespaces/n/secrets/a");
        assert.equal(objectPath(kind("NetworkPolicy"), "n"), "/apis/networking.k8s.io/v1/namespaces/n/networkpolicies");
        assert.equal(objectPath(kind("ServiceAccountPatch"), "n", "a"), "/api/v1/namespaces/n/serviceaccounts/a");
        assert.equal(objectPath(kind("Secret"), "../x", "a/b"), "/api/v1/namespaces/..%2Fx/secrets/a%2Fb");
    });

    it("identifies objects by namespace and name", () => {
        assert.equal(objectId(kind("Secret"), "n", "a"), "n/a");
        assert.equal(objectId(kind("ClusterRole"), "", "a"), "a");
        assert.deepEqual(parseId(kind("Secret"), "n/a", "home"), { namespace: "n", name: "a" });
        assert.deepEqual(parseId(kind("Secret"), "a", "home"), { namespace: "home", name: "a" });
        assert.deepEqual(parseId(kind("ClusterRole"), "a", "home"), { namespace: "", name: "a" });
    });

    it("calls a patch by the kind that it patches", () => {
        const patch = kind("ServiceAccountPatch");
        assert.deepEqual([patch.kind, patch.patch], ["ServiceAccount", true]);
    });
});
