import { strict as assert } from "node:assert";
import { PASSWORD, type Started, start, Visitor } from "./support/application";

describe("signing in to the sample application", () => {
    let started: Started;
    before(async () => {
        started = await start();
    });
    after(() => started.app.close());

    it("is where a stranger is sent", async () => {
        const response = await new Visitor(started.app).get("/");
        assert.equal(response.statusCode, 303);
        assert.equal(response.headers.location, "/sign-in");
    });

    it("works with the right password, and leads to the notes", async () => {
        const visitor = new Visitor(started.app);
        const response = await visitor.signIn();
        assert.deepEqual([response.statusCode, response.headers.location], [303, "/"]);
        assert.match((await visitor.get("/")).body, /Notes of Tenant a/);
    });

    it("is refused with a wrong password as with a wrong name", async () => {
        const pages = await Promise.all(
            [
                ["alice", "wrong"],
                ["nobody", "wrong"],
            ].map(async ([name, password]) => {
                const visitor = new Visitor(started.app);
                const response = await visitor.signIn(name, password);
                assert.equal(response.statusCode, 403);
                assert.equal((await visitor.get("/")).statusCode, 303);
                return response.body.replace(/value="[^"]+"/g, "");
            }),
        );
        assert.equal(pages[0], pages[1]);
    });

    it("sets a cookie that only this host gets, by TLS, without scripts or other sites", async () => {
        const response = await new Visitor(started.app).signIn();
        const header = String(response.headers["set-cookie"]);
        assert.match(header, /^__Host-session=[\w.-]+; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    });

    it("begins a session of its own: one that was prepared before is worth nothing", async () => {
        const attacker = new Visitor(started.app);
        await attacker.get("/sign-in");
        const victim = new Visitor(started.app);
        victim.cookie = attacker.cookie;
        const prepared = await victim.token("/sign-in");
        await victim.signIn();
        assert.notEqual(victim.cookie, attacker.cookie);
        assert.equal((await attacker.get("/")).statusCode, 303);
        const replayed = await victim.post("/notes", { body: "x", _csrf: prepared });
        assert.equal(replayed.statusCode, 403);
    });

    it("takes a form of its own only: nobody is signed in to somebody else's account unasked", async () => {
        const visitor = new Visitor(started.app);
        await visitor.get("/sign-in");
        for (const _csrf of ["", await new Visitor(started.app).token("/sign-in")]) {
            const response = await visitor.post("/sign-in", { name: "alice", password: PASSWORD, _csrf });
            assert.equal(response.statusCode, 403);
            assert.equal((await visitor.get("/")).statusCode, 303);
        }
    });

    it("ends with signing out", async () => {
        const visitor = new Visitor(started.app);
        await visitor.signIn();
        assert.equal((await visitor.post("/sign-out", {})).statusCode, 403);
        assert.equal((await visitor.get("/")).statusCode, 200);
        const response = await visitor.post("/sign-out", { _csrf: await visitor.token("/") });
        assert.equal(response.headers.location, "/sign-in");
        assert.equal(visitor.cookie, undefined);
        assert.match(String(response.headers["set-cookie"]), /Expires=Thu, 01 Jan 1970/);
    });

    it("takes any number of right passwords", async () => {
        const { app } = await start();
        for (let index = 0; index < 12; index += 1) {
            assert.equal((await new Visitor(app).signIn()).statusCode, 303);
        }
        await app.close();
    });

    it("takes so many guesses from an address, whatever a client says about itself", async () => {
        const { app } = await start();
        const statuses: number[] = [];
        for (let index = 0; index < 12; index += 1) {
            const forwarded = { "x-forwarded-for": `203.0.113.${index}`, "x-forwarded-proto": "https" };
            statuses.push(
                (await new Visitor(app, forwarded).signIn(index % 2 === 0 ? "alice" : "bruno", "guess")).statusCode,
            );
        }
        assert.deepEqual(statuses, [...Array<number>(10).fill(403), 429, 429]);
        await app.close();
    });

    it("takes so many guesses for an account, from wherever they come", async () => {
        const { app, metrics } = await start("a secret", { TRUSTED_PROXY_CIDRS: "127.0.0.1/32" });
        let last = { statusCode: 0, headers: {} as Record<string, unknown> };
        for (let index = 0; index < 11; index += 1) {
            // Where requests of tests come from is a trusted proxy here.
            const forwarded = { "x-forwarded-for": `203.0.113.${index}`, "x-forwarded-proto": "https" };
            last = await new Visitor(app, forwarded).signIn(" Alice", "guess");
            assert.equal(last.statusCode, index < 10 ? 403 : 429);
        }
        assert.ok(Number(last.headers["retry-after"]) > 0);
        assert.match(await metrics.registry.metrics(), /sign_ins_total\{outcome="limited"\} 1\n/);
        await app.close();
    });

    it("leaves no password, cookie, token or query in the log", async () => {
        const { app, logged } = await start();
        const visitor = new Visitor(app);
        await visitor.signIn();
        await visitor.get("/?search=a-private-word");
        await new Visitor(app).signIn("a-password-typed-as-name", "wrong");
        const text = logged.join("");
        assert.match(text, /signed in/);
        for (const secret of ["a long password", String(visitor.cookie), "a-private-word", "a-password-typed"]) {
            assert.ok(!text.includes(secret), secret);
        }
        assert.doesNotMatch(text, /cookie|_csrf|headers/);
        await app.close();
    });
});
