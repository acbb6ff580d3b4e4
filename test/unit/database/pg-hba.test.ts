import { strict as assert } from "node:assert";
import { type DatabaseLogins, pgHba } from "../../../components/database/pg-hba";

const fields = (text: string) =>
    text
        .trim()
        .split("\n")
        .map((line) => line.split(" "));

const CASES: Record<string, DatabaseLogins[] | undefined> = {
    "without logins": undefined,
    "with logins": [{ databaseName: "mydb", roleNames: ["app_owner", "readonly"] }],
};

for (const [what, logins] of Object.entries(CASES)) {
    describe(`pg_hba.conf ${what}`, () => {
        const lines = fields(pgHba(logins));

        it("asks everybody whom it lets in for a SCRAM password", () => {
            const methods = new Set(lines.map((line) => line.at(-1)));
            assert.deepEqual(methods, new Set(["scram-sha-256", "reject"]));
        });

        it("lets nobody in without TLS but the superuser from the pod itself", () => {
            const plain = lines.filter(([kind, , , , method]) => kind !== "hostssl" && method !== "reject");
            assert.deepEqual(plain, [
                ["local", "all", "postgres", "scram-sha-256"],
                ["host", "all", "postgres", "127.0.0.1/32", "scram-sha-256"],
                ["host", "all", "postgres", "::1/128", "scram-sha-256"],
            ]);
        });

        it("keeps everybody else out of the server's own databases, before any line that lets them in", () => {
            const rejected = lines.findIndex((line) => line.at(-1) === "reject");
            assert.deepEqual(lines[rejected], ["host", "postgres,template0,template1", "all", "all", "reject"]);
            assert.ok(lines.slice(0, rejected).every(([, , role]) => role === "postgres"));
        });

        it("offers no replication", () => {
            assert.ok(!lines.flat().includes("replication"));
        });
    });
}

describe("the logins of pg_hba.conf", () => {
    it("let a role and its members into their database alone", () => {
        const text = pgHba([
            { databaseName: "mydb", roleNames: ["readonly"] },
            { databaseName: "all", roleNames: ["readonly", "other"] },
        ]);
        assert.deepEqual(fields(text).slice(5), [
            ["hostssl", '"mydb"', '+"readonly"', "all", "scram-sha-256"],
            ["hostssl", '"all"', '+"readonly"', "all", "scram-sha-256"],
            ["hostssl", '"all"', '+"other"', "all", "scram-sha-256"],
        ]);
    });

    it("let the exporter in from the pod itself, and from nowhere else", () => {
        for (const logins of Object.values(CASES)) {
            const lines = fields(pgHba(logins, "watcher"));
            const own = lines.filter(([, , role]) => role === '"watcher"');
            assert.deepEqual(own, [
                ["host", "postgres", '"watcher"', "127.0.0.1/32", "scram-sha-256"],
                ["host", "all", '"watcher"', "all", "reject"],
            ]);
            const others = lines.findIndex(([, , role]) => role === "all");
            assert.ok(lines.indexOf(own[1] ?? []) < others);
            assert.deepEqual(
                lines.filter((line) => !own.includes(line)),
                fields(pgHba(logins)),
            );
        }
    });

    it("let nobody in when there are none", () => {
        assert.equal(fields(pgHba([])).at(-1)?.at(-1), "reject");
    });
});
