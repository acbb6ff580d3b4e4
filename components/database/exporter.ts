import * as pulumi from "@pulumi/pulumi";
import type { ContainerImageArgs } from "../chart";
import { VERIFIER_FILE } from "./admin-password-sql";
import { EXPORTER_ROLE_JOB, exporterRoleSql } from "./exporter-role-sql";
import { generatedPassword } from "./generated-password";
import { scramVerifier } from "./scram";
import { runAsSuperuser, type SuperuserSqlArgs } from "./superuser-sql";

/** postgres_exporter beside the server, which tells Prometheus what the server counts. */
export interface DatabaseExporterArgs {
    /**
     * Whether it runs, on port 9187 of the server's pod. It logs in over the pod's own loopback, as a role that sees
     * counts and no rows. Plain. Defaults to false.
     */
    install?: boolean | undefined;
    /** Its image. Defaults to `docker.io/bitnamilegacy/postgres-exporter` with the chart's tag: frozen, without fixes. */
    image?: ContainerImageArgs | undefined;
}

/** The password of the exporter's role. It never changes: it is good within the server's own pod alone. */
export function exporterPassword(name: string, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
    return generatedPassword(`${name}-exporter-password`, opts);
}

/** Makes the exporter's role; until it is there, the exporter says that the server is down. */
export function exporterRole(
    name: string,
    password: pulumi.Output<string>,
    args: Omit<SuperuserSqlArgs, "databaseName">,
    opts: pulumi.CustomResourceOptions,
): void {
    runAsSuperuser(
        `${name}-exporter-role`,
        { ...args, databaseName: "postgres" },
        {
            jobName: pulumi.output(EXPORTER_ROLE_JOB),
            sql: pulumi.output(exporterRoleSql()),
            files: { [VERIFIER_FILE]: password.apply(scramVerifier) },
        },
        opts,
    );
}
