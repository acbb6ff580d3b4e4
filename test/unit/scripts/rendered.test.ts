import { strict as assert } from "node:assert";
import { imagesIn, imagesOfStack, type Manifest, renderedManifests } from "../../../scripts/rendered";

describe("the rendered manifests", function () {
    this.timeout(60_000);

    for (const stack of ["dev", "prod"]) {
        it(`of the stack ${stack} are whole objects, without a secret`, async () => {
            const manifests = await renderedManifests(stack);
            const kinds = new Set(manifests.map(({ kind }) => kind));
            for (const kind of ["Namespace", "NetworkPolicy", "Deployment", "Ingress", "ResourceQuota"]) {
                assert.ok(kinds.has(kind), kind);
            }
            for (const manifest of manifests) {
                assert.ok(
                    manifest.apiVersion && (manifest.metadata as { name?: string }).name,
                    JSON.stringify(manifest),
                );
                assert.ok(!kinds.has("Release"));
                assert.ok(manifest.kind !== "Secret" || !("stringData" in manifest || "data" in manifest));
            }
            assert.doesNotMatch(JSON.stringify(manifests), /generated-by-the-mock|PRIVATE KEY/);
        });
    }

    it("tell each image once, and leave out the ones that stand for the user's", () => {
        const pod = (image: string): Manifest => ({ kind: "Pod", spec: { containers: [{ image }] } });
        const manifests = [
            pod("docker.io/b:1"),
            pod("docker.io/a:1"),
            pod("docker.io/b:1"),
            pod("ghcr.io/example/app:1"),
        ];
        assert.deepEqual(imagesIn(manifests), ["docker.io/a:1", "docker.io/b:1"]);
    });

    it("tell the images that charts are given in parts", async () => {
        const values = {
            primary: { image: { registry: "docker.io", repository: "bitnami/postgresql", tag: "17.6.0" } },
        };
        assert.deepEqual(imagesIn([{ values }]), ["docker.io/bitnami/postgresql:17.6.0"]);
        assert.deepEqual(imagesIn([{ values: { image: { repository: "of/the-chart" } } }]), []);
        assert.ok((await imagesOfStack("prod")).some((image) => image.includes("postgresql:")));
    });
});
