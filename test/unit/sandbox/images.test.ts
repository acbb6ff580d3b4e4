import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { byDigest, IMAGES } from "../../../sandbox/images";
import { packLayer, splitReference, writeLayout } from "../../../sandbox/images/oci";

describe("the sandbox's images", () => {
    let folder: string;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(tmpdir(), "bulwark-images-"));
    });

    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    async function layoutOf(name: string, time: Date): Promise<string> {
        const root = path.join(folder, name, "root");
        fs.mkdirSync(root, { recursive: true });
        fs.writeFileSync(path.join(root, "program"), "content", { mode: 0o755 });
        fs.utimesSync(path.join(root, "program"), time, time);
        const layer = await packLayer(root, path.join(folder, name, "layer.tar"));
        const image = {
            reference: "registry.example/thing:1",
            layers: [layer],
            config: { User: "1001", Env: ["A=b"] },
        };
        const layout = path.join(folder, name, "layout");
        writeLayout(layout, [image]);
        return layout;
    }

    const read = (file: string) => JSON.parse(fs.readFileSync(file, "utf8"));
    const blob = (layout: string, digest: string) =>
        path.join(layout, "blobs", "sha256", digest.replace("sha256:", ""));

    it("have the same digest whenever their content is the same", async () => {
        const one = read(path.join(await layoutOf("one", new Date(0)), "index.json"));
        const two = read(path.join(await layoutOf("two", new Date()), "index.json"));
        assert.deepEqual(one, two);
    });

    it("are complete layouts: each descriptor's digest and size are those of a blob", async () => {
        const layout = await layoutOf("one", new Date(0));
        const [entry] = read(path.join(layout, "index.json")).manifests;
        const manifest = read(blob(layout, entry.digest));
        for (const { digest, size } of [entry, manifest.config, ...manifest.layers]) {
            const content = fs.readFileSync(blob(layout, digest));
            assert.equal(content.length, size);
            assert.equal(`sha256:${createHash("sha256").update(content).digest("hex")}`, digest);
        }
        const config = read(blob(layout, manifest.config.digest));
        assert.deepEqual(config.config, { User: "1001", Env: ["A=b"] });
        assert.deepEqual(config.rootfs.diff_ids, [manifest.layers[0].digest]);
        assert.equal(entry.annotations["io.containerd.image.name"], "registry.example/thing:1");
        assert.equal(fs.readdirSync(path.join(layout, "blobs", "sha256")).length, 3);
    });

    it("can be named by digest", () => {
        assert.deepEqual(splitReference("host:5000/name:1.0"), { name: "host:5000/name", tag: "1.0" });
        const digests = { [IMAGES.app]: "sha256:abc" };
        assert.equal(byDigest({ folder: "", digests }, IMAGES.app), "registry.bulwark.local/app@sha256:abc");
    });

    it("have tags that a pod may use without asking a registry", () => {
        for (const reference of Object.values(IMAGES)) {
            assert.notEqual(splitReference(reference).tag, "latest");
        }
    });
});
