import { strict as assert } from "node:assert";
import { type Started, start, Visitor } from "./support/application";

describe("the pages of the sample application", () => {
    let started: Started;
    before(async () => {
        started = await start();
    });
    after(() => started.app.close());

    async function signedIn(name = "alice"): Promise<Visitor> {
        const visitor = new Visitor(started.app);
        await visitor.signIn(name);
        return visitor;
    }

    it("show what visitors write as text, never as markup", async () => {
        const hostile = `<script>alert(1)</script> "quoted' & <img src=x onerror=alert(2)>`;
        const visitor = await signedIn();
        await visitor.post("/notes", { body: hostile, _csrf: await visitor.token("/") });
        for (const url of ["/", `/?search=${encodeURIComponent(hostile)}`]) {
            const { body } = await visitor.get(url);
            assert.ok(body.includes("&#60;script&#62;alert(1)"), url);
            assert.doesNotMatch(body, /<script|<img src=x|"quoted|onerror=alert\(2\)>/, url);
        }
    });

    it("hold no script, no style and no handler of their own", async () => {
        const visitor = await signedIn("bruno");
        for (const url of ["/", "/sign-in", "/nowhere"]) {
            assert.doesNotMatch((await visitor.get(url)).body, /<script|<style|\sstyle=|\son\w+=|javascript:/i, url);
        }
    });

    it("come with headers that leave an injected script nothing", async () => {
        for (const url of ["/sign-in", "/nowhere", "/assets/style.css"]) {
            const { headers } = await new Visitor(started.app).get(url);
            assert.equal(
                headers["content-security-policy"],
                "default-src 'none';style-src 'self';img-src 'self';form-action 'self';frame-ancestors 'none';base-uri 'none'",
            );
            assert.equal(headers["x-content-type-options"], "nosniff");
            assert.equal(headers["x-frame-options"], "DENY");
            assert.equal(headers["referrer-policy"], "same-origin");
            assert.equal(headers["strict-transport-security"], undefined);
            assert.equal(headers["x-powered-by"], undefined);
        }
    });

    it("are in UTF-8 and stay in no cache, except for the assets", async () => {
        const page = await new Visitor(started.app).get("/sign-in");
        assert.equal(page.headers["content-type"], "text/html; charset=utf-8");
        assert.equal(page.headers["cache-control"], "no-store");
        for (const [, address = ""] of page.body.matchAll(/(?:href|src)="(\/assets[^"]+)"/g)) {
            const asset = await new Visitor(started.app).get(address);
            assert.equal(asset.statusCode, 200);
            assert.match(String(asset.headers["cache-control"]), /immutable/);
        }
    });

    it("name no address with a scheme: behind TLS everything stays within it", async () => {
        const visitor = await signedIn();
        assert.doesNotMatch((await visitor.get("/")).body, /(href|src|action)="(https?:|\/\/)/);
    });

    it("show each tenant its own notes", async () => {
        const [alice, bruno] = [await signedIn("alice"), await signedIn("bruno")];
        await bruno.post("/notes", { body: "only-for-b", _csrf: await bruno.token("/") });
        assert.match((await bruno.get("/")).body, /only-for-b/);
        assert.doesNotMatch((await alice.get("/")).body, /only-for-b/);
    });

    it("take a form only with the token of its own session", async () => {
        const [alice, bruno] = [await signedIn("alice"), await signedIn("bruno")];
        for (const token of ["", "guess", await bruno.token("/")]) {
            assert.equal((await alice.post("/notes", { body: "forged", _csrf: token })).statusCode, 403);
        }
        assert.doesNotMatch((await alice.get("/")).body, /forged/);
        assert.equal((await alice.post("/notes", { body: "real", _csrf: await alice.token("/") })).statusCode, 303);
    });

    it("refuse a form from another site even with the token", async () => {
        const visitor = await signedIn();
        const _csrf = await visitor.token("/");
        for (const [site, status] of [
            ["cross-site", 403],
            ["same-site", 403],
            ["same-origin", 303],
        ] as const) {
            const response = await visitor.post("/notes", { body: site, _csrf }, { "sec-fetch-site": site });
            assert.equal(response.statusCode, status, site);
            assert.equal(/<h1>Refused/.test(response.body), status === 403, site);
        }
    });

    it("take forms only, of bounded size, filled in as expected", async () => {
        const visitor = await signedIn();
        const _csrf = await visitor.token("/");
        const send = async (body: string, headers = {}) =>
            (await visitor.post("/notes", { body, _csrf }, headers)).statusCode;
        assert.equal(await send("x", { "content-type": "application/json" }), 415);
        assert.equal(await send("x", { "content-type": "text/plain" }), 415);
        assert.equal(await send("x".repeat(2_001)), 400);
        assert.equal(await send("x".repeat(40_000)), 413);
        assert.equal(await send("   "), 400);
        assert.equal(await send("x".repeat(2_000)), 303);
    });

    it("let nobody write who isn't signed in, and nothing be written without credentials for it", async () => {
        const stranger = new Visitor(started.app);
        const _csrf = await stranger.token("/sign-in");
        assert.equal((await stranger.post("/notes", { body: "x", _csrf })).statusCode, 403);
        const { app, store } = await start();
        store.writable = false;
        const visitor = new Visitor(app);
        await visitor.signIn();
        const page = (await visitor.get("/")).body;
        assert.match(page, /may only read/);
        assert.doesNotMatch(page, /action="\/notes"/);
        assert.equal((await visitor.post("/notes", { body: "x", _csrf: await visitor.token("/") })).statusCode, 403);
        assert.equal(store.kept.size, 0);
        await app.close();
    });

    it("say nothing about the inside when something fails", async () => {
        const { app, store, logged } = await start();
        const visitor = new Visitor(app);
        await visitor.signIn();
        store.down = true;
        const { statusCode, body } = await visitor.get("/");
        assert.equal(statusCode, 500);
        assert.doesNotMatch(body, /secret-of-the-inside|Error|at /);
        assert.match(logged.join(""), /secret-of-the-inside/);
        await app.close();
    });
});
