// The sample application on the real thing: what a visitor, an attacker and an operator see of it.
import { strict as assert } from "node:assert";
import { randomBytes } from "node:crypto";
import type { Stack } from "@pulumi/pulumi/automation";
import { type DemoAccounts, newAccounts, seedPlace, seedSampleApp } from "../../sandbox/seed";
import { until } from "../../sandbox/shell";
import { Browser, relay } from "./support/browser";
import { get, kubectl, kubectlWith } from "./support/kubectl";
import {
    APP,
    type AppPod,
    appPods,
    asApplication,
    asSuperuser,
    sampleAppStack,
    VISITOR,
    VISITORS,
    WORKLOAD,
} from "./support/sample-app-stack";
import { cluster } from "./support/stack";

const SERVICE = `http://${WORKLOAD}.${APP}.svc.cluster.local`;
const ACCOUNTS = newAccounts();

async function signedIn(name: keyof DemoAccounts, origin = SERVICE): Promise<Browser> {
    const browser = new Browser(origin);
    const { status, location, body } = await browser.signIn(name, ACCOUNTS[name]);
    assert.deepEqual([status, location], [303, "/"], body);
    return browser;
}

function originOf({ address }: AppPod): string {
    return `http://${address}:8000`;
}

describe("the sample application", () => {
    let stack: Stack;
    before(async () => {
        stack = await sampleAppStack();
        await stack.destroy(); // what a run that was cut short has left
        const { outputs } = await stack.up();
        const { programs, kubeconfig } = await cluster();
        const place = seedPlace({ kubectl: programs.kubectl, kubeconfig }, outputs);
        await seedSampleApp(place, ACCOUNTS);
        await seedSampleApp(place, ACCOUNTS); // again, as the sandbox does whenever it is brought up
    });
    after(async () => {
        relay.close();
        await stack?.destroy({ remove: true });
    });

    describe("to a visitor", toVisitors);
    describe("to an attacker", toAttackers);
    describe("in operation", inOperation);
});

