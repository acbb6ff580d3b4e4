/** A stack of its own: a database with tenants that is backed up, and the ways to look at the backups. */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation";
import { DatabaseAccess } from "../../../components/database/database-access";
import { DatabaseBackup } from "../../../components/database/database-backup";
import { PostgresDatabase } from "../../../components/database/postgres-database";
import { RowLevelSecurity } from "../../../components/database/row-level-security";
import type { Cluster } from "../../../sandbox/cluster";
import { repositoryFolder } from "../../../sandbox/paths";
import { run, until } from "../../../sandbox/shell";
import { inPod, type Outcome } from "./kubectl";
import { smallDatabase } from "./small-database";
import { cluster, openOwn } from "./stack";

export const NAMESPACE = "e2e-backups";
export const SERVER = "pgdb-postgresql-0";
const LOCAL_PORT = 15_733;

/** Keys that backups are encrypted for, and the folder that holds all that these tests write. */
export interface Keys {
    folder: string;
    /** Paths of the private keys. */
    privateKeys: string[];
    certificates: string[];
}

/** Makes key pairs the way that docs/restore.md tells. */
export async function makeKeys(count: number): Promise<Keys> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bulwark-backups-"));
    const privateKeys = Array.from({ length: count }, (_, index) => path.join(folder, `backup-${index + 1}.key`));
    const certificates: string[] = [];
    for (const key of privateKeys) {
        const certificate = key.replace(/key$/, "crt");
        const subject = ["-subj", "/CN=backup", "-days", "36500"];
        const made = ["req", "-x509", "-newkey", "rsa:3072", "-nodes", "-keyout", key, "-out", certificate];
        await run("openssl", [...made, ...subject]);
        certificates.push(fs.readFileSync(certificate, "utf8"));
    }
    return { folder, privateKeys, certificates };
}

/** Opens the stack without running it. */
export function backupsStack(certificates: string[]): Promise<Stack> {
    return openOwn("e2e-backups", (node) => program(node, certificates));
}

function program(node: Cluster, recipientCertificates: string[]) {
    const server = new PostgresDatabase("backups", {
        namespaceName: NAMESPACE,
        ...smallDatabase(node),
    });
    const access = new DatabaseAccess("access", {
        server,
        clientNamespaceName: server.namespaceName,
        tunnel: { localPort: LOCAL_PORT },
        readwrite: {},
    });
    const { readonlyRole, readwriteRole = readonlyRole, databaseName } = access;
    const job = { image: node.images.postgresql };
    const tenants = new RowLevelSecurity("rows", {
        server,
        databaseName,
        job,
        roleNames: [readonlyRole, readwriteRole],
    });
    const backup = new DatabaseBackup("backup", {
        server,
        databaseName: tenants.databaseName,
        job,
        image: node.images.postgresql,
        recipientCertificates,
        storageSize: "1Gi",
        keep: 2,
        retries: 0,
    });
    return { cronJob: backup.cronJobName, volumeClaim: backup.volumeClaimName };
}

/** Runs a program of the cluster's clients; its outcome is the test's business when it fails. */
export async function client(program: "kubectl" | "helm", ...args: string[]): Promise<string> {
    const { programs, kubeconfig } = await cluster();
    return run(programs[program], args, { env: { KUBECONFIG: kubeconfig } });
}

/** Makes a Job of a CronJob, waits for its end, and tells how it ended and what it said. */
export async function runJob(name: string): Promise<{ succeeded: boolean; log: string }> {
    await client("kubectl", "create", "job", "-n", NAMESPACE, name, "--from=cronjob/database-backup");
    const ended = (condition: string) =>
        client("kubectl", "wait", "-n", NAMESPACE, `job/${name}`, `--for=condition=${condition}`, "--timeout=120s");
    const succeeded = await Promise.any([ended("Complete").then(() => true), ended("Failed").then(() => false)]);
    return { succeeded, log: await client("kubectl", "logs", "-n", NAMESPACE, `job/${name}`) };
}

/** Runs a command in a pod that has nothing but the volume. */
export async function onVolume(...command: string[]): Promise<string> {
    const job = "looks-at-the-volume";
    await client("kubectl", "create", "job", "-n", NAMESPACE, job, "--from=cronjob/database-backup-reader");
    try {
        const pods = ["-n", NAMESPACE, "pod", "-l", `batch.kubernetes.io/job-name=${job}`];
        await until("the pod with the volume", 60_000, () =>
            client("kubectl", "wait", ...pods, "--for=condition=Ready", "--timeout=60s").then(
                () => true,
                () => false,
            ),
        );
        return await client("kubectl", "exec", "-n", NAMESPACE, `job/${job}`, "--", ...command);
    } finally {
        await client("kubectl", "delete", "job", "-n", NAMESPACE, job);
    }
}

/** The plain content of an encrypted part. */
export async function decrypt(part: string, key: string): Promise<Buffer> {
    const args = ["cms", "-decrypt", "-binary", "-inform", "DER", "-in", part, "-inkey", key];
    const { stdout } = await promisify(execFile)("openssl", args, { encoding: "buffer", maxBuffer: 256 * 1024 * 1024 });
    return stdout;
}

/** Runs operations/restore.sh as an operator would. */
export async function restoreScript(...args: string[]): Promise<Outcome> {
    const { programs, kubeconfig } = await cluster();
    const env = {
        ...process.env,
        KUBECONFIG: kubeconfig,
        PATH: `${path.dirname(programs.kubectl)}:${process.env.PATH}`,
    };
    const script = path.join(repositoryFolder, "operations", "restore.sh");
    try {
        const said = await promisify(execFile)(script, ["-n", NAMESPACE, ...args], { env, timeout: 180_000 });
        return { code: 0, ...said };
    } catch (error) {
        const { code, stdout, stderr } = error as Outcome;
        return { code, stdout, stderr };
    }
}

/** A role that Pulumi made, and the Secret with its credentials. */
const SECRETS = { readonly: "app-db-creds", app_owner: "mydb-owner", backup: "database-backup-credentials" };
export type BackupsRole = keyof typeof SECRETS;

/** The role's password, as its Secret holds it. */
export async function passwordOf(role: BackupsRole): Promise<string> {
    const jsonpath = "jsonpath={.data.password}";
    const encoded = await client("kubectl", "get", "secret", "-n", NAMESPACE, SECRETS[role], "-o", jsonpath);
    return Buffer.from(encoded, "base64").toString("utf8");
}

/** SQL in the server's pod, with the credentials that the role's Secret holds. */
export async function asRole(role: BackupsRole, sql: string): Promise<Outcome> {
    const script = `read -r PGPASSWORD; export PGPASSWORD; exec psql -h 127.0.0.1 -U ${role} mydb -AtXq -v ON_ERROR_STOP=1`;
    return inServer(["sh", "-c", script], `${await passwordOf(role)}\n${sql}`);
}

/** SQL as the superuser. */
export function asSuperuser(sql: string, database = "mydb"): Promise<Outcome> {
    const script = `PGPASSWORD="$(cat "$POSTGRES_PASSWORD_FILE")" exec psql -h 127.0.0.1 -U postgres ${database} -AtXq -v ON_ERROR_STOP=1`;
    return inServer(["sh", "-c", script], sql);
}

function inServer(command: string[], input: string): Promise<Outcome> {
    return inPod(NAMESPACE, SERVER, command, input);
}
