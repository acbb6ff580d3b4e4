import { strict as assert } from "node:assert";
import { insecureHosts, isDenyAll, latestImages, plaintextSecrets } from "../../../policy/findings";
import { promisePolicies } from "../../../policy/promises";
import { judge, resource } from "./support/judge";

const namespace = (name: string, labels = {}) =>
    resource("kubernetes:core/v1:Namespace", { metadata: { name, labels } });
const denial = (name: string, spec = {}) =>
    resource("kubernetes:networking.k8s.io/v1:NetworkPolicy", {
        metadata: { name: "d", namespace: name },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ...spec },
    });

describe("policy pack: promises", () => {
    it("finds secrets in Helm values, by path and without their text", () => {
        const values = {
            auth: { postgresPassword: "hunter2", existingSecret: "s", secretKeys: { adminPasswordKey: "password" } },
            sidekick: { config: [{ slack: { webhooktoken: "xoxb" } }] },
            usePassword: true,
            empty: { password: "" },
        };
        const found = plaintextSecrets(values);
        assert.deepEqual(
            found.map((each) => each.split(" ")[0]),
            ["values.auth.postgresPassword", "values.sidekick.config[0].slack.webhooktoken"],
        );
        assert.doesNotMatch(found.join(), /hunter2|xoxb/);
    });

    it("finds latest in Helm values", () => {
        const found = latestImages({ image: { tag: "latest" }, b: { image: "x/y:latest" }, c: { tag: "1.2" } });
        assert.deepEqual(found, [
            "values.image.tag must be a version, not latest",
            "values.b.image must be a version, not latest",
        ]);
    });

    it("asks for TLS for every host of an Ingress", () => {
        const rules = [{ host: "a.example.com" }, { host: "b.example.com" }];
        assert.deepEqual(insecureHosts({ rules, tls: [{ hosts: ["*.example.com"] }] }), []);
        assert.match(
            insecureHosts({ rules, tls: [{ hosts: ["a.example.com"] }] }).join(),
            /^host "b\.example\.com" must/,
        );
        assert.match(insecureHosts({}).join(), /^every host must/);
        assert.equal(
            insecureHosts({ rules: [{ host: "a.b.example.com" }], tls: [{ hosts: ["*.example.com"] }] }).length,
            1,
        );
    });

    it("knows a policy that denies all", () => {
        const sound = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };
        assert.equal(isDenyAll(sound), true);
        assert.equal(isDenyAll({ ...sound, podSelector: { matchLabels: { app: "a" } } }), false);
        assert.equal(isDenyAll({ ...sound, policyTypes: ["Ingress"] }), false);
        assert.equal(isDenyAll({ ...sound, ingress: [{}] }), false);
        assert.equal(isDenyAll(undefined), false);
    });

    it("asks for a default deny in every namespace of the stack", async () => {
        const found = (...shown: ReturnType<typeof namespace>[]) => judge(promisePolicies(), "default-deny", shown);
        assert.deepEqual(await found(namespace("a"), denial("a")), []);
        assert.equal((await found(namespace("a"), denial("b"))).length, 1);
        assert.equal((await found(namespace("a"), namespace("b"), denial("a", { egress: [{}] }))).length, 2);
    });

    it("asks for Pod Security labels", async () => {
        const found = (labels: object) => judge(promisePolicies(), "pod-security-labels", namespace("a", labels));
        assert.deepEqual(await found({ "pod-security.kubernetes.io/enforce": "restricted" }), []);
        assert.equal((await found({})).length, 1);
    });

    it("looks at the values of Releases alone", async () => {
        const values = { auth: { password: "hunter2" }, image: { tag: "latest" } };
        const release = resource("kubernetes:helm.sh/v3:Release", { chart: "c", values });
        const other = resource("kubernetes:core/v1:ConfigMap", { values });
        for (const name of ["no-plaintext-passwords", "no-latest-in-charts"]) {
            assert.equal((await judge(promisePolicies(), name, release)).length, 1);
            assert.deepEqual(await judge(promisePolicies(), name, other), []);
        }
    });
});
