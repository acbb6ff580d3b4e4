/** The database server of a stack, asked in its own pod. */
import { strict as assert } from "node:assert";
import { inPod, type Outcome, secretValues } from "../e2e/support/kubectl";

const POD = "pgdb-postgresql-0";

/** Roles and databases that every server has. */
const OWN = ["postgres", "template0", "template1"];

/** SQL as the superuser; its outcome is the caller's business. */
export function trySql(namespace: string, sql: string, database = "mydb"): Promise<Outcome> {
    const psql = `PGPASSWORD="$(cat "$POSTGRES_PASSWORD_FILE")" exec psql -h 127.0.0.1 -U postgres "$0" -AtXq -v ON_ERROR_STOP=1`;
    return inPod(namespace, POD, ["sh", "-c", psql, database], sql);
}

/** SQL as the superuser, which must succeed; returns what it prints. */
export async function sql(namespace: string, statements: string, database?: string): Promise<string> {
    const outcome = await trySql(namespace, statements, database);
    assert.equal(outcome.code, 0, outcome.stderr);
    return outcome.stdout.trim();
}

/** Roles and databases that somebody has made. */
export async function madeInServer(namespace: string): Promise<string[]> {
    const names = await sql(
        namespace,
        `SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' UNION ALL SELECT datname FROM pg_database`,
        "postgres",
    );
    return names
        .split("\n")
        .filter((name) => !OWN.includes(name))
        .sort();
}

/** The superuser's password, by which the data on the volume are opened. */
export async function adminPassword(namespace: string): Promise<string | undefined> {
    return (await secretValues(namespace, "pgdb-postgresql-admin"))["postgres-password"];
}

/** A hundred rows of the application's owner, to be found again. */
export async function keepRows(namespace: string): Promise<void> {
    await sql(namespace, "SET ROLE app_owner; CREATE TABLE kept AS SELECT generate_series(1, 100) AS id");
}

/** How many of them are there. */
export function keptRows(namespace: string): Promise<string> {
    return sql(namespace, "SELECT count(*) FROM kept");
}
