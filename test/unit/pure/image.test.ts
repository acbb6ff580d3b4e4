import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { digestFault, imageFault, imageText, immutableImageFault, parseImage } from "../../../components/image";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("image reference", () => {
    it("has these parts", () => {
        const cases: [string, string, string, string, string][] = [
            ["app", "", "app", "", ""],
            ["example/app:1.4.2", "", "example/app", "1.4.2", ""],
            ["ghcr.io/example/app:1.4.2", "ghcr.io", "example/app", "1.4.2", ""],
            ["localhost/app", "localhost", "app", "", ""],
            ["localhost:5000/app:latest", "localhost:5000", "app", "latest", ""],
            ["registry:5000/a/b", "registry:5000", "a/b", "", ""],
            [`ghcr.io/app@${DIGEST}`, "ghcr.io", "app", "", DIGEST],
            [`ghcr.io/app:1@${DIGEST}`, "ghcr.io", "app", "1", DIGEST],
            ["a__b/c-d.e:v1_2", "", "a__b/c-d.e", "v1_2", ""],
            ["a--bc.de_f/g---hi.jk", "", "a--bc.de_f/g---hi.jk", "", ""],
            // Only what could be a host is one.
            ["ghcr.io1", "", "ghcr.io1", "", ""],
            ["a_b.io/app", "", "a_b.io/app", "", ""],
            ["ghcr.io_b/app", "", "ghcr.io_b/app", "", ""],
        ];
        for (const [text, registry, repository, tag, digest] of cases) {
            assert.deepEqual(parseImage(text), { registry, repository, tag, digest }, text);
            assert.equal(imageText({ registry, repository, tag, digest }), text);
        }
    });

    it("is put together again from its parts", () => {
        const host = fc.constantFrom("", "ghcr.io", "localhost", "localhost:5000", "a-b.example.com:8443");
        const path = fc.array(fc.stringMatching(/^[a-z0-9]{1,6}([._-][a-z0-9]{1,4})?$/), {
            minLength: 1,
            maxLength: 3,
        });
        const tag = fc.oneof(fc.constant(""), fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,9}$/));
        fc.assert(
            fc.property(host, path, tag, fc.constantFrom("", DIGEST), (registry, segments, version, digest) => {
                // The first segment of a path without a host must not look like one.
                const repository = ["x", ...segments].join("/");
                const text = `${registry && `${registry}/`}${repository}${version && `:${version}`}${digest && `@${digest}`}`;
                assert.deepEqual(parseImage(text), { registry, repository, tag: version, digest });
            }),
        );
    });

    it("is refused otherwise", () => {
        for (const wrong of [
            "",
            "App",
            "app:",
            "app@",
            "app:a b",
            "app@sha256:123",
            `app@${DIGEST}@${DIGEST}`,
            "/app",
            "app/",
            "a//b",
            "https://ghcr.io/app",
            "app:1\n",
            "-app",
        ]) {
            assert.equal(
                imageFault(wrong),
                `must be an image reference, is ${JSON.stringify(wrong)}; write for example "ghcr.io/example/app:1.4.2"`,
            );
            assert.equal(immutableImageFault(wrong), imageFault(wrong));
        }
        assert.match(imageFault(1 as unknown as string) ?? "", /is 1;/);
    });

    it("is immutable with a version or a digest", () => {
        for (const image of ["app:1.4.2", `app@${DIGEST}`, `app:latest@${DIGEST}`]) {
            assert.equal(immutableImageFault(image), undefined, image);
        }
        assert.equal(
            immutableImageFault("ghcr.io/example/app:latest"),
            'must name a version or a digest, is "ghcr.io/example/app:latest"; write for example "ghcr.io/example/app:1.4.2@sha256:…"',
        );
        assert.match(immutableImageFault("app") ?? "", /is "app"; write for example "app:1\.4\.2@sha256:…"/);
    });
});

describe("digest", () => {
    it("is SHA-256 in full", () => {
        assert.equal(digestFault(DIGEST), undefined);
        for (const wrong of ["", "sha256:", DIGEST.slice(0, -1), DIGEST.toUpperCase(), `${DIGEST}0`, `x${DIGEST}`]) {
            assert.equal(
                digestFault(wrong),
                `must be "sha256:" and 64 hexadecimal digits, is ${JSON.stringify(wrong)}`,
            );
        }
    });
});
