import { strict as assert } from "node:assert";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { BACKUP_SCRIPT, backupPodSpec, readerPodSpec } from "../../../components/database/backup-pod";

const BACKUP = /^mydb-\d{8}T\d{6}Z$/;

describe("the pods of backups", () => {
    it("are hardened, and only the one that dumps has credentials", () => {
        const common = { image: "i", resources: {}, volumeClaimName: "v" };
        const dump = backupPodSpec({
            ...common,
            credentialsSecretName: "s",
            recipientsConfigMapName: "r",
            keepText: "14",
            deadlineText: "7200",
        });
        const reader = readerPodSpec(common);
        for (const spec of [dump, reader]) {
            assert.equal(spec.automountServiceAccountToken, false);
            assert.equal(spec.securityContext.runAsNonRoot, true);
            for (const { securityContext } of spec.containers) {
                assert.equal(securityContext.readOnlyRootFilesystem, true);
                assert.equal(securityContext.allowPrivilegeEscalation, false);
                assert.deepEqual(securityContext.capabilities, { drop: ["ALL"] });
            }
        }
        assert.deepEqual(Object.keys(reader.volumes[0] ?? {}), ["name", "persistentVolumeClaim"]);
        assert.equal(reader.volumes.length, 1);
        assert.equal(reader.containers[0]?.volumeMounts[0]?.readOnly, true);
    });
});

describe("the script that makes a backup", () => {
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "backup-"));
        for (const name of ["binding", "backups", "recipients", "bin"]) {
            fs.mkdirSync(path.join(folder, name));
        }
        const entries = { host: "db", port: "5432", database: "mydb", username: "backup", password: "p" };
        for (const [key, value] of Object.entries(entries)) {
            fs.writeFileSync(path.join(folder, "binding", key), value);
        }
        const certificate = path.join(folder, "recipients", "1.crt");
        const pair = ["-newkey", "rsa:3072", "-nodes", "-keyout", path.join(folder, "key"), "-out", certificate];
        execFileSync("openssl", ["req", "-x509", "-subj", "/CN=backup", ...pair], { stdio: "ignore" });
        program("pg_isready", "exit 0");
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    function program(name: string, script: string): void {
        fs.writeFileSync(path.join(folder, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }

    /** Runs it with these in the place of PostgreSQL's programs. */
    function run(pgDump: string, keep = 14): { status: number | null; said: string } {
        program("pg_dump", pgDump);
        const script = BACKUP_SCRIPT.replaceAll("/bindings/database", path.join(folder, "binding"))
            .replaceAll("/backups", path.join(folder, "backups"))
            .replaceAll("/recipients", path.join(folder, "recipients"));
        const { status, stdout, stderr } = spawnSync("bash", ["-c", script], {
            env: {
                PATH: `${path.join(folder, "bin")}:${process.env.PATH}`,
                HOSTNAME: "pod",
                BACKUP_KEEP: String(keep),
                BACKUP_DEADLINE_SECONDS: "3600",
            },
            encoding: "utf8",
        });
        return { status, said: stdout + stderr };
    }

    function backups(): string[] {
        return fs.readdirSync(path.join(folder, "backups")).sort();
    }

    it("splits the dump into parts, each encrypted, with their checksums", () => {
        const size = 64 * 1024 * 1024 + 5;
        const { status, said } = run(`head -c ${size} /dev/zero`);
        assert.equal(status, 0, said);
        const [name = ""] = backups();
        assert.match(name, BACKUP);
        const parts = path.join(folder, "backups", name);
        assert.deepEqual(fs.readdirSync(parts).sort(), ["SHA256SUMS", "part-000001.cms", "part-000002.cms"]);
        execFileSync("sha256sum", ["--quiet", "--check", "SHA256SUMS"], { cwd: parts });
        const last = path.join(parts, "part-000002.cms");
        const decrypt = ["cms", "-decrypt", "-binary", "-inform", "DER", "-in", last, "-inkey"];
        assert.deepEqual(execFileSync("openssl", [...decrypt, path.join(folder, "key")]), Buffer.alloc(5));
        assert.equal(fs.statSync(last).mode & 0o777, 0o600);
    });

    it("connects as the binding says, with nothing of it among the arguments", () => {
        const { status, said } = run('echo "$PGHOST:$PGPORT/$PGDATABASE $PGUSER $PGSSLMODE $PGAPPNAME $*" >&2; echo x');
        assert.equal(status, 0, said);
        assert.match(
            said,
            /^db:5432\/mydb backup verify-full bulwark-backup --format=custom --no-password --lock-wait-timeout=5min$/m,
        );
    });

    it("fails and leaves nothing when the dump fails in the middle", () => {
        const { status } = run("echo half; exit 1");
        assert.notEqual(status, 0);
        assert.deepEqual(backups(), []);
    });

    it("fails and leaves nothing when a part can't be encrypted", () => {
        fs.writeFileSync(path.join(folder, "recipients", "1.crt"), "no certificate");
        const { status } = run("echo whole");
        assert.notEqual(status, 0);
        assert.deepEqual(backups(), []);
    });

    it("removes the oldest only, and only when the new one is whole", () => {
        const old = ["mydb-20260101T000000Z", "mydb-20260102T000000Z", "mydb-20260103T000000Z"];
        for (const name of [...old, "others-20250101T000000Z", "lost+found"]) {
            fs.mkdirSync(path.join(folder, "backups", name));
        }
        assert.notEqual(run("exit 1", 2).status, 0);
        assert.equal(backups().filter((name) => BACKUP.test(name)).length, 3);
        const { status, said } = run("echo whole", 2);
        assert.equal(status, 0, said);
        const left = backups();
        assert.equal(left.length, 4);
        assert.ok(left.includes("mydb-20260103T000000Z"));
        assert.ok(left.includes("others-20250101T000000Z") && left.includes("lost+found"));
    });

    it("removes what a try of long ago left behind, and lets one beside it alone", () => {
        const [dead, alive] = [".partial-mydb-1", ".partial-mydb-2"].map((name) => path.join(folder, "backups", name));
        for (const left of [dead, alive]) {
            fs.mkdirSync(left ?? "");
        }
        const longAgo = Date.now() / 1000 - 4_000;
        fs.utimesSync(dead ?? "", longAgo, longAgo);
        const { status, said } = run("echo whole");
        assert.equal(status, 0, said);
        assert.deepEqual(
            backups().filter((name) => name.startsWith(".")),
            [".partial-mydb-2"],
        );
    });
});
