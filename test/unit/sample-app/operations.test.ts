import { strict as assert } from "node:assert";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { type Started, start, Visitor } from "./support/application";

describe("what the cluster asks of the sample application", () => {
    let started: Started;
    beforeEach(async () => {
        started = await start();
    });
    afterEach(() => started.app.close());

    const get = (url: string, headers = {}) => started.app.inject({ url, headers });

    it("lives whatever becomes of the database", async () => {
        started.store.down = true;
        const { statusCode, body } = await get("/healthz");
        assert.deepEqual([statusCode, body], [200, "ok\n"]);
    });

    it("is ready as long as the database answers and it isn't to stop", async () => {
        assert.equal((await get("/readyz")).statusCode, 200);
        started.store.down = true;
        assert.equal((await get("/readyz")).statusCode, 503);
        started.store.down = false;
        started.lifecycle.stopping = true;
        assert.deepEqual([(await get("/readyz")).statusCode, (await get("/healthz")).statusCode], [503, 200]);
    });

    it("counts requests by route, whatever paths are made up, and connections", async () => {
        await get("/made-up-1");
        await get("/made-up-2");
        await get("/sign-in");
        const { body, headers } = await get("/metrics");
        assert.match(String(headers["content-type"]), /^text\/plain/);
        assert.match(body, /^http_requests_total\{method="GET",route="none",status="404"\} 2$/m);
        assert.match(body, /^http_requests_total\{method="GET",route="\/sign-in",status="200"\} 1$/m);
        assert.match(body, /^http_request_duration_seconds_count\{method="GET",route="\/sign-in"\} 1$/m);
        assert.match(body, /^database_connections\{pool="read",state="busy"\} 2$/m);
        assert.match(body, /^sign_ins_total\{outcome="refused"\} 0$/m);
        assert.match(body, /^process_resident_memory_bytes \d+$/m);
        assert.doesNotMatch(body, /made-up/);
    });

    it("tells none of it to who comes through the ingress controller", async () => {
        for (const url of ["/metrics", "/healthz", "/readyz"]) {
            assert.equal((await get(url, { "x-forwarded-for": "203.0.113.7" })).statusCode, 404, url);
            assert.equal((await get(url, { forwarded: "for=203.0.113.7" })).statusCode, 404, url);
        }
        const visitor = new Visitor(started.app, { "x-forwarded-for": "203.0.113.7" });
        assert.equal((await visitor.get("/sign-in")).statusCode, 200);
    });

    it("finishes what has begun when it stops, and takes nothing new", async () => {
        const { app, lifecycle, store } = started;
        let answer = () => {};
        const asked = new Promise<void>((resolveAsked) => {
            store.connection = async () => {
                resolveAsked();
                await new Promise<void>((resolve) => {
                    answer = resolve;
                });
                return { role: "readonly", database: "mydb", tls: "TLSv1.3", statementTimeout: "10min" };
            };
        });
        await app.listen({ port: 0, host: "127.0.0.1" });
        const { port } = app.server.address() as AddressInfo;
        const agent = new http.Agent({ keepAlive: true });
        const slow = request(port, "/readyz", agent);
        await asked;
        lifecycle.stopping = true;
        const closed = app.close();
        await assert.rejects(request(port, "/healthz"), /ECONNREFUSED/);
        answer();
        const { status, connection } = await slow;
        assert.deepEqual([status, connection], [200, "close"]);
        await closed;
        agent.destroy();
    });
});

interface Answer {
    status: number | undefined;
    connection: string | undefined;
}

function request(port: number, path: string, agent?: http.Agent): Promise<Answer> {
    return new Promise((resolve, reject) => {
        http.get({ host: "127.0.0.1", port, path, agent }, (response) => {
            response.resume();
            const { statusCode: status, headers } = response;
            response.on("end", () => resolve({ status, connection: headers.connection }));
        }).on("error", reject);
    });
}
