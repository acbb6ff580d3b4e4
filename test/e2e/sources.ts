import { strict as assert } from "node:assert";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Cluster } from "../../sandbox/cluster";
import { missingImages, pullImages, removeImages } from "../../sandbox/cluster/image-pull";
import { ctr } from "../../sandbox/cluster/node";
import {
    devConfiguration,
    NO_INGRESS_CONTROLLER,
    type Overrides,
    SAMPLE_APP,
    withOverrides,
} from "../../sandbox/configuration";
import { type Layer, packLayer, writeLayout } from "../../sandbox/images/oci";
import { run } from "../../sandbox/shell";
import { chooseSources, programWith } from "../../sandbox/sources";
import type { Registered } from "../../sandbox/sources/planned";
import { type Fault, type Registry, startRegistry } from "./support/registry";
import { cluster, STACK } from "./support/stack";

const NAMESPACE = `${STACK}-sources`;
const ALWAYS = Number.POSITIVE_INFINITY;

/** A chart with some of the values that the program gives to that of PostgreSQL. */
const CHART = {
    "Chart.yaml": "apiVersion: v2\nname: small\nversion: 1.0.0\n",
    "values.yaml": "policy: IfNotPresent\n",
    "templates/pod.yaml": `apiVersion: v1
kind: Pod
metadata: {name: one}
spec:
    initContainers:
        - {name: first, image: "{{ .Values.image.registry }}/team/helper:1"}
    containers:
        - name: server
          image: "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          imagePullPolicy: {{ .Values.policy }}
`,
};

