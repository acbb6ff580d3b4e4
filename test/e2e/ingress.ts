/** The ingress, attacked from a host outside the cluster. */
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "@pulumi/pulumi/automation";
import { mostAdmitted } from "../../components/application/annotations";
import { SECURITY_HEADERS } from "../../components/application/security-headers";
import { DEFAULTS } from "../../components/defaults";
import type { Cluster } from "../../sandbox/cluster";
import { run } from "../../sandbox/shell";
import { type Answer, flood, heldConnections, type Target } from "./support/flood";
import { type HttpAnswer, httpRequest } from "./support/http-client";
import { controllerImage, INGRESS, ingressStack, propose, settings } from "./support/ingress-stack";
import { get, kubectl } from "./support/kubectl";
import { cluster } from "./support/stack";

const LIMITS = DEFAULTS.ingress;
const VERSION = /nginx\/\d|echo\/\d/i;

describe("the ingress", () => {
    let node: Cluster;
    let stack: Stack;
    let address: string;
    let target: Target;
    let authority: string;

    before(async function () {
        this.timeout(600_000);
        node = await cluster();
        stack = await ingressStack();
        await stack.destroy(); // what an earlier run that was cut short has left
        await stack.up();
        const ingress = await get<Published>("ingress", "-n", INGRESS.app, INGRESS.name);
        address = ingress.status.loadBalancer.ingress?.[0]?.ip ?? "";
        const { data } = await get<{ data: Record<string, string> }>(
            "secret",
            "-n",
            INGRESS.app,
            `${INGRESS.name}-tls`,
        );
        const ca = Buffer.from(data["tls.crt"] ?? "", "base64").toString("utf8");
        target = { address, host: INGRESS.host, ca };
        authority = path.join(fs.mkdtempSync(path.join(tmpdir(), "bulwark-ingress-")), "tls.crt");
        fs.writeFileSync(authority, ca);
    });

    after(async function () {
        this.timeout(300_000);
        if (authority !== undefined) {
            fs.rmSync(path.dirname(authority), { recursive: true });
        }
        await stack?.destroy({ remove: true });
    });

    /** Asks as the client outside, which verifies the certificate. */
    const ask = (url: string, ...args: string[]): Promise<HttpAnswer> =>
        httpRequest(node.hosts.client, url, ["--cacert", authority, ...args], address);
    /** Until the limits have forgotten what the client asked before. */
    const forget = () => sleep(1000 * (LIMITS.burstMultiplier + 1.5));

    it("has the load balancer's address, and no port on the nodes beside it", async () => {
        const { items } = await get<{ items: Published[] }>("services", "-n", INGRESS.controller);
        const external = items.filter(({ spec }) => spec.type !== "ClusterIP");
        assert.deepEqual(
            external.map(({ status }) => status.loadBalancer.ingress?.[0]?.ip),
            [address],
        );
        const ports = external.flatMap(({ spec }) => spec.ports);
        assert.deepEqual(
            ports.map(({ port, nodePort }) => [port, nodePort]),
            [
                [80, undefined],
                [443, undefined],
            ],
        );
    });

    for (const version of ["1.2", "1.3"]) {
        it(`answers over TLS ${version} with every security header, and none of the application's version`, async () => {
            const answer = await ask(`https://${INGRESS.host}/`, `--tlsv${version}`, "--tls-max", version);
            assert.equal(answer.status, 200);
            for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
                assert.deepEqual(answer.headers[name.toLowerCase()], [value], name);
            }
            assert.deepEqual(answer.headers["strict-transport-security"], ["max-age=31536000; includeSubDomains"]);
            assert.deepEqual([answer.headers.server, answer.headers["x-powered-by"]], [undefined, undefined]);
        });
    }

    for (const version of ["1.0", "1.1"]) {
        it(`refuses TLS ${version} to a client that offers it`, async () => {
            // OpenSSL's own security level would keep the client from offering it.
            const old = ["--tlsv1.0", "--tls-max", version, "--ciphers", "DEFAULT@SECLEVEL=0"];
            await assert.rejects(ask(`https://${INGRESS.host}/`, ...old), /protocol version/);
        });
    }

    it("sends plain HTTP to HTTPS, and nothing of the application with it", async () => {
        const { status, headers, body } = await ask(`http://${INGRESS.host}/a?b=c`);
        assert.equal(status, 308);
        assert.deepEqual(headers.location, [`https://${INGRESS.host}/a?b=c`]);
        assert.doesNotMatch(body, /x-real-ip/);
    });

    it("shows a client that names another host neither the application nor a certificate", async () => {
        const plain = await ask("http://other.example.com/");
        assert.equal(plain.status, 404);
        const refused = /unrecognized name/;
        await assert.rejects(ask("https://other.example.com/", "--insecure"), refused);
        await assert.rejects(ask(`https://${address}/`, "--insecure", "--header", `Host: ${INGRESS.host}`), refused);
    });

    it("takes a body up to the limit, and refuses one byte more", async () => {
        const post = (bytes: number) => {
            const file = path.join(path.dirname(authority), "body");
            fs.writeFileSync(file, Buffer.alloc(bytes));
            return ask(`https://${INGRESS.host}/`, "--data-binary", `@${file}`);
        };
        assert.equal((await post(1024 * 1024)).status, 200);
        assert.equal((await post(1024 * 1024 + 1)).status, 413);
    });

    it("tells the application the client's true address, whatever the client says", async () => {
        const lies = ["X-Forwarded-For: 198.51.100.7", "X-Real-IP: 198.51.100.7", "X-Forwarded-Proto: http"];
        const more = ["X-Forwarded-Host: evil.example", "X-Forwarded-Port: 1", "Proxy: http://evil.example"];
        const args = [...lies, ...more].flatMap((header) => ["--header", header]);
        const { status, body } = await ask(`https://${INGRESS.host}/`, ...args);
        assert.equal(status, 200, body);
        const seen = JSON.parse(body) as Record<string, string>;
        assert.equal(seen["x-forwarded-for"], node.hosts.client.address);
        assert.equal(seen["x-real-ip"], node.hosts.client.address);
        assert.equal(seen["x-forwarded-proto"], "https");
        assert.equal(seen["x-forwarded-host"], INGRESS.host);
        assert.equal(seen["x-forwarded-port"], "443");
        assert.equal(seen.proxy, undefined);
    });

    /** What the limits must do to a client that asks much more than they allow. */
    function assertLimited({ statuses, seconds }: Answer): void {
        const admitted = statuses.filter((status) => status === 200).length;
        assert.deepEqual([...new Set(statuses)].sort(), [200, 429]);
        assert.ok(admitted >= 1 + LIMITS.requestsPerSecond * LIMITS.burstMultiplier, `${admitted} were admitted`);
        const most = mostAdmitted(LIMITS, 1, seconds);
        assert.ok(admitted <= most, `${admitted} were admitted in ${seconds} s, the limit is ${most}`);
    }

    it("lets a burst through and answers the rest of a flood with 429", async () => {
        await forget();
        assertLimited(await flood(node.hosts.client, target, 60));
    });

    it("counts a client as one that claims to be another in each request", async () => {
        await forget();
        const names = [
            "X-Forwarded-For",
            "X-Real-IP",
            "Forwarded",
            "True-Client-IP",
            "CF-Connecting-IP",
            "X-Client-IP",
        ];
        assertLimited(await flood(node.hosts.client, target, 60, names));
    });

    it("refuses a connection above the limit, and takes one again when another has ended", async () => {
        await forget();
        const outcome = await heldConnections(node.hosts.client, target, LIMITS.connections);
        assert.deepEqual(outcome, { held: LIMITS.connections, above: 429, afterwards: 200 });
    });

    it("tells no version of anything, in no kind of answer", async () => {
        await forget();
        const answers = {
            200: await ask(`https://${INGRESS.host}/`),
            308: await ask(`http://${INGRESS.host}/`),
            400: await ask(`https://${INGRESS.host}/`, "--http1.1", "--header", `X: ${"x".repeat(40_000)}`),
            404: await ask("http://other.example.com/"),
        };
        for (const [status, answer] of Object.entries(answers)) {
            assert.equal(String(answer.status), status);
            assert.equal(answer.headers.server, undefined, status);
            assert.doesNotMatch(JSON.stringify(answer), VERSION, status);
        }
    });

    it("is the only way to the application", async () => {
        const { items } = await get<{ items: { status: { podIP: string } }[] }>("pods", "-n", INGRESS.app);
        const service = await get<{ spec: { clusterIP: string } }>("service", "-n", INGRESS.app, "app-service");
        const ways = [...items.map(({ status }) => `${status.podIP}:8000`), `${service.spec.clusterIP}:80`];
        assert.ok(ways.length >= 2);
        for (const way of ways) {
            const direct = httpRequest(node.hosts.client, `http://${way}/`, ["--max-time", "3"]);
            await assert.rejects(direct, /Failed to connect|timed out/, way);
        }
    });

    it("refuses by name what the controller would have to ignore, before it is stored", async () => {
        await assert.rejects(
            propose("strange", { "nginx.ingress.kubernetes.io/configuration-snippet": "return 200;" }),
            /denied the request: annotation nginx\.ingress\.kubernetes\.io\/configuration-snippet/,
        );
        await assert.rejects(propose("thief", {}), /already defined in ingress/);
    });

    it("costs no change when the program runs again", async function () {
        this.timeout(120_000);
        const { changeSummary } = await stack.preview({ expectNoChanges: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });

    /** The machine is no host of the client's network, and has a route to the load balancer's address. */
    const asStranger = () =>
        run("curl", [
            "--silent",
            "--output",
            "/dev/null",
            "--max-time",
            "3",
            "--write-out",
            "%{http_code}",
            `http://${address}/`,
        ]);

    it("can be kept from strangers by their address", async function () {
        this.timeout(300_000);
        assert.equal(await asStranger(), "404");
        settings.loadBalancerSourceCidrs = [`${node.hosts.client.address}/32`];
        await stack.up();
        await assert.rejects(asStranger());
        assert.equal((await ask(`https://${INGRESS.host}/`)).status, 200);
    });

    it("keeps running when an update of its controller fails, and comes back to what it was", async function () {
        this.timeout(300_000);
        settings.image = { ...controllerImage(node), tag: "absent" };
        settings.chart = { ...settings.chart, timeoutSeconds: 30 };
        await assert.rejects(stack.up(), /was not updated/);
        assert.equal((await ask(`https://${INGRESS.host}/`)).status, 200);
        const pods = await kubectl("get", "pods", "-n", INGRESS.controller, "-o", "yaml");
        assert.doesNotMatch(pods, /absent/);
        delete settings.image;
        delete settings.chart;
        await stack.up();
        assert.equal((await ask(`https://${INGRESS.host}/`)).status, 200);
    });
});

interface Published {
    spec: { type: string; ports: { port: number; nodePort?: number }[] };
    status: { loadBalancer: { ingress?: { ip: string }[] } };
}
