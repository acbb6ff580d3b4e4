import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { SCRIPT, sqlPodSpec } from "../../../components/database/sql-job-pod";
import { sqlFault, sqlFingerprint, sqlIdentifier, sqlLiteral } from "../../../components/database/sql-text";

describe("the pod that runs SQL", () => {
    it("is hardened", () => {
        const spec = sqlPodSpec({ image: "i", resources: {}, credentialsSecretName: "s", configMapName: "c" });
        assert.equal(spec.automountServiceAccountToken, false);
        for (const context of [spec.securityContext, ...spec.containers.map((each) => each.securityContext)]) {
            assert.equal(context.runAsNonRoot, true);
            assert.equal(context.runAsUser, 1001);
            assert.deepEqual(context.seccompProfile, { type: "RuntimeDefault" });
        }
        for (const { securityContext } of spec.containers) {
            assert.equal(securityContext.readOnlyRootFilesystem, true);
            assert.equal(securityContext.allowPrivilegeEscalation, false);
            assert.deepEqual(securityContext.capabilities, { drop: ["ALL"] });
        }
    });

    it("runs psql with the binding's values in its environment alone, and stops at the first error", () => {
        const said = runScript("exit 0", 'env | grep ^PG | sort; echo "$@"');
        assert.deepEqual(said.trimEnd().split("\n"), [
            "PGAPPNAME=bulwark-sql-job",
            "PGCONNECT_TIMEOUT=10",
            "PGDATABASE=mydb",
            "PGHOST=db",
            "PGOPTIONS=-c client_min_messages=warning",
            "PGPASSWORD=it's $ecret",
            "PGPORT=5432",
            "PGSSLMODE=verify-full",
            "PGSSLROOTCERT=BINDING/ca.crt",
            "PGUSER=owner",
            "-X -q --set ON_ERROR_STOP=1 --set VERBOSITY=terse --single-transaction --file /sql/script.sql --output /dev/null",
        ]);
    });

    it("tries a second password where there is one, and only when the first isn't the server's", () => {
        const fallback = { "password.fallback": "new" };
        const accepting = (password: string) =>
            `[ "$PGPASSWORD" = "${password}" ] || exit 2; case "$*" in *--file*) echo "$PGPASSWORD" ;; esac`;
        assert.equal(runScript("exit 0", accepting("it's \\$ecret"), fallback), "it's $ecret\n");
        assert.equal(runScript("exit 0", accepting("new"), fallback), "new\n");
        assert.throws(() => runScript("exit 0", accepting("new")), /status: 2|Command failed/);
    });

    it("waits for the database", () => {
        const said = runScript("test -e asked || { touch asked; echo starting; exit 1; }", "ls asked");
        assert.equal(said, "asked\n");
    });
});

/** What the script says with these in the place of PostgreSQL's programs. */
function runScript(pgIsReady: string, psql: string, more: Record<string, string> = {}): string {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sql-job-"));
    try {
        const login = { host: "db", port: "5432", database: "mydb", username: "owner", password: "it's $ecret" };
        const entries = { ...login, ...more };
        for (const [key, value] of Object.entries(entries)) {
            fs.writeFileSync(path.join(folder, key), value);
        }
        for (const [program, script] of Object.entries({ pg_isready: pgIsReady, psql })) {
            fs.writeFileSync(path.join(folder, program), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
        }
        const said = execFileSync("sh", ["-c", SCRIPT.replaceAll("/bindings/database", folder)], {
            env: { PATH: `${folder}:${process.env.PATH}` },
            encoding: "utf8",
        });
        return said.replaceAll(folder, "BINDING");
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

describe("texts within SQL", () => {
    it("are quoted, whatever is in them", () => {
        assert.equal(sqlIdentifier('a"b'), '"a""b"');
        assert.equal(sqlLiteral("it's"), "'it''s'");
        assert.equal(sqlLiteral("a\\'b"), "E'a\\\\''b'");
    });

    it("have a fingerprint for each", () => {
        assert.match(sqlFingerprint("SELECT 1"), /^[0-9a-f]{10}$/);
        assert.equal(sqlLiteral("a\\b\\c"), "E'a\\\\b\\\\c'");
        assert.notEqual(sqlFingerprint("SELECT 1"), sqlFingerprint("SELECT 1 "));
    });

    it("fit into a ConfigMap", () => {
        assert.equal(sqlFault("SELECT 1"), undefined);
        assert.equal(sqlFault("x".repeat(1_000_000)), undefined);
        for (const nothing of ["", " \n", 1, undefined] as string[]) {
            assert.equal(sqlFault(nothing), 'must hold at least one statement, is empty; write for example "SELECT 1"');
        }
        assert.match(sqlFault("ä".repeat(500_001)) ?? "", /has 1000002; use several jobs$/);
        assert.match(sqlFault("x".repeat(1_000_001)) ?? "", /at most 1000000 bytes/);
    });
});