describe("the real charts and images, where there is a way to them", () => {
    const folder = fs.mkdtempSync(path.join(tmpdir(), "bulwark-sources-"));
    const layout = path.join(folder, "layout");
    const charts = path.join(folder, "charts");
    let node: Cluster;
    let registry: Registry;
    let base: Layer;

    before(async () => {
        node = await cluster();
        fs.mkdirSync(charts);
        base = await exportedLayer(node.images.busybox, folder);
        registry = await startRegistry(layout, charts);
        await publishChart(node.programs.helm, folder, "");
    });
    beforeEach(() => {
        registry.asked = [];
        registry.fault = () => undefined;
    });
    afterEach(async () => {
        const names = (await run("ctr", [...ctr, "images", "list", "--quiet"])).split("\n");
        await removeImages(names.filter((name) => name.startsWith(`${registry.host}/`)));
    });
    after(async () => {
        await kubectl(["delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false"]);
        registry.close();
        fs.rmSync(folder, { recursive: true });
    });

    const kubectl = (args: string[]) => run(node.programs.kubectl, args, { env: { KUBECONFIG: node.kubeconfig } });
    const failing = (fault: Fault, times: number, what: string) => {
        let left = times;
        registry.fault = (asked) => (asked.includes(what) && left-- > 0 ? fault : undefined);
    };

    /** An image with a layer that the node has never seen, and its digest. */
    async function published(name: string): Promise<[image: string, digest: string]> {
        const content = fs.mkdtempSync(path.join(folder, "layer-"));
        fs.writeFileSync(path.join(content, "random"), randomBytes(200_000));
        const layer = await packLayer(content, `${content}.tar`);
        const reference = `${registry.host}/${name}`;
        const config = { Env: ["PATH=/usr/bin"], Cmd: ["sleep", "infinity"] };
        const digest = writeLayout(layout, [{ reference, layers: [base, layer], config }])[reference] ?? "";
        registry.publish(name, digest);
        return [reference, digest];
    }

    it("hands an image to the node, past the token service, and a pod runs it", async () => {
        const [image] = await published("team/pulled:1");
        assert.deepEqual(await missingImages([image]), [image]);
        await pullImages([image]);
        assert.deepEqual(await missingImages([image]), []);
        await kubectl(["create", "namespace", NAMESPACE]);
        await kubectl(["run", "pulled", `--image=${image}`, "--namespace", NAMESPACE]);
        await kubectl(["wait", "--for=condition=Ready", "pod/pulled", "--namespace", NAMESPACE, "--timeout=120s"]);
        await kubectl(["delete", "pod", "pulled", "--namespace", NAMESPACE, "--now"]);
    });

    it("does so by digest, as charts name images", async () => {
        const [, digest] = await published("team/by-digest:1");
        const name = `${registry.host}/team/by-digest@${digest}`;
        await pullImages([name]);
        assert.deepEqual(await missingImages([name]), []);
    });

    for (const [fault, what] of [
        ["cut short", "/blobs/"],
        [429, "/manifests/"],
        [500, "/blobs/"],
    ] as const) {
        it(`tries again when a registry answers ${fault}`, async () => {
            const [image] = await published("team/again:1");
            failing(fault, 2, what);
            await pullImages([image], 1);
            assert.deepEqual(await missingImages([image]), []);
            assert.ok(registry.asked.filter((asked) => asked.includes(what)).length > 2);
        });
    }

    for (const [fault, what, reason] of [
        [404, "/manifests/", /: not found$/],
        [401, "/manifests/", /401 Unauthorized|authorization failed/],
        [429, "/manifests/", /429 Too Many Requests/],
        ["other content", "/blobs/", /unexpected commit digest/],
        ["cut short", "/blobs/", /EOF|unexpected size|closed/],
    ] as const) {
        it(`takes nothing when a registry keeps answering ${fault}`, async () => {
            const [good] = await published("team/good:1");
            const [bad] = await published("team/bad:1");
            failing(fault, ALWAYS, `/team/bad${what}`);
            await assert.rejects(pullImages([good, bad], 1), (error: Error) => {
                assert.ok(error.message.startsWith(`${bad}: `), error.message);
                assert.match(error.message, reason);
                return !error.message.includes("\n");
            });
            assert.deepEqual(await missingImages([good, bad]), [good, bad]);
        });
    }

    describe("for a part of the program", () => {
        const image = "team/postgresql:17";
        let registered: Registered[];
        let decisions: string;
        before(async () => {
            const chart = { chart: "small", repository: `http://${registry.host}/charts`, version: "1.0.0" };
            const named = { registry: registry.host, repository: "team/postgresql", tag: "17" };
            const own: Overrides = {
                ...NO_INGRESS_CONTROLLER,
                database: { chart, image: named, majorVersion: 17 },
            };
            registered = await programWith([SAMPLE_APP, own].reduce(withOverrides, devConfiguration()));
        });
        beforeEach(() => {
            decisions = path.join(fs.mkdtempSync(path.join(folder, "decisions-")), "sources.json");
        });

        const choose = () => chooseSources(node.programs.helm, async () => registered, decisions);

        it("are used when all is there, and asked for no more", async () => {
            const images = [(await published(image))[0], (await published("team/helper:1"))[0]];
            assert.deepEqual(await choose(), {});
            assert.deepEqual(await missingImages(images), []);
            registry.asked = [];
            assert.deepEqual(await choose(), {});
            assert.ok(registry.asked.length > 0);
            assert.ok(registry.asked.every((asked) => asked.startsWith("/charts/")));
            // The database that runs has written its data: a stand-in couldn't read it.
            failing(404, ALWAYS, "/charts/");
            await assert.rejects(choose(), /npm run sandbox -- down/);
        });

        it("have a stand-in when one image is missing, which stays until the sandbox goes", async () => {
            const [server] = await published(image);
            failing(404, ALWAYS, "/team/helper/");
            const { database = "", ...others } = await choose();
            assert.equal(database, `${registry.host}/team/helper:1: not found`);
            assert.deepEqual(others, {});
            assert.deepEqual(await missingImages([server]), [server]);
            await published("team/helper:1");
            registry.asked = [];
            registry.fault = () => undefined;
            assert.deepEqual(await choose(), { database });
            assert.deepEqual(registry.asked, []);
        });

        it("have a stand-in when the chart can't be had", async () => {
            failing(404, ALWAYS, "/charts/");
            assert.match((await choose()).database ?? "", /index\.yaml.*404 Not Found$/);
        });

        it("have a stand-in when pods ask the registry at every start", async () => {
            await publishChart(node.programs.helm, folder, "policy: Always\n");
            assert.match((await choose()).database ?? "", /postgresql:17 is asked of its registry at every start/);
        });
    });
});

/** The only layer of an image on the node. */
async function exportedLayer(image: string, folder: string): Promise<Layer> {
    const archive = path.join(folder, "base.tar");
    await run("ctr", [...ctr, "images", "export", archive, image]);
    await run("tar", ["-C", folder, "-xf", archive]);
    const blob = (digest: string) => path.join(folder, "blobs", "sha256", digest.replace("sha256:", ""));
    const read = (file: string) => JSON.parse(fs.readFileSync(file, "utf8"));
    const [manifest] = read(path.join(folder, "index.json")).manifests;
    const [layer] = read(blob(manifest.digest)).layers;
    return { ...layer, file: blob(layer.digest) };
}

/** The chart, packed and listed, with other values of its own. */
async function publishChart(helm: string, folder: string, values: string): Promise<void> {
    for (const [name, content] of Object.entries({ ...CHART, ...(values && { "values.yaml": values }) })) {
        const file = path.join(folder, "small", name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, content);
    }
    const charts = path.join(folder, "charts");
    await run(helm, ["package", path.join(folder, "small"), "--destination", charts]);
    await run(helm, ["repo", "index", charts]);
}
