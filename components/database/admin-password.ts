import * as pulumi from "@pulumi/pulumi";
import { ADMIN_PASSWORD_JOB, adminPasswordSql, VERIFIER_FILE } from "./admin-password-sql";
import { generatedPassword } from "./generated-password";
import { scramVerifier } from "./scram";
import { FALLBACK_FILE } from "./sql-job-pod";
import { runAsSuperuser, type SqlServerArgs, type SuperuserSqlArgs } from "./superuser-sql";

/** The superuser's passwords: today's, and from the first rotation on the one before it. */
export interface AdminPasswords {
    current: pulumi.Output<string>;
    previous?: pulumi.Output<string>;
}

/**
 * Makes the passwords. The one before stays until the next rotation: when an update is cut short, nobody knows which of
 * the two the server has, and the next update tries both.
 */
export function adminPasswords(
    name: string,
    rotation: number,
    opts: { current: pulumi.CustomResourceOptions; previous: pulumi.CustomResourceOptions },
): AdminPasswords {
    const generated = (ofRotation: number, own: pulumi.CustomResourceOptions) => {
        const title = `${name}-admin-password${ofRotation === 0 ? "" : `-${ofRotation}`}`;
        return generatedPassword(title, own);
    };
    const current = generated(rotation, opts.current);
    return rotation === 0 ? { current } : { current, previous: generated(rotation - 1, opts.previous) };
}

/**
 * Sees to it that the server has today's password. There is always one that works: the server changes from one to the
 * other in a single statement, and both are known until the next rotation.
 *
 * @returns today's password, known once the server has it.
 */
export function settledAdminPassword(
    name: string,
    { current, previous }: AdminPasswords,
    args: {
        rotation: number;
        server: Omit<SqlServerArgs, "adminPassword"> & { adminUsername: pulumi.Input<string> };
    } & Pick<SuperuserSqlArgs, "job" | "labels">,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    if (previous === undefined) {
        return current;
    }
    const { rotation, server, job, labels } = args;
    const sql = pulumi
        .output(server.adminUsername)
        .apply((adminUsername) => adminPasswordSql({ adminUsername, rotation }));
    const changed = runAsSuperuser(
        `${name}-admin-password`,
        { server: { ...server, adminPassword: previous }, databaseName: "postgres", job, labels },
        {
            jobName: pulumi.output(ADMIN_PASSWORD_JOB),
            sql,
            files: { [FALLBACK_FILE]: current, [VERIFIER_FILE]: current.apply(scramVerifier) },
        },
        opts,
    );
    return pulumi.secret(pulumi.all([current, changed.jobName]).apply(([password]) => password));
}
