/** A stack of its own: a database with tenants, and the roles of an application that serves them. */
import type { Stack } from "@pulumi/pulumi/automation";
import { DatabaseAccess } from "../../../components/database/database-access";
import { PostgresDatabase } from "../../../components/database/postgres-database";
import { RoleSettings } from "../../../components/database/role-settings";
import { RowLevelSecurity } from "../../../components/database/row-level-security";
import { SqlJob } from "../../../components/database/sql-job";
import type { Cluster } from "../../../sandbox/cluster";
import { devConfiguration, nodeOverrides } from "../../../sandbox/configuration";
import { openStack } from "../../../sandbox/engine";
import { run } from "../../../sandbox/shell";
import { inPod, type Outcome } from "./kubectl";
import { cluster } from "./stack";

const NAMESPACE = "e2e-tenants";
const LOCAL_PORT = 15_632;

/** SQL of the owner's that is applied too, when there is any. */
export const migration: { sql?: string } = {};

/** Opens the stack without running it. */
export async function tenantsStack(): Promise<Stack> {
    const node = await cluster();
    const { kubeconfig, programs } = node;
    // The project demands the settings of its own program, which this one doesn't read.
    return openStack("e2e-tenants", devConfiguration(), async () => program(node), { kubeconfig, ...programs }, true);
}

function program(node: Cluster) {
    const { chart, image } = nodeOverrides(node.images).database as {
        chart: { chart: string; timeoutSeconds: number };
        image: { registry: string; repository: string; tag: string };
    };
    const server = new PostgresDatabase("tenants", {
        namespaceName: NAMESPACE,
        chart,
        image,
        storageSize: "1Gi",
        resources: { cpuRequest: "50m", memoryRequest: "128Mi" },
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
    const where = cluster().then((node) => ({ cluster: node }));
    const password = passwords.get(role) ?? (await readPassword(role));
    passwords.set(role, password);
    const script = `read -r PGPASSWORD; export PGPASSWORD; exec psql -h 127.0.0.1 -U ${role} mydb -AtXq -v ON_ERROR_STOP=1`;
    return inPod(NAMESPACE, "pgdb-postgresql-0", ["sh", "-c", script], `${password}\n${sql}`, where);
}

const passwords = new Map<TenantRole, string>();

async function readPassword(role: TenantRole): Promise<string> {
    const { programs, kubeconfig } = await cluster();
    const args = ["get", "secret", "-n", NAMESPACE, SECRETS[role], "-o", "jsonpath={.data.password}"];
    const encoded = await run(programs.kubectl, args, { env: { KUBECONFIG: kubeconfig } });
    return Buffer.from(encoded, "base64").toString("utf8");
}
