import { strict as assert } from "node:assert";
import { get, inPod, kubectl } from "./support/kubectl";
import { NAMES, running } from "./support/stack";

const POD = "deploy/secure-app";

async function shell(script: string) {
    return inPod(NAMES.app, POD, ["sh", "-c", script]);
}

describe("the container", () => {
    before(running);

    it("runs in two ready replicas", async () => {
        const { status } = await get<{ status: { readyReplicas: number } }>("deploy", "-n", NAMES.app, "secure-app");
        assert.equal(status.readyReplicas, 2);
    });

    it("can't write to its root file system", async () => {
        for (const folder of ["/", "/app", "/usr/bin", "/var/tmp", "/etc"]) {
            const { code, stderr } = await shell(`touch ${folder}/x`);
            assert.notEqual(code, 0, folder);
            assert.match(stderr, /Read-only file system/, folder);
        }
    });

    it("can write to /tmp, in memory and up to a limit", async () => {
        assert.equal((await shell("touch /tmp/x && rm /tmp/x")).code, 0);
        assert.match((await shell("grep ' /tmp ' /proc/mounts")).stdout, /^tmpfs /);
        const full = await shell("head -c 80m /dev/zero > /tmp/full; code=$?; rm -f /tmp/full; exit $code");
        assert.notEqual(full.code, 0);
        assert.match(full.stderr, /No space left on device/);
    });

    it("has no capability, no way to gain one, and a system call filter", async () => {
        const { stdout } = await shell("grep -E '^(Cap...|NoNewPrivs|Seccomp):' /proc/1/status");
        const status = Object.fromEntries(
            stdout
                .trim()
                .split("\n")
                .map((line) => line.split(/:\s+/)),
        );
        for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) {
            assert.equal(status[set], "0000000000000000", set);
        }
        assert.equal(status.NoNewPrivs, "1");
        assert.equal(status.Seccomp, "2");
    });

    it("runs as an ordinary user", async () => {
        assert.equal((await shell("id -u")).stdout.trim(), "1001");
    });

    it("has no token for the API server", async () => {
        assert.notEqual((await shell("ls /var/run/secrets/kubernetes.io/serviceaccount")).code, 0);
    });

    it("has its credentials as files that it can't change, and not in its environment", async () => {
        const entries = (await shell("ls /bindings/database")).stdout.trim().split("\n");
        assert.deepEqual(entries, [
            "ca.crt",
            "database",
            "host",
            "password",
            "port",
            "provider",
            "type",
            "uri",
            "username",
        ]);
        assert.notEqual((await shell("echo x > /bindings/database/password")).code, 0);
        const { stdout } = await shell("env; cat /bindings/database/password");
        const password = stdout.trim().split("\n").at(-1) ?? "";
        assert.equal(stdout.split(password).length, 2);
    });

    it("is refused next to it when it asks for more", async () => {
        const privileged = JSON.stringify({
            spec: {
                containers: [
                    { name: "c", image: "registry.bulwark.local/app:1.0.0", securityContext: { privileged: true } },
                ],
            },
        });
        await assert.rejects(
            kubectl(
                "run",
                "privileged",
                "-n",
                NAMES.app,
                "--image=registry.bulwark.local/app:1.0.0",
                `--overrides=${privileged}`,
            ),
            /violates PodSecurity "restricted:v1.35"/,
        );
    });

    it("answers its probes", async () => {
        const probe = "fetch('http://127.0.0.1:8000/healthz').then(async (r) => console.log(r.status))";
        assert.equal((await inPod(NAMES.app, POD, ["node", "-e", probe])).stdout.trim(), "200");
    });
});
