import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { cacheFolder } from "../../../sandbox/paths";
import { cached, keyHash, temporaryFolder } from "../../../sandbox/programs/cache";
import { isNewEnough } from "../../../sandbox/programs/go";
import { checkIntegrity } from "../../../sandbox/programs/npm-package";
import { missingPackages, NODE_PACKAGES } from "../../../sandbox/programs/packages";
import * as pins from "../../../sandbox/programs/pins";

const modules = path.join(__dirname, "..", "..", "..", "sandbox", "programs");

describe("the sandbox's cache", () => {
    let folder: string;
    let before: string | undefined;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(tmpdir(), "bulwark-cache-"));
        before = process.env.XDG_CACHE_HOME;
        process.env.XDG_CACHE_HOME = folder;
    });

    afterEach(() => {
        if (before === undefined) {
            delete process.env.XDG_CACHE_HOME;
        } else {
            process.env.XDG_CACHE_HOME = before;
        }
        fs.rmSync(folder, { recursive: true });
    });

    it("lies where the base directory specification says, and ignores a relative path there", () => {
        assert.equal(cacheFolder({ XDG_CACHE_HOME: "/var/cache/me" }), "/var/cache/me/bulwark");
        assert.equal(cacheFolder({ XDG_CACHE_HOME: "cache" }), cacheFolder({}));
        assert.match(cacheFolder({}), /\/\.cache\/bulwark$/);
    });

    it("has another key for another text, file content, file name or file", () => {
        const source = path.join(folder, "source");
        fs.mkdirSync(source);
        const keys = new Set<string>();
        const add = () => keys.add(keyHash({ texts: ["flags"], paths: [source] }));
        add();
        fs.writeFileSync(path.join(source, "a"), "1");
        add();
        fs.writeFileSync(path.join(source, "a"), "2");
        add();
        fs.renameSync(path.join(source, "a"), path.join(source, "b"));
        add();
        keys.add(keyHash({ texts: ["other flags"], paths: [source] }));
        keys.add(keyHash({ texts: ["other", " flags"], paths: [source] }));
        assert.equal(keys.size, 6);
    });

    it("has the same key for a copy elsewhere", () => {
        const [one, two] = ["one/source", "two/source"].map((name) => path.join(folder, name));
        for (const copy of [one, two]) {
            fs.mkdirSync(`${copy}/below`, { recursive: true });
            fs.writeFileSync(`${copy}/below/file`, "content");
        }
        assert.equal(keyHash({ texts: [], paths: [String(one)] }), keyHash({ texts: [], paths: [String(two)] }));
    });

    it("builds once, however often it is asked meanwhile and later", async () => {
        let builds = 0;
        const build = async (target: string) => {
            builds += 1;
            fs.writeFileSync(path.join(target, "result"), "done");
        };
        const asked = [1, 2].map(() => cached("thing", { texts: ["1"] }, build));
        const [first = "", meanwhile] = await Promise.all(asked);
        assert.equal(meanwhile, first);
        assert.equal(await cached("thing", { texts: ["1"] }, build), first);
        assert.equal(builds, 1);
        assert.equal(fs.readFileSync(path.join(first, "result"), "utf8"), "done");
        assert.equal(path.dirname(first), path.join(folder, "bulwark"));
    });

    it("keeps nothing of a build that failed", async () => {
        const failing = async (target: string) => {
            fs.writeFileSync(path.join(target, "half"), "");
            throw new Error("no");
        };
        await assert.rejects(cached("thing", { texts: ["1"] }, failing), /^Error: no$/);
        assert.deepEqual(fs.readdirSync(path.join(folder, "bulwark")), []);
    });

    it("removes what a killed process left unfinished, and nothing that is being built", () => {
        for (const name of [".thing-99999999-abc", `.thing-${process.pid}-abc`, ".thing", ".other-99999999-abc"]) {
            fs.mkdirSync(path.join(folder, name));
        }
        const made = path.basename(temporaryFolder(folder, ".thing-"));
        const expected = [made, `.thing-${process.pid}-abc`, ".thing", ".other-99999999-abc"];
        assert.deepEqual(fs.readdirSync(folder).sort(), expected.sort());
    });

    it("takes the result of another process that was faster", async () => {
        const slow = async () => {
            const other = path.join(folder, "bulwark", `thing-${keyHash({ texts: ["1"] })}`);
            fs.mkdirSync(other);
            fs.writeFileSync(path.join(other, "by"), "other");
        };
        const result = await cached("thing", { texts: ["1"] }, slow);
        assert.equal(fs.readFileSync(path.join(result, "by"), "utf8"), "other");
        assert.deepEqual(fs.readdirSync(path.join(folder, "bulwark")), [path.basename(result)]);
    });
});

describe("the sandbox's programs", () => {
    const goMod = (name: string) => fs.readFileSync(path.join(modules, name, "go.mod"), "utf8");

    it("are pinned alike here and in the Go modules", () => {
        assert.ok(goMod("kubernetes").includes(`k8s.io/kubernetes v${pins.KUBERNETES_VERSION}\n`));
        assert.ok(goMod("kubernetes").includes(`github.com/coredns/coredns v${pins.COREDNS_VERSION}\n`));
        assert.ok(goMod("pulumi").includes(`github.com/pulumi/pulumi/pkg/v3 v${pins.PULUMI_VERSION} `));
        for (const name of ["kubernetes", "pulumi"]) {
            assert.ok(goMod(name).includes(`\ngo ${pins.GO_VERSION}\n`), name);
        }
    });

    it("have the Pulumi version that the program's own SDK has", () => {
        const sdk = JSON.parse(fs.readFileSync(require.resolve("@pulumi/pulumi/package.json"), "utf8"));
        assert.equal(pins.PULUMI_VERSION, sdk.version);
    });

    it("are refused when their content isn't the pinned one", () => {
        const content = Buffer.from("content");
        const hash = `sha512-${createHash("sha512").update(content).digest("base64")}`;
        assert.doesNotThrow(() => checkIntegrity("thing", content, hash));
        assert.throws(
            () => checkIntegrity("thing", Buffer.from("other"), hash),
            /its hash is sha512-.*, sha512-.* was expected/,
        );
    });

    it("need a Go release that is new enough", () => {
        assert.equal(isNewEnough(1, 26), true);
        assert.equal(isNewEnough(2, 0), true);
        assert.equal(isNewEnough(1, 27), true);
        assert.equal(isNewEnough(1, 25), false);
        assert.equal(isNewEnough(1, 19), false);
    });

    it("ask for those packages alone that are missing", () => {
        assert.deepEqual(
            missingPackages(NODE_PACKAGES, () => true),
            [],
        );
        assert.deepEqual(
            missingPackages(NODE_PACKAGES, () => false),
            Object.keys(NODE_PACKAGES),
        );
        const present = ["/usr/bin/containerd", "/sbin/ip", "/usr/local/bin/nft"];
        const missing = missingPackages(
            { containerd: "containerd", iproute2: "ip", nftables: "nft", ipset: "ipset" },
            (file) => present.includes(file),
        );
        assert.deepEqual(missing, ["ipset"]);
    });
});
