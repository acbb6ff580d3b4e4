import type * as pulumi from "@pulumi/pulumi";
import { podLabelsFault } from "../cluster/network-policy";
import { standardLabels } from "../labels";
import { databaseFault, dnsLabelFault, hostFault } from "../names";
import { portFault } from "../numbers";
import type { Validation } from "../validation";
import { credentialsSecret } from "./credentials-secret";
import { POSTGRES_PORT } from "./postgresql-values";
import { SqlJob, type SqlJobSettingsArgs } from "./sql-job";

/** The database server, as PostgresDatabase's outputs describe it, for a job beside it. */
export interface SqlServerArgs {
    /** Namespace of the server's pods. */
    namespaceName: pulumi.Input<string>;
    /** Labels of the server's pods. */
    podLabels: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** DNS name that clients in the cluster use, one that the server's certificate holds. */
    host: pulumi.Input<string>;
    /** Port of the server. Defaults to 5432. */
    port?: pulumi.Input<number> | undefined;
    /** Superuser that runs the SQL. Defaults to `postgres`. */
    adminUsername?: pulumi.Input<string> | undefined;
    /** The superuser's password, a secret. */
    adminPassword: pulumi.Input<string>;
    /** Certificate of the authority behind the server's certificate, in PEM. */
    caCertificate: pulumi.Input<string>;
}

/** What only the superuser may do, and where. */
export interface SuperuserSqlArgs {
    /** The server. */
    server: SqlServerArgs;
    /** Database in which the SQL runs; as an output of DatabaseAccess, so that roles and privileges are there before. */
    databaseName: pulumi.Input<string>;
    /** How the job runs. */
    job?: SqlJobSettingsArgs | undefined;
    /** Labels for every object made here. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/** Checks what says where the server is. */
export function checkServer(
    validation: Validation,
    server: Omit<SqlServerArgs, "podLabels"> & Partial<Pick<SqlServerArgs, "podLabels">>,
): void {
    validation.value("server.namespaceName", server.namespaceName, dnsLabelFault);
    validation.optional("server.podLabels", server.podLabels as pulumi.Input<Record<string, string>>, podLabelsFault);
    validation.value("server.host", server.host, hostFault);
    validation.optional("server.port", server.port, portFault);
}

/** Checks a database that is there already, and the server that it is on. */
export function checkDatabase(validation: Validation, args: SuperuserSqlArgs): void {
    checkServer(validation, args.server);
    validation.value("databaseName", args.databaseName, databaseFault);
}

/** Runs SQL as the superuser, with credentials that never leave the database's namespace. */
export function runAsSuperuser(
    name: string,
    args: SuperuserSqlArgs,
    script: {
        jobName: pulumi.Output<string>;
        sql: pulumi.Output<string>;
        /** Files that the script finds beside its credentials. */
        files?: Record<string, pulumi.Input<string>>;
    },
    opts: pulumi.CustomResourceOptions,
): SqlJob {
    const { server, databaseName } = args;
    const labels = standardLabels({ name: "sql-job", instance: script.jobName, component: "database" }, args.labels);
    const credentials = credentialsSecret(
        `${name}-credentials`,
        { name: script.jobName, namespace: server.namespaceName, labels },
        {
            host: server.host,
            port: server.port ?? POSTGRES_PORT,
            database: databaseName,
            username: server.adminUsername ?? "postgres",
            password: server.adminPassword,
            caCertificate: server.caCertificate,
        },
        opts,
        script.files,
    );
    return new SqlJob(
        `${name}-sql`,
        {
            ...args.job,
            jobName: script.jobName,
            sql: script.sql,
            namespaceName: server.namespaceName,
            // By its name alone: what takes a Secret's output is replaced with the Secret, and the SQL would run again.
            credentialsSecretName: script.jobName,
            serverPodLabels: server.podLabels,
            serverPort: server.port,
            labels: args.labels,
        },
        { ...opts, dependsOn: [credentials.secret] },
    );
}
