import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../child-options";
import { DEFAULTS } from "../defaults";
import { checkLabels } from "../labels";
import { dnsLabelFault, sqlNameFault } from "../names";
import { validationOf } from "../structure";
import { rowLevelSecuritySql, tenantSchemaFault, tenantSettingFault } from "./row-level-security-sql";
import { checkSqlJobSettings } from "./sql-job";
import { checkDatabase, runAsSuperuser, type SuperuserSqlArgs } from "./superuser-sql";

/** How tenants are told apart. */
export interface TenantSettingsArgs {
    /** Schema whose tables are isolated, at most 40 characters. Defaults to `public`. */
    schema?: pulumi.Input<string> | undefined;
    /** Column that says whose a row is; tables without it are everybody's. Defaults to `tenant_id`. */
    tenantColumn?: pulumi.Input<string> | undefined;
    /** Setting by which a session says for whom it works. Defaults to `app.tenant_id`. */
    tenantSetting?: pulumi.Input<string> | undefined;
    /** Whether owners of tables see one tenant at a time too, so that a migration is run for each. Defaults to false. */
    confineOwner?: pulumi.Input<boolean> | undefined;
    /** What the names of Job, ConfigMap and Secret begin with. Defaults to `row-level-security`. */
    jobName?: pulumi.Input<string> | undefined;
}

/** Arguments of RowLevelSecurity. */
export interface RowLevelSecurityArgs extends SuperuserSqlArgs, TenantSettingsArgs {
    /** Roles that see one tenant at a time: those with which the application logs in. */
    roleNames: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * Row-level security for every table with a tenant column, those made later and partitions too: a session sees the rows
 * of the tenant that its setting names, and without one it sees none.
 *
 * It stays in the database when the component is deleted. What it can't stop is told in docs/row-level-security.md.
 */
export class RowLevelSecurity extends pulumi.ComponentResource {
    /** Name of the database, known once its tenants are kept apart. */
    public readonly databaseName: pulumi.Output<string>;
    /** Name of the Job that set it up. */
    public readonly jobName: pulumi.Output<string>;

    constructor(name: string, args: RowLevelSecurityArgs, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:RowLevelSecurity", name, {}, opts);
        const { jobName, ...tenants } = checkRowLevelSecurity(name, args);

        const job = runAsSuperuser(
            name,
            args,
            { jobName, sql: pulumi.output(tenants).apply((known) => rowLevelSecuritySql(known)) },
            childOptions(this, opts),
        );

        this.jobName = job.jobName;
        this.databaseName = pulumi.all([args.databaseName, job.jobName]).apply(([databaseName]) => databaseName);
        this.registerOutputs({ databaseName: this.databaseName, jobName: this.jobName });
    }
}

/** Checks all arguments; with a validation that is a part of another one, that one reports. */
export function checkRowLevelSecurity(
    name: string,
    args: RowLevelSecurityArgs,
    validation = validationOf("RowLevelSecurity", name, args),
) {
    const defaults = DEFAULTS.database.rowLevelSecurity;
    const checked = {
        schema: validation.value("schema", args.schema ?? defaults.schema, tenantSchemaFault),
        tenantColumn: validation.value("tenantColumn", args.tenantColumn ?? defaults.tenantColumn, sqlNameFault),
        tenantSetting: validation.value(
            "tenantSetting",
            args.tenantSetting ?? defaults.tenantSetting,
            tenantSettingFault,
        ),
        roles: validation.list("roleNames", args.roleNames, sqlNameFault),
        confineOwner: pulumi.output(args.confineOwner ?? false),
        jobName: validation.value("jobName", args.jobName ?? defaults.jobName, dnsLabelFault),
    };
    validation.value("roleNames", args.roleNames, (roles) =>
        roles.length === 0 ? 'must hold at least one role, is []; write for example ["readonly"]' : undefined,
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
