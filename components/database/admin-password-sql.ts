/** SQL that gives the superuser another password. Pure; no Pulumi import. */
import { endSessions } from "./retired-credentials-sql";
import { sqlIdentifier, sqlLiteral } from "./sql-text";

/** What the names of Job, ConfigMap and Secret begin with. */
export const ADMIN_PASSWORD_JOB = "admin-password";

/** File beside the job's credentials with what PostgreSQL keeps of the new password. */
export const VERIFIER_FILE = "password.verifier";

/** What the SQL is made from. */
export interface AdminPasswordInput {
    adminUsername: string;
    /** Which rotation it is: each is a job of its own. */
    rotation: number;
}

/** Reads that file into psql's variable `verifier`, and stops at an empty one, which would take the password away. */
export const READ_VERIFIER = `\\set verifier \`cat ${VERIFIER_FILE}\`
SELECT 1 / (:'verifier' LIKE 'SCRAM-SHA-256$%')::int;`;

/** The SQL, for psql and the superuser, to be run any number of times. It holds no secret: that is read from a file. */
export function adminPasswordSql({ adminUsername, rotation }: AdminPasswordInput): string {
    return [
        `-- rotation ${rotation}`,
        READ_VERIFIER,
        `ALTER ROLE ${sqlIdentifier(adminUsername)} PASSWORD :'verifier';`,
        endSessions(`usename = ${sqlLiteral(adminUsername)}`),
        "",
    ].join("\n");
}
