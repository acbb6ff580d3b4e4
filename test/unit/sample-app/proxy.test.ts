import { strict as assert } from "node:assert";
import type { FastifyInstance } from "fastify";
import { readConfig } from "../../../examples/sample-app/config";
import { trustOf } from "../../../examples/sample-app/security";
import { SESSION_COOKIE } from "../../../examples/sample-app/session";
import { start, tokenIn } from "./support/application";

describe("the sample application behind a proxy", () => {
    let app: FastifyInstance;
    before(async () => {
        ({ app } = await start());
    });
    after(() => app.close());

    /** Status of a sign-in form, sent by a peer that says some things about itself. */
    async function post(remoteAddress: string, headers: Record<string, string>): Promise<number> {
        const form = await app.inject({ url: "/sign-in", remoteAddress });
        const cookie = form.cookies.map(({ name, value }) => `${name}=${value}`).join();
        assert.match(cookie, new RegExp(SESSION_COOKIE));
        const payload = new URLSearchParams({ name: "x", password: "x", _csrf: tokenIn(form.body) }).toString();
        const type = { "content-type": "application/x-www-form-urlencoded" };
        const { statusCode, body } = await app.inject({
            method: "POST",
            url: "/sign-in",
            remoteAddress,
            headers: { ...headers, ...type, cookie },
            payload,
        });
        assert.equal(statusCode, 403);
        assert.match(body, /name or the password is wrong|<h1>Refused/);
        return /name or the password is wrong/.test(body) ? 200 : statusCode;
    }

    it("takes passwords that came by TLS, and believes only the proxy about that", async () => {
        const https = { "x-forwarded-proto": "https" };
        assert.equal(await post("10.1.2.3", https), 200);
        assert.equal(await post("::ffff:10.1.2.3", https), 200);
        assert.equal(await post("10.1.2.3", {}), 403);
        assert.equal(await post("10.1.2.3", { "x-forwarded-proto": "http" }), 403);
        assert.equal(await post("203.0.113.7", https), 403);
    });

    it("takes them by port-forward, which ends within the pod", async () => {
        assert.equal(await post("127.0.0.1", {}), 200);
        assert.equal(await post("::1", {}), 200);
    });

    it("believes of a chain the last proxy alone", () => {
        const { trustedProxies } = readConfig({});
        const trust = trustOf(trustedProxies);
        assert.equal(trust("10.1.2.3", 0), true);
        assert.equal(trust("10.1.2.3", 1), false);
        assert.equal(trust("203.0.113.7", 0), false);
        assert.equal(trust("fd00::1", 0), true);
    });

    it("can be told whom to believe", () => {
        const { trustedProxies } = readConfig({ TRUSTED_PROXY_CIDRS: "192.0.2.0/24, 2001:db8::/32" });
        const trust = trustOf(trustedProxies);
        assert.deepEqual(
            ["192.0.2.9", "2001:db8::9", "10.1.2.3"].map((address) => trust(address, 0)),
            [true, true, false],
        );
    });

    it("doesn't start with a configuration that it can't mean", () => {
        for (const [name, value] of [
            ["TRUSTED_PROXY_CIDRS", "10.0.0.0"],
            ["TRUSTED_PROXY_CIDRS", "10.0.0.0/33"],
            ["TRUSTED_PROXY_CIDRS", "everybody/0"],
            ["PORT", "http"],
            ["PORT", "70000"],
            ["HOST", "localhost"],
            ["LOG_LEVEL", "loud"],
        ] as const) {
            assert.throws(() => readConfig({ [name]: value }), new RegExp(`^Error: ${name} must`), value);
        }
    });
});
