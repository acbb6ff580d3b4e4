import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as net from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import type { ImageNames } from "../../../sandbox/cluster";
import { leftOut, nodeOverrides, withOverrides } from "../../../sandbox/configuration";
import { runWithin, SandboxError } from "../../../sandbox/shell";
import { chooseSources, programWith, SWITCH } from "../../../sandbox/sources";
import { fullImageName, podImages, registryOf } from "../../../sandbox/sources/images";
import { chartHost, plannedParts, type Registered } from "../../../sandbox/sources/planned";
import { assertReachable } from "../../../sandbox/sources/reach";
import { freePort } from "../support/free-port";

const DIGEST = `sha256:${"0".repeat(64)}`;

describe("the images that pods name", () => {
    it("are completed as the container runtime does it", () => {
        const names = {
            nginx: "docker.io/library/nginx:latest",
            "nginx:1.27": "docker.io/library/nginx:1.27",
            "docker.io/nginx:1.27": "docker.io/library/nginx:1.27",
            "bitnamilegacy/postgresql:17": "docker.io/bitnamilegacy/postgresql:17",
            "localhost:5000/app": "localhost:5000/app:latest",
            [`registry.k8s.io/ingress-nginx/controller:v1@${DIGEST}`]: `registry.k8s.io/ingress-nginx/controller@${DIGEST}`,
        };
        for (const [given, full] of Object.entries(names)) {
            assert.equal(fullImageName(given), full);
        }
        assert.throws(() => fullImageName("No Image"), /"No Image" names no image/);
    });

    it("come from the registry in their name, which for one is another", () => {
        assert.equal(registryOf("ghcr.io/example/app:1"), "ghcr.io");
        assert.equal(registryOf("docker.io/library/nginx:1"), "registry-1.docker.io");
    });

    it("are found in objects of any kind, init containers too", () => {
        const pod = {
            initContainers: [{ image: "a:1" }, { name: "without an image" }],
            containers: [{ image: "b:1", imagePullPolicy: "Always" }, { image: "c" }, { image: `d@${DIGEST}` }],
        };
        const objects = [
            null,
            { kind: "ConfigMap", data: { containers: "of text" } },
            { kind: "Pod", spec: { containers: [{ image: "p:1" }] } },
            { kind: "CronJob", spec: { jobTemplate: { spec: { template: { spec: pod } } } } },
        ];
        const found = podImages(objects).map(({ name, alwaysPulled }) => [name.split("/")[2], alwaysPulled]);
        assert.deepEqual(found, [
            ["p:1", false],
            ["a:1", false],
            ["b:1", true],
            ["c:latest", true],
            [`d@${DIGEST}`, false],
        ]);
    });
});

describe("what a program plans to install", () => {
    const release = (name: string, namespace: string): Registered => ({
        type: "kubernetes:helm.sh/v3:Release",
        name,
        inputs: { name: "any", namespace, chart: "any" },
    });
    const job = (namespace: string, image: string): Registered => ({
        type: "kubernetes:batch/v1:Job",
        name: "job",
        inputs: { metadata: { namespace }, spec: { template: { spec: { containers: [{ image }] } } } },
    });

    it("has the releases that have a stand-in, with the pods beside them", () => {
        const planned = plannedParts([
            release("x-database-release", "data"),
            release("x-threat-detection-release", "falco"),
            job("data", "example.com/server:1"),
            job("elsewhere", "example.com/other:1"),
        ]);
        assert.deepEqual(Object.keys(planned), ["database"]);
        assert.deepEqual(planned.database?.images, [{ name: "example.com/server:1", alwaysPulled: false }]);
        assert.equal(planned.database?.release.namespace, "data");
    });

    it("tells where a chart comes from", () => {
        const host = (chart: string, repo?: string) =>
            chartHost({ name: "n", namespace: "n", chart, repositoryOpts: { ...(repo && { repo }) } })?.host;
        assert.equal(host("oci://registry.example.com:5000/charts/postgresql"), "registry.example.com:5000");
        assert.equal(host("ingress-nginx", "https://charts.example.com/stable"), "charts.example.com");
        assert.equal(host("https://charts.example.com/one-1.0.0.tgz"), "charts.example.com");
        assert.equal(host("/home/me/chart"), undefined);
    });
});

