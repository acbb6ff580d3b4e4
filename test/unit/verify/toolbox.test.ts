import { strict as assert } from "node:assert";
import { execFile, execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { attackerPod, soundPodSpec } from "../../../verify/attackers";
import type { PodSpec } from "../../../verify/cluster/objects";
import type { Target } from "../../../verify/target";
import { connectScript, readConnections, resolveScript } from "../../../verify/toolbox";
import { freePort } from "../support/free-port";

function shell(script: string, tools: string | undefined = process.env.PATH): Promise<string> {
    return new Promise((resolve, reject) => {
        const child = execFile("/bin/sh", { env: { PATH: tools } }, (error, stdout) =>
            error ? reject(error) : resolve(stdout),
        );
        child.stdin?.end(`${script}\nexit\n`);
    });
}

describe("connecting", () => {
    /** A folder in which a shell finds these tools and no others. */
    function pathOf(tools: string[]): string {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "tools-"));
        after(() => fs.rmSync(folder, { recursive: true }));
        for (const tool of tools) {
            const found = execFileSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim();
            fs.symlinkSync(found, path.join(folder, tool));
        }
        return folder;
    }

    for (const tools of [["bash", "timeout"], ["node"]]) {
        it(`tells open ports from closed ones, with ${tools.join(" and ")}`, async () => {
            const server = net.createServer((socket) => socket.end()).listen(0, "127.0.0.1");
            await new Promise((resolve) => server.once("listening", resolve));
            const endpoints = [
                { host: "127.0.0.1", port: (server.address() as net.AddressInfo).port },
                { host: "127.0.0.1", port: await freePort() },
                { host: "no-such-host.invalid", port: 1 },
            ];
            const stdout = await shell(connectScript(endpoints), pathOf([...tools, "tr"]));
            server.close();
            assert.deepEqual(readConnections(stdout, endpoints), ["open", "refused", "no-such-host"]);
        });
    }

    it("says so when an image has nothing to connect with", async () => {
        const endpoints = [{ host: "127.0.0.1", port: 1 }];
        assert.deepEqual(readConnections(await shell(connectScript(endpoints), "/nonexistent"), endpoints), [
            "no-tool",
        ]);
    });

    it("takes no host that a shell would read as more", () => {
        assert.throws(() => connectScript([{ host: "a; id", port: 1 }]), /not a host/);
        assert.throws(() => connectScript([{ host: "$(id)", port: 1 }]), /not a host/);
    });

    it("resolves names as programs do", async () => {
        assert.match((await shell(resolveScript("localhost"))).trim(), /^(127\.0\.0\.1|::1)$/);
    });
});

const HARDENED: PodSpec = {
    serviceAccountName: "shop",
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true },
    topologySpreadConstraints: [{}],
    containers: [
        {
            name: "app",
            image: "ghcr.io/example/app:1",
            command: ["serve"],
            resources: { limits: { memory: "256Mi" } },
            securityContext: { readOnlyRootFilesystem: true },
            readinessProbe: {},
            volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
        },
    ],
    volumes: [{ name: "tmp", emptyDir: { medium: "Memory" } }],
};
const served = { service: "s", podLabels: { app: "shop" }, address: { host: "10.0.0.1", port: 80 }, podPort: 8000 };
const target = {
    application: {
        ...served,
        namespace: "shop",
        deployment: { spec: { template: { spec: HARDENED } } },
    },
    database: { ...served, namespace: "data" },
} as unknown as Target;
const camp = { target, strangersNamespace: "elsewhere", image: "ghcr.io/example/tools:1", run: "abc" };

describe("the attackers", () => {
    it("are marked, so that they are found again, and end by themselves", () => {
        for (const name of ["insider", "neighbour", "stranger", "twin", "victim"] as const) {
            const { metadata, spec } = attackerPod(name, camp);
            assert.equal(metadata.labels["bulwark.dev/verify-of"], "shop", name);
            assert.ok(Number(spec.activeDeadlineSeconds) > 0, name);
        }
    });

    it("are a twin that is the application's pod in all but its program, and never gets its requests", () => {
        const { metadata, spec } = attackerPod("twin", camp);
        const [container] = spec.containers;
        assert.equal(metadata.labels.app, "shop");
        assert.deepEqual(spec.securityContext, HARDENED.securityContext);
        assert.equal(spec.serviceAccountName, "shop");
        assert.deepEqual(spec.volumes, HARDENED.volumes);
        assert.deepEqual(container?.securityContext, HARDENED.containers[0]?.securityContext);
        assert.deepEqual(container?.resources?.limits, HARDENED.containers[0]?.resources?.limits);
        assert.equal(container?.image, camp.image);
        assert.equal(container?.readinessProbe, undefined);
        assert.equal((spec.readinessGates as unknown[]).length, 1);
    });

    it("are a victim without the application's labels, so that its end moves nobody", () => {
        assert.equal(attackerPod("victim", camp).metadata.labels.app, undefined);
    });

    it("are strangers that say nothing about tokens, so that the namespace's own word counts", () => {
        assert.equal(soundPodSpec("x").automountServiceAccountToken, undefined);
    });
});
