import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../child-options";
import { DEFAULTS } from "../defaults";
import { checkLabels } from "../labels";
import { dnsLabelFault, sqlNameFault } from "../names";
import { wholeNumber } from "../numbers";
import { validationOf } from "../structure";
import { retiredCredentialsSql } from "./retired-credentials-sql";
import { rotationFault } from "./rotation";
import { checkSqlJobSettings } from "./sql-job";
import { checkDatabase, runAsSuperuser, type SuperuserSqlArgs } from "./superuser-sql";

/** Arguments of RetiredCredentials. */
export interface RetiredCredentialsArgs extends SuperuserSqlArgs {
    /** The `rotation` of DatabaseAccess. With 0 there is nothing to close. Plain. Defaults to 0. */
    rotation?: number | undefined;
    /** Logins to close: `retiredLogins` of DatabaseAccess. */
    loginNames: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * What is known once every client uses the new credentials, such as `deploymentName` of each HardenedWorkload. What
     * the texts say doesn't matter.
     */
    clients: pulumi.Input<pulumi.Input<string>[]>;
    /** Seconds that pods on their way out may still log in: the longest grace period of the clients. Defaults to 30. */
    graceSeconds?: pulumi.Input<number> | undefined;
    /** What the names of Job, ConfigMap and Secret begin with. Defaults to `retired-credentials`. */
    jobName?: pulumi.Input<string> | undefined;
}

/**
 * The end of a rotation: the logins that were used before it are closed and their sessions ended, as soon as every client
 * has the new credentials and not before.
 *
 * Without it the old credentials work until the next rotation.
 */
export class RetiredCredentials extends pulumi.ComponentResource {
    /** The closed logins, known once they are closed; none before the first rotation. */
    public readonly loginNames: pulumi.Output<string[]>;

    constructor(name: string, args: RetiredCredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:RetiredCredentials", name, {}, opts);
        const { rotation, loginNames, graceSeconds, jobName } = check(name, args);

        this.loginNames = pulumi.output([]);
        if (rotation > 0) {
            const sql = pulumi
                .all([loginNames, graceSeconds, args.clients])
                .apply(([logins, seconds]) =>
                    retiredCredentialsSql({ loginNames: logins, rotation, graceSeconds: seconds }),
                );
            const deadlineSeconds = pulumi
                .all([args.job?.deadlineSeconds ?? DEFAULTS.database.sqlJob.deadlineSeconds, graceSeconds])
                .apply(([own, grace]) => own + grace);
            const withGrace = { ...args, job: { ...args.job, deadlineSeconds } };
            const job = runAsSuperuser(name, withGrace, { jobName, sql }, childOptions(this, opts));
            this.loginNames = pulumi.all([loginNames, job.jobName]).apply(([logins]) => logins);
        }
        this.registerOutputs({ loginNames: this.loginNames });
    }
}

function check(name: string, args: RetiredCredentialsArgs) {
    const defaults = DEFAULTS.database.retiredCredentials;
    const validation = validationOf("RetiredCredentials", name, args);
    const rotation = args.rotation ?? 0;
    validation.value("rotation", rotation, rotationFault);
    const checked = {
        rotation,
        loginNames: validation.list("loginNames", args.loginNames, sqlNameFault),
        graceSeconds: validation.value(
            "graceSeconds",
            args.graceSeconds ?? defaults.graceSeconds,
            wholeNumber(0, 3_600),
        ),
        jobName: validation.value("jobName", args.jobName ?? defaults.jobName, dnsLabelFault),
    };
    validation.value("loginNames", args.loginNames, (logins) =>
        rotation > 0 && logins.length === 0
            ? "must hold the logins to close, is []; give `retiredLogins` of a DatabaseAccess with the same `rotation`"
            : undefined,
    );
    checkSqlJobSettings(
        validation.part((path) => `job.${path}`),
        args.job,
    );
    checkDatabase(validation, args);
    checkLabels(validation, args.labels);
    validation.done();
    return checked;
}