describe("the decision between the real charts and the stand-ins", () => {
    const folder = fs.mkdtempSync(path.join(tmpdir(), "bulwark-sources-"));
    let file: string;
    let repo: string;
    before(async () => {
        repo = `http://127.0.0.1:${await freePort()}`;
    });
    beforeEach(() => {
        file = path.join(fs.mkdtempSync(path.join(folder, "decisions-")), "sources.json");
    });
    after(() => fs.rmSync(folder, { recursive: true }));

    const program = async (): Promise<Registered[]> =>
        ["x-database-release", "x-ingress-controller-release"].map((name) => ({
            type: "kubernetes:helm.sh/v3:Release",
            name,
            inputs: { name, namespace: name, chart: "any", repositoryOpts: { repo } },
        }));
    const never = () => Promise.reject(new Error("the program was asked"));

    it("falls for stand-ins without a way to the charts, once for all", async () => {
        const reason = `no way to ${new URL(repo).host} from here`;
        const both = { database: reason, ingressController: reason };
        assert.deepEqual(await chooseSources("no-such-helm", program, file), both);
        assert.deepEqual(await chooseSources("no-such-helm", never, file), both);
    });

    it("isn't taken for what the settings turn off", async () => {
        const [database] = await program();
        assert.ok(database);
        assert.deepEqual(Object.keys(await chooseSources("no-such-helm", async () => [database], file)), ["database"]);
        assert.deepEqual(Object.keys(await chooseSources("no-such-helm", program, file)).length, 2);
    });

    it("can be asked for", async () => {
        process.env[SWITCH] = "true";
        try {
            const { database } = await chooseSources("no-such-helm", program, file);
            assert.equal(database, "BULWARK_STAND_INS is set");
        } finally {
            delete process.env[SWITCH];
        }
    });

    it("doesn't change under a server that runs with the real chart", async () => {
        fs.writeFileSync(file, JSON.stringify({ database: null, ingressController: "before" }));
        await assert.rejects(chooseSources("no-such-helm", program, file), /no way to .*\n`npm run sandbox -- down`/);
        assert.deepEqual(JSON.parse(fs.readFileSync(file, "utf8")).database, null);
    });

    it("waits until the settings hold", async () => {
        const wrong = { "bulwark:workload": {} };
        await assert.rejects(programWith(wrong), (error: Error) => {
            assert.ok(error instanceof SandboxError);
            return error.message.startsWith("The stack's settings have") && !error.message.includes(" at ");
        });
    });
});

describe("the way to a host", () => {
    it("is there when somebody listens, and else its name is told", async () => {
        const server = net.createServer((socket) => socket.destroy());
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const open = `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
        const closed = `127.0.0.1:${await freePort()}`;
        await assertReachable([open, open]);
        await assert.rejects(assertReachable([open, closed]), { message: `no way to ${closed} from here` });
        server.close();
    });

    it("isn't there when nobody answers in time", async () => {
        // An address for documentation alone: packets to it get lost or are refused.
        await assert.rejects(assertReachable(["192.0.2.1"], 50), /no way to 192\.0\.2\.1 from here/);
    });

    it("is left to a proxy to find", async () => {
        process.env.ALL_PROXY = "http://proxy.example.com";
        try {
            await assertReachable(["192.0.2.1"], 50);
            const closed = `127.0.0.1:${await freePort()}`;
            await assert.rejects(assertReachable([closed]), /no way/);
        } finally {
            delete process.env.ALL_PROXY;
        }
    });

    it("doesn't hold up a command for ever", async () => {
        await assert.rejects(runWithin(0.1, "sleep", ["60"]), { message: "sleep: not done within 0.1 s" });
        await assert.rejects(runWithin(60, "sh", ["-c", "echo reason >&2; exit 3"]), /exit status 3\nreason/);
    });
});

describe("the settings of the sandbox's own node", () => {
    const name = "registry.example.com/any:1";
    const images: ImageNames = {
        postgresql: name,
        postgresExporter: name,
        app: name,
        busybox: name,
        ingressController: name,
        webhookCertgen: name,
    };
    const charts = (overrides: ReturnType<typeof nodeOverrides>) => ({
        ingressController: "chart" in ((overrides.ingress?.controller ?? {}) as object),
        database: overrides.database !== undefined,
    });

    it("name a stand-in for the parts that need one, and leave the others as the stack has them", () => {
        assert.deepEqual(charts(nodeOverrides(images)), { ingressController: true, database: true });
        assert.deepEqual(charts(nodeOverrides(images, ["database"])), { ingressController: false, database: true });
        assert.deepEqual(charts(nodeOverrides(images, [])), { ingressController: false, database: false });
    });

    it("name the stand-in whatever chart and image the stack names", () => {
        const named = {
            "bulwark:database": {
                chart: { chart: "own", repository: "https://charts.example.com", version: "1.0.0" },
                image: { repository: "own", digest: DIGEST },
                majorVersion: 17,
            },
        };
        const written = stringify(withOverrides(named, nodeOverrides(images)));
        const { chart, image, majorVersion } = parse(written)["bulwark:database"];
        assert.deepEqual(Object.keys(chart).sort(), ["chart", "timeoutSeconds"]);
        assert.deepEqual(image, { registry: "registry.example.com", repository: "any", tag: "1" });
        assert.equal(majorVersion, undefined);
    });

    it("come with a line for everything that isn't the real thing", () => {
        const lines = leftOut({ database: "no way to registry.example.com from here" });
        assert.equal(lines.length, 2);
        assert.match(lines[0] ?? "", /^Bitnami's chart and image: .*; no way to registry\.example\.com from here$/);
        assert.match(lines[1] ?? "", /^Falco: /);
    });
});
