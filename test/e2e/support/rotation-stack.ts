/** A stack of its own: a database whose credentials are rotated, and pods that use them all the time. */
import type { Stack } from "@pulumi/pulumi/automation";
import { AllowedFlow } from "../../../components/cluster/allowed-flow";
import { SecureNamespace } from "../../../components/cluster/secure-namespace";
import { DatabaseAccess } from "../../../components/database/database-access";
import { PostgresDatabase } from "../../../components/database/postgres-database";
import { RetiredCredentials } from "../../../components/database/retired-credentials";
import { RoleSettings } from "../../../components/database/role-settings";
import { RowLevelSecurity } from "../../../components/database/row-level-security";
import { SqlJob } from "../../../components/database/sql-job";
import type { Cluster } from "../../../sandbox/cluster";
import { inPod, type Outcome } from "./kubectl";
import { CLIENT_LABELS, clients, onCluster } from "./rotation-client";
import { smallDatabase } from "./small-database";
import { NAMES, openOwn, STACK } from "./stack";

export const APP = `${STACK}-rotation-app`;
export const DATABASE = `${STACK}-rotation-database`;

/** Two tenants, to whom the clients' rows don't belong. */
export const TENANTS = ["00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"] as const;

/** A migration of the owner's, which can't be run twice. */
const TABLES = `
    CREATE TABLE words AS SELECT 'hello' AS word;
    CREATE TABLE notes AS SELECT 1 AS id, '${TENANTS[0]}' AS tenant_id UNION SELECT 2, '${TENANTS[1]}';`;

/** What the next run of the program is to do. */
export const settings = {
    rotation: 0,
    adminRotation: 0,
    certificateRotation: 0,
    /** Image of the job that changes the superuser's password; the server's when it is left out. */
    adminJobImage: undefined as string | undefined,
};

/** Opens the stack without running it. */
export function rotationStack(): Promise<Stack> {
    return openOwn(`${STACK}-rotation`, program);
}

function program(node: Cluster) {
    const { rotation, adminRotation, certificateRotation, adminJobImage } = settings;
    const job = { image: node.images.postgresql, retries: 0, resources: { cpuRequest: "10m" } };
    const server = new PostgresDatabase("database", {
        namespaceName: DATABASE,
        ...smallDatabase(node),
        resources: { cpuRequest: "20m", memoryRequest: "128Mi" },
        adminRotation,
        certificateRotation,
        job: { ...job, image: adminJobImage ?? job.image },
    });
    const namespace = new SecureNamespace("app", { namespaceName: APP });
    const access = new DatabaseAccess("access", {
        server,
        clientNamespaceName: namespace.namespaceName,
        tunnel: { localPort: NAMES.localPort + 50 },
        readwrite: {},
        rotation,
    });
    const { databaseName, readonlyLogins, readwriteLogins = readonlyLogins } = access;
    const tenants = new RowLevelSecurity("tenants", {
        server,
        databaseName,
        job,
        roleNames: readonlyLogins.apply((readers) => readwriteLogins.apply((writers) => [...readers, ...writers])),
    });
    // One after the other: both alter roles, and PostgreSQL refuses to alter one twice at a time.
    const forSessions = new RoleSettings("role-settings", {
        server,
        databaseName: tenants.databaseName,
        job,
        roles: Array.from({ length: rotation > 0 ? 2 : 1 }, (_, index) => ({
            roleName: readonlyLogins.apply((logins) => logins[index] ?? ""),
            lockTimeout: "5s",
        })),
    });
    const migration = new SqlJob(
        "migration",
        {
            ...job,
            sql: TABLES,
            namespaceName: server.namespaceName,
            credentialsSecretName: access.ownerSecretName,
            serverPodLabels: server.podLabels,
        },
        { dependsOn: [tenants] },
    );
    const flow = new AllowedFlow("client-to-database", {
        from: { namespaceName: namespace.namespaceName, podLabels: CLIENT_LABELS },
        to: { namespaceName: server.namespaceName, podLabels: server.podLabels },
        ports: [{ port: server.port }],
    });
    const workload = clients(
        {
            namespaceName: namespace.namespaceName,
            image: node.images.postgresql,
            secretName: access.credentialsSecretName,
            version: access.credentialsVersion,
        },
        { dependsOn: [flow, migration, forSessions] },
    );
    new RetiredCredentials("retired", {
        server,
        databaseName,
        job,
        rotation,
        loginNames: access.retiredLogins,
        clients: [workload.metadata.name],
        graceSeconds: 5,
    });
    return {
        readonlySecret: access.credentialsSecretName,
        readwriteSecret: access.readwriteSecretName,
        ownerSecret: access.ownerSecretName,
    };
}

/** A login and how it verifies the server. */
export interface Login {
    username: string;
    password: string;
    caCertificate: string;
}

/** What a role's Secret holds now, by the stack's outputs. */
export async function currentLogin(stack: Stack, role: "readonly" | "readwrite" | "owner"): Promise<Login> {
    const outputs = await stack.outputs();
    const namespace = role === "owner" ? DATABASE : APP;
    const binding = await secretEntries(namespace, String(outputs[`${role}Secret`]?.value));
    return entriesToLogin(binding);
}

/** The superuser's login, as its Secret has it now; it verifies the server as `like` does. */
export async function adminLogin({ caCertificate }: Pick<Login, "caCertificate">): Promise<Login> {
    const { "postgres-password": password = "" } = await secretEntries(DATABASE, "pgdb-postgresql-admin");
    return { username: "postgres", password, caCertificate };
}

function entriesToLogin({ username = "", password = "", "ca.crt": caCertificate = "" }: Record<string, string>): Login {
    return { username, password, caCertificate };
}

export async function secretEntries(namespace: string, name: string): Promise<Record<string, string>> {
    const text = await onCluster("get", "secret", "-n", namespace, name, "-o", "json");
    const { data } = JSON.parse(text) as { data: Record<string, string> };
    return Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
    );
}

/**
 * SQL in the server's pod, over a connection verified to the full, with a login that nothing else hears of: it arrives on
 * standard input.
 */
export async function asLogin(login: Login, sql: string, seconds?: number): Promise<Outcome> {
    const script = `set -eu
        read -r PGUSER; read -r PGPASSWORD; read -r authority
        printf %s "$authority" | base64 -d >/tmp/authority-$$.crt
        export PGUSER PGPASSWORD PGSSLMODE=verify-full PGSSLROOTCERT=/tmp/authority-$$.crt PGDATABASE=mydb
        psql -h localhost -AtXq -v ON_ERROR_STOP=1 || code=$?
        rm /tmp/authority-$$.crt
        exit "\${code:-0}"`;
    const authority = Buffer.from(login.caCertificate).toString("base64");
    const input = `${login.username}\n${login.password}\n${authority}\n${sql}`;
    return inPod(DATABASE, "pgdb-postgresql-0", ["bash", "-c", script], input, seconds);
}
