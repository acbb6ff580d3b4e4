import { strict as assert } from "node:assert";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { lifetimeFault } from "../../../components/cluster/operator-rules";
import { NO_TOKEN_YET, requestToken, type TokenWish } from "../../../components/cluster/operator-token";
import { record } from "../support/recorder";

/** An API server that answers once, and what it was asked. */
async function asked(status: number, answer: object, ask: (wish: TokenWish) => Promise<void>) {
    const requests: { method: string; url: string; authorization: string; body: string }[] = [];
    const server = http.createServer(async (request, response) => {
        let body = "";
        for await (const chunk of request) {
            body += chunk;
        }
        const { method = "", url = "", headers } = request;
        requests.push({ method, url, authorization: headers.authorization ?? "", body });
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const kubeconfig = JSON.stringify({
        clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
        users: [{ name: "u", user: { token: "admin-token" } }],
        contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
        "current-context": "x",
    });
    try {
        await ask({ namespaceName: "operators", accountName: "operator", lifetime: "1h", kubeconfig });
    } finally {
        server.close();
    }
    return requests;
}

describe("operators' token", () => {
    before(() => record(() => undefined));

    it("is asked for by a TokenRequest, for its lifetime", async () => {
        const [request, ...more] = await asked(201, { status: { token: "short" } }, async (wish) => {
            assert.equal(await requestToken(wish), "short");
        });
        assert.deepEqual(more, []);
        assert.equal(request?.method, "POST");
        assert.equal(request?.url, "/api/v1/namespaces/operators/serviceaccounts/operator/token");
        assert.equal(request?.authorization, "Bearer admin-token");
        assert.deepEqual(JSON.parse(request?.body ?? "").spec, { audiences: [], expirationSeconds: 3_600 });
    });

    it("tells the API server's reason when it is refused, and no credential", async () => {
        await asked(403, { message: 'User "u" cannot create' }, async (wish) => {
            await assert.rejects(requestToken(wish), (error: Error) => {
                assert.ok(error instanceof pulumi.RunError);
                assert.equal(
                    error.message,
                    'The API server issued no token for operators/operator: User "u" cannot create. It takes `create` on serviceaccounts/token.',
                );
                return true;
            });
        });
    });

    it("quotes nothing of a kubeconfig that can't be parsed", async () => {
        const wish = { namespaceName: "n", accountName: "a", lifetime: "1h", kubeconfig: "{ token: s3cret" };
        await assert.rejects(requestToken(wish), { message: "The given kubeconfig can't be parsed." });
    });

    it("isn't asked for in a preview", async () => {
        await record(() => undefined, true);
        const requests = await asked(201, { status: { token: "short" } }, async (wish) => {
            assert.equal(await requestToken(wish), NO_TOKEN_YET);
        });
        assert.deepEqual(requests, []);
        await record(() => undefined);
    });

    it("lives from ten minutes to a day", () => {
        for (const good of ["10min", "1h", "24h"]) {
            assert.equal(lifetimeFault(good), undefined, good);
        }
        for (const wrong of ["9min", "25h"]) {
            assert.match(lifetimeFault(wrong) ?? "", /^must be from 10min, the API server's least, to 24h/, wrong);
        }
        assert.match(lifetimeFault("soon") ?? "", /^must be a duration/);
    });
});
