import { strict as assert } from "node:assert";
import { allPins, directModules } from "../../../scripts/outdated-pins";
import { compareVersions, imageReference, newerVersion } from "../../../scripts/outdated-versions";

describe("the newer of two versions", () => {
    it("is told number by number", () => {
        assert.ok(compareVersions("1.10.0", "1.9.9") > 0);
        assert.ok(compareVersions("v1.9.9", "1.10.0") < 0);
        assert.equal(compareVersions("1.2.0", "v1.2"), 0);
    });

    it("is the newest of many, when that is newer", () => {
        assert.equal(newerVersion("9.1.0", ["9.1.0", "9.10.0", "9.2.0"]), "9.10.0");
        assert.equal(newerVersion("v1.2.0", ["1.3.0"]), "1.3.0");
        assert.equal(newerVersion("9.10.0", ["9.2.0", "9.10.0"]), undefined);
        assert.equal(newerVersion("9.1.0", []), undefined);
    });

    it("is none that is written otherwise: another system's image, a pre-release", () => {
        const tags = ["17.7.0-alpine-3-r1", "18.0.0", "17.6.0-debian-12-r10", "17.7.0-rc1"];
        assert.equal(newerVersion("17.6.0-debian-12-r4", tags), "17.6.0-debian-12-r10");
        assert.equal(newerVersion("17.6.0", ["latest", "18.0.0-beta.1"]), undefined);
    });
});

describe("an image by its parts", () => {
    it("has a registry, or Docker Hub's", () => {
        const parts = (text: string) => Object.values(imageReference(text));
        assert.deepEqual(parts("ghcr.io/a/b:1.2.3"), ["ghcr.io", "a/b", "1.2.3"]);
        assert.deepEqual(parts("localhost:5000/a:1"), ["localhost:5000", "a", "1"]);
        assert.deepEqual(parts("docker.io/a/b:1"), ["registry-1.docker.io", "a/b", "1"]);
        assert.deepEqual(parts("a/b:1"), ["registry-1.docker.io", "a/b", "1"]);
        assert.deepEqual(parts("registry.example.com/charts/c"), ["registry.example.com", "charts/c", ""]);
    });
});

describe("what is pinned", () => {
    it("has every kind, each by an exact version", () => {
        const pins = allPins();
        assert.deepEqual([...new Set(pins.map(({ kind }) => kind))], ["npm", "Go", "Python", "chart", "image"]);
        for (const { name, version } of pins) {
            assert.match(version, /^v?\d+\.\d+\.\d+(-[\w.-]+)?$/, name);
        }
    });

    it("is of a go.mod what is asked for, without what follows from it or is replaced", () => {
        const text = [
            "module example.com/m",
            "go 1.26.0",
            "tool example.com/tool/cmd/tool",
            "tool (",
            "\texample.com/first/cmd/a",
            "\texample.com/second/cmd/b",
            ")",
            "require (",
            "\texample.com/a v1.2.3",
            "\texample.com/replaced v0.0.0",
            ")",
            "require example.com/tool v3.0.0 // indirect",
            "require (",
            "\texample.com/b v0.1.0 // indirect",
            "\texample.com/second v0.2.0 // indirect",
            ")",
            "replace example.com/replaced => example.com/other v1.0.0",
        ].join("\n");
        assert.deepEqual(directModules(text), [
            ["example.com/a", "v1.2.3"],
            ["example.com/tool", "v3.0.0"],
            ["example.com/second", "v0.2.0"],
        ]);
    });
});
