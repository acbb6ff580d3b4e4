/** The role of the metrics exporter. Pure; no Pulumi import. */
import { DEFAULTS } from "../defaults";
import { READ_VERIFIER } from "./admin-password-sql";
import { createRole, sqlIdentifier } from "./sql-text";

/** What the names of Job, ConfigMap and Secret begin with. */
export const EXPORTER_ROLE_JOB = "exporter-role";

/**
 * The SQL, for psql and the superuser, to be run any number of times. It holds no secret: that is read from a file.
 *
 * The role sees what the server counts, and no row: not even who steals its password gets to the application's data.
 */
export function exporterRoleSql(): string {
    const { roleName } = DEFAULTS.database.exporter;
    const role = sqlIdentifier(roleName);
    return `${READ_VERIFIER}
${createRole(roleName)}
ALTER ROLE ${role} WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT
    CONNECTION LIMIT 5 PASSWORD :'verifier';
ALTER ROLE ${role} SET default_transaction_read_only = on;
ALTER ROLE ${role} SET statement_timeout = '10s';
GRANT pg_monitor TO ${role};
GRANT CONNECT ON DATABASE postgres TO ${role};
`;
}
