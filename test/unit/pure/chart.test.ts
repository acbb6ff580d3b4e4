import { strict as assert } from "node:assert";
import { digestlessImage } from "../../../components/chart-image";
import { chartLabels, helmFullName } from "../../../components/chart-labels";

describe("the image of a chart without a key for digests", () => {
    const OWN = "falcosecurity/falco";

    it("replaces the parts that are given, and no others", () => {
        const cases: [Parameters<typeof digestlessImage>[0], Record<string, string>][] = [
            [{}, {}],
            [{ registry: "ghcr.io" }, { registry: "ghcr.io" }],
            [{ repository: "a/b" }, { repository: "a/b" }],
            [{ tag: "1.4.2" }, { tag: "1.4.2" }],
            [
                { registry: "ghcr.io", repository: "a/b", tag: "1.4.2" },
                { registry: "ghcr.io", repository: "a/b", tag: "1.4.2" },
            ],
        ];
        for (const [parts, values] of cases) {
            assert.deepEqual(digestlessImage(parts, OWN), values);
        }
    });

    it("has the digest within repository and tag, whose colon the chart writes", () => {
        assert.deepEqual(digestlessImage({ digest: "sha256:abc" }, OWN), { repository: `${OWN}@sha256`, tag: "abc" });
        const all = { registry: "ghcr.io", repository: "a/b", tag: "1.4.2", digest: "sha256:abc" };
        assert.deepEqual(digestlessImage(all, OWN), { registry: "ghcr.io", repository: "a/b@sha256", tag: "abc" });
    });

    it("is left alone by what is no digest", () => {
        assert.deepEqual(digestlessImage({ tag: "1.4.2", digest: "" }, OWN), { tag: "1.4.2" });
        assert.deepEqual(digestlessImage({ tag: "1.4.2", digest: "sha256" }, OWN), { tag: "1.4.2" });
    });
});

describe("the names of a chart's objects", () => {
    it("are made of release and chart, or of the release alone when it holds the chart's name", () => {
        assert.equal(helmFullName("pgdb", "postgresql"), "pgdb-postgresql");
        assert.equal(helmFullName("my-postgresql-1", "postgresql"), "my-postgresql-1");
    });

    it("have 63 characters at most, and no hyphen at the end", () => {
        assert.equal(helmFullName("r".repeat(60), "chart"), `${"r".repeat(60)}-ch`);
        assert.equal(helmFullName("r".repeat(62), "chart"), "r".repeat(62));
        assert.equal(helmFullName("a-b", "c-d"), "a-b-c-d");
    });
});

describe("the labels that a chart is given", () => {
    it("are the user's, without those that every chart writes itself", () => {
        const own = { team: "payments", "app.kubernetes.io/owner": "us" };
        const charts = ["name", "instance", "component", "part-of", "managed-by", "version"].map(
            (each) => `app.kubernetes.io/${each}`,
        );
        for (const written of ["helm.sh/chart", ...charts]) {
            assert.deepEqual(chartLabels({ ...own, [written]: "lost" }), own, written);
        }
    });
});
