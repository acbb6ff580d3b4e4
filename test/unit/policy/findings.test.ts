import { strict as assert } from "node:assert";
import { insecureHosts, isDenyAll, latestImages, type Policy, plaintextSecrets } from "../../../policy/findings";

describe("secrets in Helm values", () => {
    it("are told by their keys, however these are written", () => {
        const secret = ["pass", "password", "adminPasswd", "PASSPHRASE", "token", "secretAccessKey", "secretKey"];
        const more = ["secret_key", "accesskey", "access_key", "apikey", "API_KEY", "privatekey", "private_key"];
        const last = ["clientSecret", "credential", "credentials"];
        for (const key of [...secret, ...more, ...last]) {
            assert.deepEqual(plaintextSecrets({ a: [{ [key]: "x" }] }), [
                `values.a[0].${key} must not hold a secret; put it into a Secret and name that, for example by existingSecret`,
            ]);
        }
    });

    it("are no names of Secrets, nor what is empty or no text", () => {
        const values = { existingSecret: "s", passwordKey: "k", password: "", token: true, pass: null, credentials: 1 };
        assert.deepEqual(plaintextSecrets(values), []);
    });
});

describe("images in Helm values", () => {
    it("are latest by their tag or their text", () => {
        assert.deepEqual(latestImages({ image: { tag: "latest" }, b: { image: "a/b:latest" } }), [
            "values.image.tag must be a version, not latest",
            "values.b.image must be a version, not latest",
        ]);
        const sound = { name: "latest", tag: "1", image: "a/b:1", other: "a:latest", c: { tag: 1, image: true } };
        assert.deepEqual(latestImages(sound), []);
    });
});

describe("hosts of an Ingress", () => {
    const fault = (host: string) => `${host} must stand in spec.tls[].hosts, with a secretName beside it`;

    it("have TLS, also by a wildcard for one label", () => {
        const tls = [{ hosts: ["a.example.com"] }, { hosts: ["*.example.org"] }, {}];
        const hosts = (...names: string[]) => insecureHosts({ rules: names.map((host) => ({ host })), tls });
        assert.deepEqual(hosts("a.example.com", "b.example.org"), []);
        assert.deepEqual(hosts("b.example.com", "c.b.example.org", "example.org"), [
            fault('host "b.example.com"'),
            fault('host "c.b.example.org"'),
            fault('host "example.org"'),
        ]);
    });

    it("are all of them where none is named", () => {
        for (const spec of [{}, { rules: [] }, { rules: [{}] }]) {
            assert.deepEqual(insecureHosts(spec), [fault("every host")]);
        }
    });
});

describe("a policy that denies everything", () => {
    it("selects every pod, in both directions, and allows nothing", () => {
        const both = ["Ingress", "Egress"];
        const denial: Policy = { podSelector: {}, policyTypes: both };
        assert.equal(isDenyAll(denial), true);
        assert.equal(isDenyAll({ ...denial, ingress: [], egress: [] } as Policy), true);
        const nothing = { matchLabels: {}, matchExpressions: null, other: undefined };
        assert.equal(isDenyAll({ ...denial, podSelector: nothing }), true);
        assert.equal(isDenyAll(undefined), false);
        const selecting = { podSelector: { matchLabels: { app: "web" } } };
        for (const change of [selecting, { policyTypes: ["Ingress"] }, { policyTypes: undefined }, { egress: [{}] }]) {
            assert.equal(isDenyAll({ ...denial, ...change } as Policy), false, JSON.stringify(change));
        }
    });
});
