/** A stack of its own: a database server, and a role for each level of access. */
import type { Stack } from "@pulumi/pulumi/automation";
import { DatabaseAccess } from "../../../components/database/database-access";
import type { ReadWriteRoleArgs } from "../../../components/database/database-roles";
import { PostgresDatabase, type PostgresDatabaseArgs } from "../../../components/database/postgres-database";
import type { Cluster } from "../../../sandbox/cluster";
import { inPod, kubectl, type Outcome, secretValues } from "./kubectl";
import { smallDatabase } from "./small-database";
import { NAMES, openOwn, STACK } from "./stack";

export const NAMESPACE = `${STACK}-server`;

/** Settings of the server in place of the usual ones, for the next run of the program. */
export const settings: PostgresDatabaseArgs = {};

/** Settings of the role that writes. */
export const writer: ReadWriteRoleArgs = {};

/** Opens the stack without running it. */
export function serverStack(): Promise<Stack> {
    return openOwn(NAMESPACE, program);
}

function program(node: Cluster) {
    const small = smallDatabase(node);
    const server = new PostgresDatabase("server", {
        namespaceName: NAMESPACE,
        ...small,
        exporter: { ...small.exporter, install: true },
        job: { image: node.images.postgresql },
        logins: [{ databaseName: "mydb", roleNames: ["app_owner", "readonly", "readwrite"] }],
        ...settings,
    });
    new DatabaseAccess("access", {
        server,
        clientNamespaceName: server.namespaceName,
        tunnel: { localPort: NAMES.localPort + 40 },
        readwrite: writer,
    });
    return { host: server.host };
}

/** A role of the server, and where its password is. */
const SECRETS = {
    readonly: ["app-db-creds", "password"],
    readwrite: ["app-db-write-creds", "password"],
    app_owner: ["mydb-owner", "password"],
    postgres: ["pgdb-postgresql-admin", "postgres-password"],
    postgres_exporter: ["pgdb-postgresql-admin", "metrics-password"],
} as const;
export type ServerRole = keyof typeof SECRETS;

/** How a client connects. */
export interface Connection {
    database?: string;
    /** Parameters of a connection string. */
    parameters?: string;
    pod?: string;
}

/** SQL in the server's pod, with a role's password. */
export async function asRole(role: ServerRole, sql: string, connection: Connection = {}): Promise<Outcome> {
    const { database = "mydb", parameters = "host=127.0.0.1", pod = "pgdb-postgresql-0" } = connection;
    const script = `read -r PGPASSWORD; export PGPASSWORD; exec psql "${parameters} user=${role} dbname=${database}" -AtXq -v ON_ERROR_STOP=1`;
    return inPod(NAMESPACE, pod, ["sh", "-c", script], `${await password(role)}\n${sql}`);
}

/** A program of PostgreSQL's for the superuser, with what it reads and returns. */
export async function sqlFile(command: string, input = "", release = "pgdb"): Promise<string> {
    const script = `read -r PGPASSWORD; export PGPASSWORD; exec ${command} -h 127.0.0.1 -U postgres`;
    const password = await readSecret(`${release}-postgresql-admin`, "postgres-password");
    const outcome = await inPod(NAMESPACE, `${release}-postgresql-0`, ["sh", "-c", script], `${password}\n${input}`);
    if (outcome.code !== 0) {
        throw new Error(outcome.stderr);
    }
    return outcome.stdout;
}

/** The passwords of all roles. */
export function allPasswords(): Promise<string[]> {
    return Promise.all((Object.keys(SECRETS) as ServerRole[]).map(password));
}

/** What the server has logged since it started. */
export async function serverLog(): Promise<string> {
    return kubectl("logs", "-n", NAMESPACE, "pgdb-postgresql-0");
}

const passwords = new Map<ServerRole, string>();

async function password(role: ServerRole): Promise<string> {
    const [secret, key] = SECRETS[role];
    const known = passwords.get(role) ?? (await readSecret(secret, key));
    passwords.set(role, known);
    return known;
}

async function readSecret(name: string, key: string): Promise<string> {
    return (await secretValues(NAMESPACE, name))[key] ?? "";
}