function toVisitors(): void {
    it("shows the notes of the own tenant, read by the role that can only read, over TLS", async () => {
        const { body } = await (await signedIn("alice")).get("/");
        assert.match(body, /Notes of Alder Bakery/);
        assert.match(body, /Flour for the weekend/);
        assert.doesNotMatch(body, /Birch|Reading on Friday/);
        assert.match(body, /<dd>readonly<\/dd>/);
        assert.match(body, /TLSv1\.3, certificate verified/);
    });

    it("keeps a note for its tenant alone", async () => {
        const [alice, bruno] = [await signedIn("alice"), await signedIn("bruno")];
        const written = await bruno.post("/notes", { body: "for Birch's eyes", _csrf: await bruno.token("/") });
        assert.equal(written.status, 303);
        assert.match((await bruno.get("/?search=EYES")).body, /for Birch&#39;s eyes/);
        assert.doesNotMatch((await alice.get("/?search=eyes")).body, /for Birch/);
        const row = await asSuperuser("SELECT author, tenant_id FROM notes WHERE body = 'for Birch''s eyes'");
        assert.equal(row, "bruno|00000000-0000-4000-8000-00000000000b");
    });

    it("serves a session from any of its pods", async () => {
        const [first, second] = await appPods();
        assert.ok(first && second);
        const here = await signedIn("alice", originOf(first));
        const there = new Browser(originOf(second));
        there.cookie = here.cookie;
        assert.equal((await there.get("/")).status, 200);
    });

    it("signs out", async () => {
        const browser = await signedIn("alice");
        await browser.post("/sign-out", { _csrf: await browser.token("/") });
        assert.equal(browser.cookie, "");
        assert.equal((await browser.get("/")).location, "/sign-in");
    });
}

function toAttackers(): void {
    it("gives a cookie that no script, no other site and no plain connection gets", async () => {
        const browser = new Browser(SERVICE);
        const { cookies } = await browser.signIn("alice", ACCOUNTS.alice);
        assert.match(cookies.join(), /^__Host-session=[\w.-]+; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    });

    it("refuses a forged form", async () => {
        const [alice, bruno] = [await signedIn("alice"), await signedIn("bruno")];
        for (const _csrf of ["", "guess", await bruno.token("/")]) {
            assert.equal((await alice.post("/notes", { body: "forged", _csrf })).status, 403);
        }
        assert.equal(await asSuperuser("SELECT count(*) FROM notes WHERE body = 'forged'"), "0");
    });

    it("shows markup as the text that it is, stored or reflected", async () => {
        const browser = await signedIn("alice");
        const hostile = `<script>alert(1)</script><img src=x onerror="alert(2)">'`;
        const written = await browser.post("/notes", { body: hostile, _csrf: await browser.token("/") });
        assert.equal(written.status, 303);
        assert.equal(await asSuperuser("SELECT count(*) FROM notes WHERE body LIKE '<script>alert(1)%'"), "1");
        for (const path of ["/", `/?search=${encodeURIComponent(hostile)}`]) {
            const { body } = await browser.get(path);
            assert.match(body, /&#60;script&#62;alert\(1\)/, path);
            assert.doesNotMatch(body, /<script|<img src=x/, path);
        }
    });

    it("takes SQL in a form for the text that it is", async () => {
        const browser = await signedIn("alice");
        for (const sql of ["' OR '1'='1", "'; SELECT set_config('app.tenant_id', '', false); --", "%", "_"]) {
            const { status, body } = await browser.get(`/?search=${encodeURIComponent(sql)}`);
            assert.equal(status, 200, sql);
            assert.match(body, /: 0\. <a href="\/">Show all/, sql);
            const { status: refused } = await new Browser(SERVICE).signIn(`alice${sql}`, ACCOUNTS.alice);
            assert.equal(refused, 403, sql);
        }
    });

    it("refuses a password that came without TLS", async () => {
        const { status, body } = await new Browser(SERVICE, {}).signIn("alice", ACCOUNTS.alice);
        assert.equal(status, 403);
        assert.match(body, /Refused/);
    });

    it("lets nobody guess on", async () => {
        const [pod] = await appPods();
        assert.ok(pod);
        const guesser = new Browser(originOf(pod), { "x-forwarded-for": "203.0.113.66", "x-forwarded-proto": "https" });
        const guess = { name: "nobody", password: "guess", _csrf: await guesser.token("/sign-in") };
        const statuses: number[] = [];
        while (statuses.length < 15 && statuses.at(-1) !== 429) {
            statuses.push((await guesser.post("/sign-in", guess)).status);
        }
        assert.deepEqual([...new Set(statuses)], [403, 429]);
        assert.equal((await new Browser(originOf(pod)).signIn("alice", ACCOUNTS.alice)).status, 303);
    });

    it("gives the hashes of passwords to no role of its own, but for one account by name", async () => {
        for (const binding of ["database", "database-write"] as const) {
            const { code, stderr } = await asApplication(binding, "SELECT password_hash FROM accounts.accounts");
            assert.notEqual(code, 0);
            assert.match(stderr, /permission denied for schema accounts/);
        }
        const { stdout } = await asApplication("database", "SELECT name FROM find_account('alice')");
        assert.equal(stdout, "alice\n");
        const writer = await asApplication("database-write", "SELECT name FROM find_account('alice')");
        assert.match(writer.stderr, /permission denied for function find_account/);
    });

    it("shows nothing at all where row-level security is off", async () => {
        const browser = await signedIn("alice");
        const alter = (what: string) =>
            asSuperuser(`SET session_replication_role = replica; ALTER TABLE notes ${what} ROW LEVEL SECURITY`);
        await alter("DISABLE");
        try {
            const { status, body } = await browser.get("/");
            assert.equal(status, 500);
            assert.doesNotMatch(body, /Flour|Reading/);
        } finally {
            await alter("ENABLE");
        }
        assert.equal((await browser.get("/")).status, 200);
    });
}

function inOperation(): void {
    it("tells its state to the cluster, and not to who comes through the ingress", async () => {
        const inside = new Browser(SERVICE, {});
        assert.equal((await inside.get("/readyz")).body, "ready\n");
        assert.match((await inside.get("/metrics")).body, /^database_connections\{pool="read",state="idle"\} \d+$/m);
        for (const path of ["/healthz", "/readyz", "/metrics"]) {
            assert.equal((await new Browser(SERVICE).get(path)).status, 404, path);
        }
    });

    it("logs lines of JSON without passwords, cookies, tokens or what visitors searched", async () => {
        const browser = await signedIn("alice");
        await browser.get("/?search=a-private-word");
        const log = await kubectl("logs", "-n", APP, "-l", `app.kubernetes.io/name=${WORKLOAD}`, "--tail=-1");
        const lines = log
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line) as { msg: string });
        assert.ok(lines.some(({ msg }) => msg === "signed in"));
        for (const secret of [...Object.values(ACCOUNTS), browser.cookie, "a-private-word", "_csrf="]) {
            assert.ok(!log.includes(secret));
        }
    });

    it("loses no request when a pod goes", async () => {
        const [pod] = await appPods();
        assert.ok(pod);
        const visitor = (...command: string[]) => ["exec", "-i", "-n", VISITORS, `deploy/${VISITOR}`, "--", ...command];
        const load = kubectlWith(SERVICE, ...visitor("node", "-e", LOAD));
        // Not before: the connections would all be with the other pod.
        await until("requests are under way", 60_000, () => succeeds(visitor("test", "-e", "/tmp/started")));
        await kubectl("delete", "pod", "-n", APP, pod.name, "--timeout=60s");
        await kubectl(...visitor("touch", "/tmp/stop"));
        const { answered, failed } = JSON.parse(await load) as { answered: number; failed: string[] };
        assert.deepEqual(failed, []);
        assert.ok(answered > 100, String(answered));
        await kubectl("rollout", "status", "-n", APP, `deploy/${WORKLOAD}`, "--timeout=90s");
    });

    it("goes on with new credentials when the mounted files change, without a restart", async () => {
        const browser = await signedIn("alice");
        const before = await appPods();
        const changed = randomBytes(12).toString("base64url");
        await asSuperuser(`ALTER ROLE readonly PASSWORD '${changed}'`);
        const secret = await get<{ data: Record<string, string> }>("secret", "-n", APP, "app-db-creds");
        secret.data.password = Buffer.from(changed).toString("base64");
        await kubectlWith(JSON.stringify(secret), "replace", "-f", "-");
        const mounted = `[ "$(cat /bindings/database/password)" = "$(cat)" ]`;
        for (const { name } of before) {
            await until("the new password is mounted", 150_000, () =>
                succeeds(["exec", "-i", "-n", APP, name, "--", "sh", "-c", mounted], changed),
            );
        }
        // Connections that were made with the old password are of no use any more.
        await asSuperuser("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'readonly'");
        for (const pod of before) {
            const there = new Browser(originOf(pod));
            there.cookie = browser.cookie;
            assert.equal((await there.get("/")).status, 200, pod.name);
        }
        assert.deepEqual(await appPods(), before);
    });
}

/** Whether a command of kubectl's succeeds. */
function succeeds(args: string[], input = ""): Promise<boolean> {
    return kubectlWith(input, ...args).then(
        () => true,
        () => false,
    );
}

/** Asks without a pause, mostly on connections that are kept, until it is told to stop: at any time something is asked. */
const LOAD = `const fs = require("fs"), http = require("http");
const url = fs.readFileSync(0, "utf8") + "/sign-in", failed = [];
let answered = 0;
const ask = (agent) => new Promise((resolve) => {
    const end = (fault) => {
        fault ? failed.push(fault) : answered++;
        if (answered === 100) fs.writeFileSync("/tmp/started", "");
        resolve();
    };
    http.get(url, { agent }, (r) => r.resume().on("end", () => end(r.statusCode === 200 ? "" : "status " + r.statusCode)))
        .on("error", (e) => end(e.message));
});
const client = async (keepAlive) => {
    const agent = new http.Agent({ keepAlive, maxSockets: 1 });
    while (!fs.existsSync("/tmp/stop")) await ask(agent);
    agent.destroy();
};
Promise.all([false, ...Array(8).fill(true)].map(client)).then(() => console.log(JSON.stringify({ answered, failed })));`;
