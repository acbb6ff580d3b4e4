/** Reads back who may do what. */
import { type DefaultPrivileges, type Grant, samePrivileges } from "./grant-sql";
import { roleExists } from "./membership";
import { type Server, type Session, step } from "./server";

/** PostgreSQL's letters for types of relations and of default privileges. */
const LETTERS: Record<string, string> = {
    table: "r",
    sequence: "S",
    function: "f",
    procedure: "f",
    routine: "f",
    type: "T",
    schema: "n",
};

const OBJECTS = {
    database: "SELECT NULL AS name, datacl AS acl FROM pg_database WHERE datname = $2 AND $3::text IS NOT NULL",
    schema: "SELECT NULL AS name, nspacl AS acl FROM pg_namespace WHERE nspname = $2 AND $3::text IS NOT NULL",
    // Ordinary tables alone, though a grant on all tables covers views too.
    relation: `SELECT relname AS name, relacl AS acl FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = $2 AND relkind::text = $3`,
    routine: `SELECT proname AS name, proacl AS acl FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
        WHERE nspname = $2 AND $3::text IS NOT NULL`,
};

const ROUTINES = ["function", "procedure", "routine"];

/** Whether everything that the privileges are about is there. */
export async function exists(server: Server, about: Grant | DefaultPrivileges): Promise<boolean> {
    const databases = await server.session(undefined, (session) =>
        step("could not check if database exists", () =>
            session.query("SELECT 1 FROM pg_database WHERE datname = $1", [about.database]),
        ),
    );
    if (databases.length === 0) {
        return false;
    }
    return server.session(about.database, async (session) => {
        if (about.role !== "public" && !(await roleExists(session, about.role))) {
            return false;
        }
        const schemas = about.schema
            ? await session.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [about.schema])
            : [about];
        return about.objectType === "database" || schemas.length > 0;
    });
}

/** The privileges as wanted, unless an object has others: then those of the first such object. */
export async function grantedPrivileges(session: Session, grant: Grant): Promise<string[]> {
    const { objectType, objects, privileges } = grant;
    const query = ROUTINES.includes(objectType)
        ? OBJECTS.routine
        : objectType === "database" || objectType === "schema"
          ? OBJECTS[objectType]
          : OBJECTS.relation;
    const container = objectType === "database" ? grant.database : grant.schema;
    const rows = await step("could not read privileges", () =>
        session.query<{ name: string | null; privileges: string[] }>(
            `SELECT name, ARRAY(SELECT DISTINCT privilege_type FROM aclexplode(acl)
                WHERE grantee = ${GRANTEE} ORDER BY 1) AS privileges
            FROM (${query}) AS objects ORDER BY name`,
            [grant.role, container, LETTERS[objectType] ?? ""],
        ),
    );
    const other = rows.find(
        (row) =>
            (objects.length === 0 || objects.includes(row.name ?? "")) &&
            !samePrivileges(objectType, privileges, row.privileges),
    );
    return other?.privileges ?? privileges;
}

/** The default privileges as wanted, or as they are. */
export async function grantedDefaults(session: Session, defaults: DefaultPrivileges): Promise<string[]> {
    const { role, owner, schema, objectType, privileges } = defaults;
    const [row] = await step("could not read default privileges", () =>
        session.query<{ privileges: string[] }>(
            `SELECT ARRAY(
                SELECT DISTINCT privilege_type FROM pg_default_acl, aclexplode(defaclacl)
                WHERE grantee = ${GRANTEE} AND pg_get_userbyid(grantor) = $2 AND defaclobjtype::text = $3
                    AND defaclnamespace = COALESCE((SELECT oid FROM pg_namespace WHERE nspname = $4), 0)
                ORDER BY 1) AS privileges`,
            [role, owner, LETTERS[objectType] ?? "", schema ?? null],
        ),
    );
    const found = row?.privileges ?? [];
    return samePrivileges(objectType, privileges, found) ? privileges : found;
}

/** Everybody is the grantee with number zero. */
const GRANTEE = "CASE $1 WHEN 'public' THEN 0::oid ELSE (SELECT oid FROM pg_roles WHERE rolname = $1) END";
