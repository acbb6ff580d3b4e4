import { strict as assert } from "node:assert";
import { labelKeyFault, labelsFault, labelValueFault, userLabelKeyFault } from "../../../components/label-rules";

const LONGEST = "a".repeat(63);
const STANDARD = ["name", "instance", "component", "part-of", "managed-by"].map((each) => `app.kubernetes.io/${each}`);

describe("the key of a label", () => {
    it("is a name, with or without a domain in front", () => {
        const sound = ["team", "a", "0", "A_b.c-d", LONGEST, "example.com/team", "a.b-c/X", "app.kubernetes.io/owner"];
        for (const key of [...sound, ...STANDARD]) {
            assert.equal(labelKeyFault(key), undefined, key);
        }
    });

    it("is refused otherwise", () => {
        const names = ["", "-a", "a-", "_a", "a.", "a b", "ä", "a\n", `${LONGEST}a`];
        const domains = ["/a", "A.com/a", "-a.com/a", "a.com/", "a.com/-a", "a/b/c", "a_b/c"];
        for (const key of [...names, ...domains]) {
            assert.equal(
                labelKeyFault(key),
                `must be the key of a Kubernetes label, is ${JSON.stringify(key)}; write for example "team" or "example.com/team"`,
            );
        }
    });

    it("of the user's isn't one that Bulwark sets", () => {
        for (const key of STANDARD) {
            assert.equal(
                userLabelKeyFault(key),
                `must not be a label that Bulwark sets itself, is ${JSON.stringify(key)}; write for example "team"`,
            );
        }
        for (const key of ["name", "app.kubernetes.io/names", "app.kubernetes.io/owner", "x.app.kubernetes.io/name"]) {
            assert.equal(userLabelKeyFault(key), undefined, key);
        }
        assert.match(userLabelKeyFault("a b") ?? "", /^must be the key of a Kubernetes label/);
    });
});

describe("the value of a label", () => {
    it("is empty or like a key's name", () => {
        for (const value of ["", "a", "A_b.c-d", LONGEST]) {
            assert.equal(labelValueFault(value), undefined, value);
        }
        for (const value of ["-a", "a-", "a b", "a/b", "a\n", `${LONGEST}a`, 1, null, true] as string[]) {
            assert.equal(
                labelValueFault(value),
                `must be the value of a Kubernetes label, is ${JSON.stringify(value)}; write at most 63 letters, digits, "-", "_" or "."`,
            );
        }
    });
});

describe("labels", () => {
    it("are told about by their first fault, of a value with its key", () => {
        assert.equal(labelsFault({}), undefined);
        assert.equal(labelsFault({ a: "b", "app.kubernetes.io/name": "" }), undefined);
        assert.match(labelsFault({ a: "b", "c d": "e", "f g": "h" }) ?? "", /^must be the key .* is "c d";/);
        assert.match(labelsFault({ a: "b", c: "d e" }) ?? "", /^c must be the value .* is "d e";/);
        assert.match(labelsFault({ "c d": "e f" }) ?? "", /^must be the key/);
    });
});
