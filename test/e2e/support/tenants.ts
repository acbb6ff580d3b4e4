/** A stack of its own: a database with tenants, and the roles of an application that serves them. */
import type { Stack } from "@pulumi/pulumi/automation";
import { DatabaseAccess } from "../../../components/database/database-access";
import { PostgresDatabase } from "../../../components/database/postgres-database";
import { RoleSettings } from "../../../components/database/role-settings";
import { RowLevelSecurity } from "../../../components/database/row-level-security";
import { SqlJob } from "../../../components/database/sql-job";
import type { Cluster } from "../../../sandbox/cluster";
import { inPod, type Outcome, secretValues } from "./kubectl";
import { smallDatabase } from "./small-database";
import { openOwn } from "./stack";

const NAMESPACE = "e2e-tenants";
const LOCAL_PORT = 15_632;

/** SQL of the owner's that is applied too, when there is any. */
export const migration: { sql?: string } = {};

/** Opens the stack without running it. */
export function tenantsStack(): Promise<Stack> {
    return openOwn("e2e-tenants", program);
}

function program(node: Cluster) {
    const server = new PostgresDatabase("tenants", {
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
    new RoleSettings("role-settings", {
        server,
        databaseName,
        job,
        roles: [
            { roleName: readonlyRole, lockTimeout: "5s", idleSessionTimeout: "1h", defaultTransactionReadOnly: true },
            { roleName: readwriteRole, lockTimeout: "10s", logMinDuration: "1s" },
        ],
    });
    const tenants = new RowLevelSecurity("tenants-rows", {
        server,
        databaseName,
        job,
        roleNames: [readonlyRole, readwriteRole],
    });
    if (migration.sql !== undefined) {
        new SqlJob("migration", {
            ...job,
            sql: migration.sql,
            retries: 0,
            namespaceName: server.namespaceName,
            credentialsSecretName: access.ownerSecretName,
            serverPodLabels: server.podLabels,
        });
    }
    return { isolated: tenants.databaseName, job: tenants.jobName };
}

/** A role of the database and the Secret with its credentials. */
const SECRETS = { readonly: "app-db-creds", readwrite: "app-db-write-creds", app_owner: "mydb-owner" };
export type TenantRole = keyof typeof SECRETS;

/** SQL in the server's pod, with the credentials that the role's Secret holds. */
export async function asRole(role: TenantRole, sql: string): Promise<Outcome> {
    const password = passwords.get(role) ?? (await readPassword(role));
    passwords.set(role, password);
    const script = `read -r PGPASSWORD; export PGPASSWORD; exec psql -h 127.0.0.1 -U ${role} mydb -AtXq -v ON_ERROR_STOP=1`;
    return inPod(NAMESPACE, "pgdb-postgresql-0", ["sh", "-c", script], `${password}\n${sql}`);
}

const passwords = new Map<TenantRole, string>();

async function readPassword(role: TenantRole): Promise<string> {
    const { password = "" } = await secretValues(NAMESPACE, SECRETS[role]);
    return password;
}
