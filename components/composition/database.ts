import * as pulumi from "@pulumi/pulumi";
import { DatabaseAccess } from "../database/database-access";
import { DatabaseBackup } from "../database/database-backup";
import { PostgresDatabase } from "../database/postgres-database";
import { RetiredCredentials } from "../database/retired-credentials";
import { RowLevelSecurity } from "../database/row-level-security";
import type { DatabaseLoginsArgs } from "../database/server-settings";
import type { SqlJobSettingsArgs } from "../database/sql-job";
import { DEFAULTS } from "../defaults";
import { imageText } from "../image";
import type { ApplicationDatabaseArgs } from "../secure-application-args";
import type { SharedArgs } from "./shared";

/** The server, the roles in it, and what belongs to them as far as it is asked for. */
export interface DatabaseLayer {
    server: PostgresDatabase;
    access: DatabaseAccess;
    tenants: RowLevelSecurity | undefined;
    backup: DatabaseBackup | undefined;
    /** Closes what the last rotation retired, once these know the new credentials. */
    retire(clients: pulumi.Input<pulumi.Input<string>[]>, graceSeconds: pulumi.Input<number> | undefined): void;
}

/** Makes the database layer. */
export function databaseLayer(
    name: string,
    args: ApplicationDatabaseArgs,
    clientNamespaceName: pulumi.Output<string>,
    shared: SharedArgs,
    opts: pulumi.ComponentResourceOptions,
): DatabaseLayer {
    const { access: roles = {}, rowLevelSecurity, backup, sqlJob, tunnel, direct, ...settings } = args;
    const { protectData, allowDataLoss } = settings;
    const { labels } = shared;
    const job: SqlJobSettingsArgs = { image: sqlImage(args), ...sqlJob };
    const server = new PostgresDatabase(
        `${name}-database`,
        { ...settings, ...shared, job, logins: databaseLogins(args) },
        opts,
    );
    const access = new DatabaseAccess(
        `${name}-access`,
        { ...roles, server, clientNamespaceName, tunnel, direct, protectData, labels },
        opts,
    );
    const asSuperuser = { server, databaseName: access.databaseName, job, labels };
    return {
        server,
        access,
        tenants:
            rowLevelSecurity &&
            new RowLevelSecurity(
                `${name}-tenants`,
                {
                    ...rowLevelSecurity,
                    ...asSuperuser,
                    // Of a role's second login too: it must not see what others ask, either.
                    roleNames: pulumi
                        .all([access.readonlyLogins, access.readwriteLogins ?? []])
                        .apply(([readers, writers]) => [...readers, ...writers]),
                },
                opts,
            ),
        backup:
            backup &&
            new DatabaseBackup(
                `${name}-backup`,
                { ...backup, ...asSuperuser, image: backup.image ?? sqlImage(args), protectData, allowDataLoss },
                opts,
            ),
        retire: (clients, graceSeconds) => {
            const { rotation } = roles;
            if (rotation) {
                new RetiredCredentials(
                    `${name}-retired-credentials`,
                    { ...asSuperuser, rotation, loginNames: access.retiredLogins, clients, graceSeconds },
                    opts,
                );
            }
        },
    };
}

/** Each role gets to the application's database alone. */
function databaseLogins({ access: roles = {}, backup }: ApplicationDatabaseArgs): DatabaseLoginsArgs[] {
    const { access, readwrite, databaseName, backup: backups } = DEFAULTS.database;
    return [
        {
            databaseName: roles.databaseName ?? databaseName,
            roleNames: [
                roles.ownerRole ?? access.ownerRole,
                roles.readonlyRole ?? access.readonlyRole,
                ...(roles.readwrite ? [roles.readwrite.roleName ?? readwrite.roleName] : []),
                ...(backup ? [backup.roleName ?? backups.roleName] : []),
            ],
        },
    ];
}

/** The database's own image has psql; the default one stands in where only a part of the image is given. */
function sqlImage({ image }: ApplicationDatabaseArgs): pulumi.Output<string> {
    return pulumi.output(image ?? {}).apply(({ repository, ...rest }) => {
        const whole = repository !== undefined && (rest.tag !== undefined || rest.digest !== undefined);
        return whole ? imageText({ ...rest, repository }) : DEFAULTS.database.sqlJob.image;
    });
}
