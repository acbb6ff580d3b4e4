/** A stack of its own: the sample application with a database of tenants, and a pod from which it is visited. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as k8s from "@pulumi/kubernetes";
import type { Stack } from "@pulumi/pulumi/automation";
import * as random from "@pulumi/random";
import { AllowedFlow } from "../../../components/cluster/allowed-flow";
import { SecureNamespace } from "../../../components/cluster/secure-namespace";
import { HardenedWorkload, workloadPodLabels } from "../../../components/container/hardened-workload";
import { DatabaseAccess } from "../../../components/database/database-access";
import { PostgresDatabase } from "../../../components/database/postgres-database";
import { RetiredCredentials } from "../../../components/database/retired-credentials";
import { RowLevelSecurity } from "../../../components/database/row-level-security";
import { SqlJob } from "../../../components/database/sql-job";
import type { Cluster } from "../../../sandbox/cluster";
import { repositoryFolder } from "../../../sandbox/paths";
import { get, inPod, kubectlWith, type Outcome, secretValues } from "./kubectl";
import { smallDatabase } from "./small-database";
import { NAMES, openOwn, STACK } from "./stack";

export const APP = `${STACK}-sample`;
export const VISITORS = `${STACK}-visitors`;
const DATABASE = `${STACK}-sample-database`;
export const WORKLOAD = "sample-app";
export const VISITOR = "visitor";

/** Answers its probes; visits are made by what is run beside it. */
const IDLE = 'require("http").createServer((_, response) => response.end()).listen(8000)';

/** Leaves the node's processors to the stacks of other tests. */
const SMALL = { cpuRequest: "20m" };

/** What the next run of the program is to do. */
export const settings = {
    rotation: 0,
    /** Variables of the application: other ones replace its pods. */
    environment: {} as Record<string, string>,
};

/** Opens the stack without running it. */
export function sampleAppStack(): Promise<Stack> {
    return openOwn(`${STACK}-sample`, program);
}

function program(node: Cluster) {
    const { rotation, environment } = settings;
    const server = new PostgresDatabase("database", {
        namespaceName: DATABASE,
        ...smallDatabase(node),
    });
    const namespace = new SecureNamespace("app", { namespaceName: APP });
    const access = new DatabaseAccess("access", {
        server,
        clientNamespaceName: namespace.namespaceName,
        tunnel: { localPort: NAMES.localPort + 60 },
        readwrite: {},
        rotation,
    });
    const { readonlyLogins, credentialsSecretName, credentialsVersion, databaseName } = access;
    const { readwriteLogins = readonlyLogins, readwriteSecretName = "", readwriteVersion = "" } = access;
    const job = { image: node.images.postgresql };
    const tenants = new RowLevelSecurity("tenants", {
        server,
        databaseName,
        job,
        roleNames: readonlyLogins.apply((readers) => readwriteLogins.apply((writers) => [...readers, ...writers])),
    });
    const schema = new SqlJob(
        "schema",
        {
            ...job,
            sql: fs.readFileSync(path.join(repositoryFolder, "examples", "sample-app", "schema.sql"), "utf8"),
            namespaceName: server.namespaceName,
            credentialsSecretName: access.ownerSecretName,
            serverPodLabels: server.podLabels,
        },
        { dependsOn: [tenants] },
    );
    const toDatabase = new AllowedFlow("app-to-database", {
        from: { namespaceName: namespace.namespaceName, podLabels: workloadPodLabels(WORKLOAD) },
        to: { namespaceName: server.namespaceName, podLabels: server.podLabels },
        ports: [{ port: server.port }],
    });
    // Of its own: one that comes from a password would sign everybody out with each rotation.
    const sessionKey = new k8s.core.v1.Secret("session", {
        metadata: { name: "session", namespace: namespace.namespaceName },
        stringData: { key: new random.RandomPassword("session-key", { length: 43, special: false }).result },
    });
    const app = new HardenedWorkload(
        "sample-app",
        {
            namespaceName: namespace.namespaceName,
            workloadName: WORKLOAD,
            serviceName: WORKLOAD,
            image: node.images.app,
            resources: SMALL,
            environment,
            readinessPath: "/readyz",
            serviceBindings: [
                { bindingName: "database", secretName: credentialsSecretName, version: credentialsVersion },
                { bindingName: "database-write", secretName: readwriteSecretName, version: readwriteVersion },
                { bindingName: "session", secretName: sessionKey.metadata.name, version: "1" },
            ],
        },
        { dependsOn: [toDatabase, schema] },
    );
    new RetiredCredentials("retired", {
        server,
        databaseName,
        job,
        rotation,
        loginNames: access.retiredLogins,
        clients: [app.deploymentName],
    });
    const visitors = new SecureNamespace("visitors", { namespaceName: VISITORS });
    const visitor = new HardenedWorkload("visitor", {
        namespaceName: visitors.namespaceName,
        workloadName: VISITOR,
        serviceName: VISITOR,
        image: node.images.app,
        command: ["node", "-e", IDLE],
        resources: SMALL,
        replicas: 1,
    });
    new AllowedFlow("visitor-to-app", {
        from: { namespaceName: visitors.namespaceName, podLabels: visitor.podLabels },
        to: { namespaceName: namespace.namespaceName, podLabels: app.podLabels },
        ports: [{ port: app.podPort }],
    });
    return {
        namespace: APP,
        deployment: WORKLOAD,
        databaseNamespace: DATABASE,
        databaseHost: server.host,
        database: access.databaseName,
        ownerSecret: access.ownerSecretName,
    };
}

/** A pod of the application. */
export interface AppPod {
    name: string;
    address: string;
    restarts: number;
}

/** The pods of the application that have an address and aren't on their way out. */
export async function appPods(): Promise<AppPod[]> {
    const selector = `app.kubernetes.io/name=${WORKLOAD}`;
    const list = await get<PodList>("pods", "-n", APP, "-l", selector);
    return list.items
        .filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status.podIP !== undefined)
        .map(({ metadata, status }) => ({
            name: metadata.name,
            address: String(status.podIP),
            restarts: status.containerStatuses?.[0]?.restartCount ?? 0,
        }));
}

interface PodList {
    items: {
        metadata: { name: string; deletionTimestamp?: string };
        status: { podIP?: string; containerStatuses?: { restartCount: number }[] };
    }[];
}

/** SQL as the superuser, in the server's pod; returns what it prints. */
export async function asSuperuser(sql: string): Promise<string> {
    const { "postgres-password": password = "" } = await secretValues(DATABASE, "pgdb-postgresql-admin");
    const psql =
        "read -r PGPASSWORD; export PGPASSWORD; exec psql -h 127.0.0.1 -U postgres mydb -AtXq -v ON_ERROR_STOP=1";
    const server = ["exec", "-i", "-n", DATABASE, "pgdb-postgresql-0", "--", "sh", "-c", psql];
    return (await kubectlWith(`${password}\n${sql}`, ...server)).replace(/\n$/, "");
}

/** SQL with the credentials that are mounted in the application's pods. */
export async function asApplication(binding: "database" | "database-write", sql: string): Promise<Outcome> {
    const script = `cd /bindings/${binding}; export PGPASSWORD="$(cat password)"; exec psql -AtXq -v ON_ERROR_STOP=1 \
        "host=$(cat host) dbname=$(cat database) user=$(cat username) sslmode=verify-full sslrootcert=$PWD/ca.crt"`;
    return inPod(APP, `deploy/${WORKLOAD}`, ["sh", "-c", script], sql);
}
