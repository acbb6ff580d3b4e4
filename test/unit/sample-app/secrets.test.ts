import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { databaseBinding, isBound, sessionSecret } from "../../../examples/sample-app/bindings";
import { BusyError, hashPassword, verifyPassword } from "../../../examples/sample-app/passwords";
import { SessionKeys } from "../../../examples/sample-app/session-keys";
import { PASSWORD_HASH, start, Visitor } from "./support/application";

const ENTRIES = {
    type: "postgresql",
    host: "db.example",
    port: "5432",
    database: "mydb",
    username: "readonly",
    password: "one",
    "ca.crt": "authority",
};

describe("the sample application's credentials", () => {
    let root: string;
    beforeEach(() => {
        root = fs.mkdtempSync(path.join(tmpdir(), "bulwark-bindings-"));
    });
    afterEach(() => fs.rmSync(root, { recursive: true }));

    /** Puts a version of a Secret into the folder as the kubelet does: all at once, by moving a link. */
    function mount(name: string, version: string, entries: Record<string, string>): void {
        const folder = path.join(root, name, version);
        fs.mkdirSync(folder, { recursive: true });
        for (const [key, value] of Object.entries(entries)) {
            fs.writeFileSync(path.join(folder, key), value);
            const link = path.join(root, name, key);
            if (!fs.existsSync(link)) {
                fs.symlinkSync(path.join("..data", key), link);
            }
        }
        fs.symlinkSync(version, path.join(root, name, "..new"));
        fs.renameSync(path.join(root, name, "..new"), path.join(root, name, "..data"));
    }

    it("come from the files of a binding, in the version of the moment", () => {
        mount("database", "..1", ENTRIES);
        assert.deepEqual(databaseBinding(root, "database"), {
            host: "db.example",
            port: 5432,
            database: "mydb",
            username: "readonly",
            password: "one",
            authority: "authority",
        });
        mount("database", "..2", { ...ENTRIES, password: "two" });
        assert.equal(databaseBinding(root, "database").password, "two");
    });

    it("come all from one version, also while the links to the entries are being moved", () => {
        mount("database", "..1", ENTRIES);
        mount("database", "..2", { ...ENTRIES, host: "other.example", password: "two" });
        fs.rmSync(path.join(root, "database", "host"));
        fs.symlinkSync(path.join("..1", "host"), path.join(root, "database", "host"));
        const { host, password } = databaseBinding(root, "database");
        assert.deepEqual([host, password], ["other.example", "two"]);
    });

    it("may be plain files too", () => {
        fs.mkdirSync(path.join(root, "database"));
        for (const [key, value] of Object.entries(ENTRIES)) {
            fs.writeFileSync(path.join(root, "database", key), value);
        }
        assert.equal(databaseBinding(root, "database").username, "readonly");
    });

    it("are missed with the name of the binding and of the entry", () => {
        assert.throws(() => databaseBinding(root, "database"), /^Error: binding database: .*'.*type'/);
        mount("database", "..1", { ...ENTRIES, type: "mysql" });
        assert.throws(() => databaseBinding(root, "database"), /its type must be "postgresql"/);
    });

    it("make the key of sessions, the most powerful first", () => {
        mount("database", "..1", ENTRIES);
        assert.equal(sessionSecret(root), "one");
        mount("database-write", "..1", { ...ENTRIES, password: "for writing" });
        assert.equal(sessionSecret(root), "for writing");
        mount("session", "..1", { key: "for sessions" });
        assert.equal(sessionSecret(root), "for sessions");
        assert.equal(isBound(root, "other"), false);
    });
});

describe("the sample application's session keys", () => {
    it("are the same in every pod, and not the secret", async () => {
        const [one, two] = [new SessionKeys(() => "secret").current(), new SessionKeys(() => "secret").current()];
        assert.deepEqual(one, two);
        assert.equal(one.key.length, 32);
        assert.ok(!Buffer.from(one.key).toString("latin1").includes("secret"));
    });

    it("let a visitor move from pod to pod", async () => {
        const pods = await Promise.all([start("shared"), start("shared"), start("another")]);
        const visitor = new Visitor(pods[0].app);
        await visitor.signIn();
        const statuses: number[] = [];
        for (const { app } of pods) {
            const there = new Visitor(app);
            there.cookie = visitor.cookie;
            statuses.push((await there.get("/")).statusCode);
        }
        assert.deepEqual(statuses, [200, 200, 303]);
        await Promise.all(pods.map(({ app }) => app.close()));
    });

    it("take no cookie that was changed", async () => {
        const { app } = await start();
        const visitor = new Visitor(app);
        await visitor.signIn();
        const parts = String(visitor.cookie).split(".");
        const sealed = Buffer.from(parts[3] ?? "", "base64url");
        sealed[0] = (sealed[0] ?? 0) ^ 1;
        parts[3] = sealed.toString("base64url");
        const forger = new Visitor(app);
        forger.cookie = parts.join(".");
        assert.equal((await forger.get("/")).statusCode, 303);
        await app.close();
    });
});

describe("the sample application's passwords", () => {
    it("are hashed with scrypt and a salt of their own", async () => {
        const [one, two] = await Promise.all([hashPassword("pässword"), hashPassword("pässword")]);
        assert.notEqual(one, two);
        assert.match(one, /^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/);
        assert.equal(await verifyPassword("pa\u0308ssword", one), true);
        assert.equal(await verifyPassword("password", one), false);
        assert.equal(await verifyPassword("password", undefined), false);
    });

    it("aren't checked against what is no hash", async () => {
        await assert.rejects(verifyPassword("password", "password"), /PHC string format/);
    });

    it("are checked a few at a time, and the rest is sent away", async () => {
        const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => verifyPassword("x", PASSWORD_HASH)));
        const sentAway = outcomes.filter(({ status }) => status === "rejected");
        assert.equal(sentAway.length, 2);
        assert.ok(sentAway.every((each) => each.status === "rejected" && each.reason instanceof BusyError));
    });
});
