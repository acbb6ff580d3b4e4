import * as assert from "node:assert/strict";
import * as line from "../../../sandbox/providers/kubernetes/helm-arguments";
import { releaseType, resourceNames } from "../../../sandbox/providers/kubernetes/release";
import { Session } from "../../../sandbox/providers/kubernetes/session";
import { UNKNOWN } from "../../../sandbox/providers/wire";

const RELEASE: line.ReleaseSettings = {
    name: "db",
    namespace: "data",
    chart: "postgresql",
    version: "1.2.3",
    repositoryOpts: { repo: "https://charts.example.com" },
    values: { password: "hunter2hunter2" },
    atomic: true,
    cleanupOnFail: true,
    maxHistory: 5,
    timeout: 60,
};

describe("sandbox kubernetes provider: helm", () => {
    it("installs as the real provider does, on Helm 3 and 4", () => {
        const common = "install db postgresql --version=1.2.3 --repo=https://charts.example.com --values -";
        assert.equal(
            line.installArguments(RELEASE, 3).join(" "),
            `${common} --namespace=data --timeout=60s --wait --atomic`,
        );
        assert.equal(
            line.installArguments(RELEASE, 4).join(" "),
            `${common} --namespace=data --timeout=60s --wait=legacy --rollback-on-failure --server-side=false`,
        );
    });

    it("upgrades with the history that the program wants", () => {
        const args = line.upgradeArguments({ ...RELEASE, forceUpdate: true }, 3);
        assert.ok(["--cleanup-on-fail", "--force", "--history-max=5"].every((flag) => args.includes(flag)));
        assert.ok(line.upgradeArguments({ ...RELEASE, forceUpdate: true }, 4).includes("--force-replace"));
        const { maxHistory: _, ...unlimited } = RELEASE;
        assert.ok(line.upgradeArguments(unlimited, 3).includes("--history-max=0"));
    });

    it("waits for nothing when told so", () => {
        const args = line.installArguments(
            { name: "a", namespace: "n", chart: "c", skipAwait: true, waitForJobs: true },
            4,
        );
        assert.equal(args.join(" "), "install a c --values - --namespace=n --timeout=300s --server-side=false");
        const settings = { name: "a", namespace: "n", chart: "c", skipAwait: true };
        assert.equal(line.uninstallArguments(settings, 4).join(" "), "uninstall a --namespace=n --ignore-not-found");
        assert.ok(line.uninstallArguments({ ...settings, atomic: true }, 4).includes("--wait=legacy"));
    });

    it("never has a value in its arguments", () => {
        for (const args of [
            line.installArguments(RELEASE, 4),
            line.upgradeArguments(RELEASE, 4),
            line.templateArguments(RELEASE),
            line.showArguments(RELEASE),
        ]) {
            assert.equal(args.join(" ").includes("hunter2"), false);
        }
    });

    it("tells the version of helm", () => {
        assert.equal(line.majorVersion("v4.1.4"), 4);
        assert.equal(line.majorVersion("v3.22.0+g1\n"), 3);
    });

    it("groups the names of a manifest's objects", () => {
        const manifest = [
            "apiVersion: v1\nkind: Service\nmetadata: {name: b, namespace: n}",
            "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: n}",
            "# only a comment",
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}",
        ].join("\n---\n");
        assert.deepEqual(resourceNames(manifest), {
            "Service/v1": ["n/a", "n/b"],
            "StatefulSet.apps/apps/v1": ["a"],
        });
    });

    it("replaces a release for its name and namespace alone", async () => {
        const release = releaseType(new Session());
        const olds = { name: "a", namespace: "n", values: { x: 1 } };
        assert.deepEqual(await release.diff?.("n/a", {}, olds, { ...olds, values: { x: 2 } }), {
            changed: ["values"],
            replace: [],
        });
        assert.deepEqual(await release.diff?.("n/a", {}, olds, { ...olds, name: "b" }), {
            changed: ["name"],
            replace: ["name"],
        });
    });

    it("refuses by name what it doesn't implement", async () => {
        const news = {
            name: "a",
            namespace: "n",
            chart: UNKNOWN,
            lint: true,
            repositoryOpts: { repo: "r", password: "p" },
        };
        const checked = await releaseType(new Session()).check?.(news, undefined, { urn: "", name: "a" });
        assert.deepEqual(
            checked?.failures?.map(({ property }) => property),
            ["lint", "repositoryOpts.password"],
        );
    });
});
