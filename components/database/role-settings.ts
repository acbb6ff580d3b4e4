import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../child-options";
import { oneOf } from "../choices";
import { DEFAULTS } from "../defaults";
import { durationFault, parseDuration } from "../duration";
import { checkLabels } from "../labels";
import { dnsLabelFault, sqlNameFault } from "../names";
import { validationOf } from "../structure";
import type { Validation } from "../validation";
import { roleSettingsSql, type SessionSettings, StatementLogging } from "./role-settings-sql";
import { checkSqlJobSettings } from "./sql-job";
import { checkDatabase, runAsSuperuser, type SuperuserSqlArgs } from "./superuser-sql";

export { StatementLogging };

/** What the sessions of a role begin with. What is left out is as for everybody on the server. */
export interface SessionSettingsArgs {
    /** The role. */
    roleName: pulumi.Input<string>;
    /** How long a statement waits for a lock, such as `5s`. Defaults to the server's. */
    lockTimeout?: pulumi.Input<string> | undefined;
    /** How long a session may lie idle outside of a transaction until it ends, such as `1h`. Defaults to the server's. */
    idleSessionTimeout?: pulumi.Input<string> | undefined;
    /** Whether transactions are read-only unless they say otherwise. A guard rail: privileges decide. Defaults to the server's. */
    defaultTransactionReadOnly?: pulumi.Input<boolean> | undefined;
    /** Which statements are logged. Mind that the log then holds the values in them. Defaults to the server's. */
    logStatement?: pulumi.Input<StatementLogging> | undefined;
    /** How long a statement must run to be logged, such as `1s`. Defaults to the server's. */
    logMinDuration?: pulumi.Input<string> | undefined;
}

/** Arguments of RoleSettings. */
export interface RoleSettingsArgs extends SuperuserSqlArgs {
    /** The roles and their settings. */
    roles: SessionSettingsArgs[];
    /** What the names of Job, ConfigMap and Secret begin with. Defaults to `role-settings`. */
    jobName?: pulumi.Input<string> | undefined;
}

/**
 * Settings of roles that the postgresql provider can't set. A role may change most of them for its session: they guard
 * against mistakes, while privileges guard against attacks.
 */
export class RoleSettings extends pulumi.ComponentResource {
    /** Name of the Job that set them. */
    public readonly jobName: pulumi.Output<string>;

    constructor(name: string, args: RoleSettingsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:RoleSettings", name, {}, opts);
        const { jobName, roles } = check(name, args);

        const job = runAsSuperuser(
            name,
            args,
            { jobName, sql: roles.apply(roleSettingsSql) },
            childOptions(this, opts),
        );

        this.jobName = job.jobName;
        this.registerOutputs({ jobName: this.jobName });
    }
}

function check(name: string, args: RoleSettingsArgs) {
    const validation = validationOf("RoleSettings", name, args);
    const jobName = validation.value("jobName", args.jobName ?? DEFAULTS.database.roleSettings.jobName, dnsLabelFault);
    if (args.roles.length === 0) {
        validation.fault("roles", "must name at least one role, is empty");
    }
    const roles = pulumi.all(args.roles.map((role, index) => checkRole(validation, `roles[${index}]`, role)));
    checkSqlJobSettings(
        validation.part((path) => `job.${path}`),
        args.job,
    );
    checkDatabase(validation, args);
    checkLabels(validation, args.labels);
    validation.done();
    return { jobName, roles };
}

function checkRole(validation: Validation, path: string, role: SessionSettingsArgs): pulumi.Output<SessionSettings> {
    const duration = (member: "lockTimeout" | "idleSessionTimeout" | "logMinDuration") =>
        validation.optional(`${path}.${member}`, role[member], durationFault)?.apply(parseDuration);
    return pulumi.output({
        roleName: validation.value(`${path}.roleName`, role.roleName, sqlNameFault),
        lockTimeout: duration("lockTimeout"),
        idleSessionTimeout: duration("idleSessionTimeout"),
        defaultTransactionReadOnly: role.defaultTransactionReadOnly,
        logStatement: validation.optional<string>(`${path}.logStatement`, role.logStatement, oneOf(StatementLogging)),
        logMinDuration: duration("logMinDuration"),
    }) as pulumi.Output<SessionSettings>;
}
