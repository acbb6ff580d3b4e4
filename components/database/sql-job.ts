import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../child-options";
import { AllowedFlow } from "../cluster/allowed-flow";
import { podLabelsFault } from "../cluster/network-policy";
import { DEFAULTS } from "../defaults";
import { imageFault } from "../image";
import { checkLabels, standardLabels } from "../labels";
import { dnsLabelFault, subdomainFault } from "../names";
import { portFault, wholeNumber } from "../numbers";
import { type ComputeResourcesArgs, resourceRequirements } from "../resources";
import { validationOf } from "../structure";
import type { Validation } from "../validation";
import { WAIT_SECONDS } from "./client-script";
import { POSTGRES_PORT } from "./postgresql-values";
import { SQL_FILE, sqlPodSpec } from "./sql-job-pod";
import { sqlFault, sqlFingerprint } from "./sql-text";

/** How a job runs, whatever its SQL. */
export interface SqlJobSettingsArgs {
    /** Image with `psql`, `pg_isready` and a shell; best the server's own. Defaults to the server's default image. */
    image?: pulumi.Input<string> | undefined;
    /** Compute resources of the job's pod. Defaults to 64Mi of memory requested and 128Mi at most. */
    resources?: ComputeResourcesArgs | undefined;
    /** Seconds after which the job is given up, all tries together; from 90. Defaults to 300. */
    deadlineSeconds?: pulumi.Input<number> | undefined;
    /** How often a failed job is tried again. Defaults to 2. */
    retries?: pulumi.Input<number> | undefined;
}

/** Arguments of SqlJob. */
export interface SqlJobArgs extends SqlJobSettingsArgs {
    /** Statements for `psql`, run in one transaction. They must bear being run again, and are no place for secrets. */
    sql: pulumi.Input<string>;
    /** Namespace of the database. */
    namespaceName: pulumi.Input<string>;
    /** Secret in that namespace with host, login and authority, in the Service Binding layout. */
    credentialsSecretName: pulumi.Input<string>;
    /** Labels of the server's pods, to which the job's pods get a way. */
    serverPodLabels: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** Port of the server's pods. Defaults to 5432. */
    serverPort?: pulumi.Input<number> | undefined;
    /** What the names of Job and ConfigMap begin with, at most 46 characters. Defaults to the component's name. */
    jobName?: pulumi.Input<string> | undefined;
    /** Labels for every object made here and for the pods. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * SQL that a Job beside the database applies, over verified TLS: for what no provider can say, such as policies.
 *
 * The Job is named after the SQL. Other SQL is another Job, which runs before the old one goes; the same SQL runs once.
 * A statement that fails undoes them all and fails the update with the server's words; the next update tries again.
 */
export class SqlJob extends pulumi.ComponentResource {
    /** Name of the Job, known once the SQL is applied. */
    public readonly jobName: pulumi.Output<string>;

    constructor(name: string, args: SqlJobArgs, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:SqlJob", name, {}, opts);
        const checked = check(name, args);
        const child = childOptions(this, opts);
        const podLabels = { "app.kubernetes.io/name": "sql-job", "app.kubernetes.io/instance": name };
        const labels = standardLabels({ name: "sql-job", instance: name, component: "database" }, args.labels);
        const metadata = {
            name: pulumi.interpolate`${checked.jobName}-${checked.sql.apply(sqlFingerprint)}`,
            namespace: checked.namespaceName,
            labels,
        };

        const flow = new AllowedFlow(
            `${name}-flow`,
            {
                from: { namespaceName: checked.namespaceName, podLabels },
                to: { namespaceName: checked.namespaceName, podLabels: checked.serverPodLabels },
                ports: [{ port: checked.serverPort }],
                labels: args.labels,
            },
            child,
        );
        const script = new k8s.core.v1.ConfigMap(
            `${name}-script`,
            { metadata, data: { [SQL_FILE]: checked.sql }, immutable: true },
            child,
        );
        // A component's children don't wait for what it depends on by themselves.
        const before = pulumi.output(opts?.dependsOn).apply((resources) => [resources ?? []].flat());
        const job = new k8s.batch.v1.Job(
            `${name}-job`,
            {
                // A Job that failed can't be mended; without this, Pulumi would only look at it again.
                metadata: { ...metadata, annotations: { "pulumi.com/replaceUnready": "true" } },
                spec: {
                    backoffLimit: checked.retries,
                    activeDeadlineSeconds: checked.deadlineSeconds,
                    // No ttlSecondsAfterFinished: a refresh would miss the Job, and the next update run it again.
                    template: {
                        metadata: { labels },
                        spec: sqlPodSpec({ ...checked, configMapName: script.metadata.name }),
                    },
                },
            },
            { ...child, dependsOn: before.apply((resources) => [flow, ...resources]) },
        );

        this.jobName = job.metadata.name;
        this.registerOutputs({ jobName: this.jobName });
    }
}

function check(name: string, args: SqlJobArgs) {
    const validation = validationOf("SqlJob", name, args);
    const checked = {
        sql: validation.value("sql", args.sql, sqlFault),
        namespaceName: validation.value("namespaceName", args.namespaceName, dnsLabelFault),
        credentialsSecretName: validation.value("credentialsSecretName", args.credentialsSecretName, subdomainFault),
        serverPodLabels: validation.value(
            "serverPodLabels",
            args.serverPodLabels as pulumi.Input<Record<string, string>>,
            podLabelsFault,
        ),
        serverPort: validation.value("serverPort", args.serverPort ?? POSTGRES_PORT, portFault),
        jobName: validation.value("jobName", args.jobName ?? name, dnsLabelFault, tooLong),
        ...checkSqlJobSettings(validation, args),
    };
    checkLabels(validation, args.labels);
    validation.done();
    return checked;
}

/** Checks how a job runs: whoever makes a job of its own checks it with its other arguments, before anything is made. */
export function checkSqlJobSettings(validation: Validation, args: SqlJobSettingsArgs = {}) {
    const defaults = DEFAULTS.database.sqlJob;
    return {
        image: validation.value("image", args.image ?? defaults.image, imageFault),
        resources: resourceRequirements(validation, "resources", args.resources, defaults.resources),
        deadlineSeconds: validation.value(
            "deadlineSeconds",
            args.deadlineSeconds ?? defaults.deadlineSeconds,
            wholeNumber(WAIT_SECONDS + 30, 86_400),
        ),
        retries: validation.value("retries", args.retries ?? defaults.retries, wholeNumber(0, 10)),
    };
}

/** The fingerprint and what Kubernetes adds for its pods come behind it. */
function tooLong(jobName: string): string | undefined {
    return jobName.length > 46
        ? `must have at most 46 characters, so that the names made from it stay legal, is ${JSON.stringify(jobName)}`
        : undefined;
}
