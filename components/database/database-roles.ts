import type * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "../defaults";
import { sqlNameFault } from "../names";
import { wholeNumber } from "../numbers";
import type { Rule, Validation } from "../validation";
import { withDefaults } from "../with-defaults";
import { checkLogin } from "./login-role";
import { rotationFault, secondLogin, secondLoginFault } from "./rotation";

/** Roles in the database. */
export interface DatabaseRolesArgs {
    /** Database to make. Defaults to `mydb`. */
    databaseName?: pulumi.Input<string> | undefined;
    /** Role that owns the database and runs migrations; never for the application. Defaults to `app_owner`. */
    ownerRole?: pulumi.Input<string> | undefined;
    /** How many connections the owner may hold at once. Defaults to 10. */
    ownerConnectionLimit?: pulumi.Input<number> | undefined;
    /** Role that can log in and read, nothing else. Defaults to `readonly`. */
    readonlyRole?: pulumi.Input<string> | undefined;
    /** How long a statement of the read-only role may run. Defaults to `10min`. */
    statementTimeout?: pulumi.Input<string> | undefined;
    /** How long a transaction of the read-only role may lie idle before its session ends. Defaults to `15min`. */
    idleInTransactionSessionTimeout?: pulumi.Input<string> | undefined;
    /** How many connections the read-only role may hold at once. Defaults to 20. */
    connectionLimit?: pulumi.Input<number> | undefined;
    /** Time after which the read-only role's password is refused, such as `2027-01-31T00:00:00Z`. Defaults to never. */
    validUntil?: pulumi.Input<string> | undefined;
    /**
     * Secret for the application with the read-only role's credentials. After each odd rotation the one in use has `-b`
     * behind its name, so that the other stays until the clients have moved. Defaults to `app-db-creds`.
     */
    credentialsSecretName?: pulumi.Input<string> | undefined;
    /**
     * How often the credentials of all roles have been made new. One more makes them new once: a second login of each
     * role takes over, and RetiredCredentials closes the first. Only ever one step up. Plain. Defaults to 0.
     */
    rotation?: number | undefined;
    /** A role that can write too. Plain by presence. Defaults to none. */
    readwrite?: ReadWriteRoleArgs | undefined;
}

/** A role that can read and change rows, and nothing about tables themselves. */
export interface ReadWriteRoleArgs {
    /** Name of the role. Defaults to `readwrite`. */
    roleName?: pulumi.Input<string> | undefined;
    /** How long a statement of the role may run. Defaults to `10min`. */
    statementTimeout?: pulumi.Input<string> | undefined;
    /** How long a transaction of the role may lie idle before its session ends. Defaults to `15min`. */
    idleInTransactionSessionTimeout?: pulumi.Input<string> | undefined;
    /** How many connections the role may hold at once. Defaults to 20. */
    connectionLimit?: pulumi.Input<number> | undefined;
    /** Time after which the role's password is refused, such as `2027-01-31T00:00:00Z`. Defaults to never. */
    validUntil?: pulumi.Input<string> | undefined;
    /** Secret with the role's credentials, with `-b` behind its name after each odd rotation. Defaults to `app-db-write-creds`. */
    credentialsSecretName?: pulumi.Input<string> | undefined;
    /** Namespace of the Secret: that of the pods that write. Defaults to `clientNamespaceName`. */
    clientNamespaceName?: pulumi.Input<string> | undefined;
}

/** The database's name and its roles with their defaults, checked. */
export function checkRoles(validation: Validation, args: DatabaseRolesArgs) {
    const defaults = DEFAULTS.database.access;
    const rotation = args.rotation ?? 0;
    validation.value("rotation", rotation, rotationFault);
    const roleName = [sqlNameFault, secondLoginFault(rotation)];
    const ownerRole = args.ownerRole ?? defaults.ownerRole;
    const readonlyRole = args.readonlyRole ?? defaults.readonlyRole;
    return {
        databaseName: validation.value(
            "databaseName",
            args.databaseName ?? DEFAULTS.database.databaseName,
            sqlNameFault,
        ),
        ownerRole: validation.value("ownerRole", ownerRole, ...roleName),
        ownerConnectionLimit: validation.value(
            "ownerConnectionLimit",
            args.ownerConnectionLimit ?? defaults.ownerConnectionLimit,
            wholeNumber(1, 10_000),
        ),
        readonlyRole: validation.value("readonlyRole", readonlyRole, ...roleName, differsFrom({ ownerRole })),
        readonly: checkLogin(validation, "", {
            statementTimeout: args.statementTimeout ?? defaults.statementTimeout,
            idleInTransactionSessionTimeout:
                args.idleInTransactionSessionTimeout ?? defaults.idleInTransactionSessionTimeout,
            connectionLimit: args.connectionLimit ?? defaults.connectionLimit,
            credentialsSecretName: args.credentialsSecretName ?? defaults.credentialsSecretName,
            validUntil: args.validUntil,
        }),
        readwrite: args.readwrite && checkReadWrite(validation, args.readwrite, roleName, { ownerRole, readonlyRole }),
    };
}

function checkReadWrite(
    validation: Validation,
    args: ReadWriteRoleArgs,
    roleName: Rule<string>[],
    others: Record<string, pulumi.Input<string>>,
) {
    const settings = withDefaults({ ...DEFAULTS.database.access, ...DEFAULTS.database.readwrite }, args);
    return {
        roleName: validation.value("readwrite.roleName", settings.roleName, ...roleName, differsFrom(others)),
        ...checkLogin(validation, "readwrite.", { ...settings, validUntil: args.validUntil }),
    };
}

/** Two roles of one name would be one role with the privileges of both; second logins have names of their own too. */
function differsFrom(others: Record<string, pulumi.Input<string>>) {
    return (role: string) => {
        const like = (isLike: (other: string) => boolean) =>
            Object.entries(others).find(([, other]) => typeof other === "string" && isLike(other))?.[0];
        const twin = like((other) => other === role);
        if (twin) {
            return `must differ from \`${twin}\`, both are ${JSON.stringify(role)}`;
        }
        const second = like((other) => secondLogin(other) === role || secondLogin(role) === other);
        return second && `must not be kept for a second login, as with \`${second}\`, is ${JSON.stringify(role)}`;
    };
}
