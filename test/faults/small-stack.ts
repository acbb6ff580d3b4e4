/** A small stack for faults that need no whole program: a database, its roles, and a pod that is given their credentials. */
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import { SecureNamespace } from "../../components/cluster/secure-namespace";
import { HardenedWorkload } from "../../components/container/hardened-workload";
import { DatabaseAccess, type DatabaseAccessArgs } from "../../components/database/database-access";
import { PostgresDatabase, type PostgresDatabaseArgs } from "../../components/database/postgres-database";
import type { Cluster } from "../../sandbox/cluster";
import { devConfiguration } from "../../sandbox/configuration";
import { openStack } from "../../sandbox/engine";
import { smallDatabase } from "../e2e/support/small-database";
import { cluster, NAMES, STACK } from "../e2e/support/stack";
import { recover } from "./recovery";

/** What the next run of the program is to change. */
export interface SmallSettings {
    server?: Partial<PostgresDatabaseArgs>;
    access?: Partial<DatabaseAccessArgs>;
}

/** A small stack and where its parts are. */
export interface SmallStack {
    stack: Stack;
    node: Cluster;
    /** What the names of all its namespaces begin with. */
    prefix: string;
    /** Namespace of the database. */
    database: string;
    /** Where the program takes its settings from when it runs next. */
    settings: SmallSettings;
}

/** Listens on the loopback interface, and does nothing. */
const IDLE = 'require("http").createServer((_, response) => response.end()).listen(8000)';

/** Opens a stack without running it; with a kubeconfig of its own unless it takes the cluster's. */
export async function smallStack(fault: string, kubeconfig?: string): Promise<SmallStack> {
    const node = await cluster();
    const prefix = `${STACK}-${fault}`;
    const small = { node, prefix, database: `${prefix}-database`, settings: {} as SmallSettings };
    const environment = { ...node.programs, kubeconfig: kubeconfig ?? node.kubeconfig };
    // The project demands the settings of its own program, which this one doesn't read.
    const run = async () => program(small);
    return { ...small, stack: await openStack(prefix, devConfiguration(), run, environment, true) };
}

function program({ node, prefix, database, settings }: Omit<SmallStack, "stack">): void {
    const server = new PostgresDatabase("database", {
        ...smallDatabase(node),
        ...settings.server,
        namespaceName: database,
    });
    const namespace = new SecureNamespace("app", { namespaceName: `${prefix}-app` });
    const access = new DatabaseAccess("access", {
        ...settings.access,
        server,
        clientNamespaceName: namespace.namespaceName,
        tunnel: { localPort: NAMES.localPort + 1 },
    });
    new HardenedWorkload("workload", {
        namespaceName: namespace.namespaceName,
        image: node.images.app,
        command: ["node", "-e", IDLE],
        replicas: 1,
        resources: { cpuRequest: "10m" },
        serviceBindings: [
            { bindingName: "database", secretName: access.credentialsSecretName, version: access.credentialsVersion },
        ],
    });
}

/** Takes away what an earlier run of the test, cut short, has left. */
export async function clear({ stack, node }: SmallStack): Promise<void> {
    await recover(stack, node);
    await stack.destroy();
}

/** An `up` under way: when the engine begins with a resource of the type, `fault` happens, once. */
export async function upWithFault(stack: Stack, type: RegExp, fault: () => Promise<void>): Promise<void> {
    let happened: Promise<void> | undefined;
    const onEvent = ({ resourcePreEvent }: EngineEvent) => {
        const { op = "same", type: begun = "" } = resourcePreEvent?.metadata ?? {};
        if (op !== "same" && type.test(begun)) {
            happened ??= fault();
        }
    };
    try {
        await stack.up({ onEvent });
    } finally {
        await happened;
    }
    if (happened === undefined) {
        throw new Error("the update ended, and the fault never came");
    }
}
