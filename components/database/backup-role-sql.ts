/** The role that dumps. Pure; no Pulumi import. */
import { createRole, sqlIdentifier, sqlLiteral } from "./sql-text";

/** The role, its database, and what PostgreSQL keeps of its password. */
export interface BackupRole {
    roleName: string;
    databaseName: string;
    passwordVerifier: string;
}

/**
 * The SQL, for the superuser, to be run any number of times.
 *
 * The role reads every row, those under forced row-level security too, since a dump of a part would be no backup. It is
 * no superuser: who steals its credentials can read, and neither change nor run anything. The two connections are for a
 * backup made by hand beside the scheduled one.
 */
export function backupRoleSql({ roleName, databaseName, passwordVerifier }: BackupRole): string {
    const role = sqlIdentifier(roleName);
    return `${createRole(roleName)}
ALTER ROLE ${role} WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS INHERIT
    CONNECTION LIMIT 2 PASSWORD ${sqlLiteral(passwordVerifier)};
ALTER ROLE ${role} SET default_transaction_read_only = on;
GRANT pg_read_all_data TO ${role};
GRANT CONNECT ON DATABASE ${sqlIdentifier(databaseName)} TO ${role};
`;
}
