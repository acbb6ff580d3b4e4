/** SQL that keeps the rows of tenants apart. Pure; no Pulumi import. */
import { sqlNameFault } from "../names";
import { sqlIdentifier, sqlLiteral } from "./sql-text";

/** What the SQL is made from, every value known. */
export interface RowLevelSecurityInput {
    /** Schema whose tables are isolated. */
    schema: string;
    /** Column that says whose a row is. */
    tenantColumn: string;
    /** Setting of a session that says for whom it works, such as `app.tenant_id`. */
    tenantSetting: string;
    /** Roles that see one tenant at a time. */
    roles: string[];
    /** Whether the owner of a table sees one tenant at a time too. */
    confineOwner: boolean;
}

/** Schema of the functions; it belongs to the superuser, and nobody else may look into it. */
const HOME = "bulwark";

/** Around the bodies of functions. */
const QUOTE = "$bulwark$";

/** The policies on each table. The names are reserved: what is done to one of them is refused or undone. */
export const POLICIES = {
    tenant: "bulwark_tenant",
    tenantOnly: "bulwark_tenant_only",
    owner: "bulwark_owner",
} as const;

/**
 * The SQL, for the superuser, to be run any number of times.
 *
 * It makes a function that isolates whatever isn't isolated yet, and an event trigger that calls it after every change
 * of the database's structure. So tables made later, partitions attached later and columns added later are covered
 * before their transaction ends, and what takes the isolation away is undone.
 */
export function rowLevelSecuritySql(input: RowLevelSecurityInput): string {
    const isolate = `${HOME}.${sqlIdentifier(`isolate_${input.schema}`)}`;
    const onChange = `${HOME}.${sqlIdentifier(`isolate_${input.schema}_on_change`)}`;
    const trigger = sqlIdentifier(`bulwark_isolate_${input.schema}`);
    const signature = (name: string) => `FUNCTION ${name}()`;
    // Owners of the database may make schemas: one that was here before must not stay theirs.
    const owned = (what: string) => `ALTER ${what} OWNER TO CURRENT_USER;\nREVOKE ALL ON ${what} FROM PUBLIC;`;
    return [
        `CREATE SCHEMA IF NOT EXISTS ${HOME};`,
        owned(`SCHEMA ${HOME}`),
        functionSql(isolate, "void", isolateBody(input)),
        owned(signature(isolate)),
        functionSql(onChange, "event_trigger", onChangeBody(isolate)),
        owned(signature(onChange)),
        `DROP EVENT TRIGGER IF EXISTS ${trigger};`,
        `CREATE EVENT TRIGGER ${trigger} ON ddl_command_end EXECUTE ${signature(onChange)};`,
        `DO ${QUOTE}\n${renewBody(input.schema, isolate)}\n${QUOTE};`,
        ...input.roles.map(hideStatements),
        "",
    ].join("\n");
}

/** Tenants share a login role, and a role sees the text of all its sessions' statements, with the values in them. */
function hideStatements(role: string): string {
    return `ALTER ROLE ${sqlIdentifier(role)} SET track_activities = off;`;
}

/**
 * A function with the superuser's rights, whatever the search path of the caller. As on a replica, no event trigger
 * fires for what it does itself: this one would call itself for each statement.
 */
function functionSql(name: string, returns: string, body: string): string {
    return `CREATE OR REPLACE FUNCTION ${name}() RETURNS ${returns} LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET session_replication_role = replica SET client_min_messages = warning
AS ${QUOTE}
${body}
${QUOTE};`;
}

/** Everything in a schema, and the partitions and children of its tables wherever those are. */
function family(schema: string): string {
    return `WITH RECURSIVE family AS (
            SELECT oid FROM pg_catalog.pg_class WHERE relnamespace = ${namespaceOf(schema)}
            UNION
            SELECT inhrelid FROM pg_catalog.pg_inherits JOIN family ON inhparent = family.oid
        )`;
}

function namespaceOf(schema: string): string {
    return `to_regnamespace(${sqlLiteral(sqlIdentifier(schema))})`;
}

function isolateBody(input: RowLevelSecurityInput): string {
    return `DECLARE
    item record;
BEGIN
${isolateTables(input)}
${lowerViews(input)}
${closeWhatCantBeFiltered(input)}
END`;
}

function isolateTables({ schema, tenantColumn, tenantSetting, roles, confineOwner }: RowLevelSecurityInput): string {
    const readers = [...roles.map(sqlIdentifier), ...(confineOwner ? [OWNER] : [])].join(", ");
    // As text: a cast of the setting would fail for some values, and what fails can be told from what is empty. An empty
    // setting is none: that is what is left of one that was set for a transaction only.
    const match = `${sqlIdentifier(tenantColumn)}::text = NULLIF(current_setting(${sqlLiteral(tenantSetting)}, true), '')`;
    return `    FOR item IN ${family(schema)}
        SELECT c.oid, c.oid::regclass AS name, c.relowner, c.relrowsecurity AND c.relforcerowsecurity AS forced
        FROM family JOIN pg_class c USING (oid) JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind IN ('r', 'p') AND a.attname = ${sqlLiteral(tenantColumn)} AND NOT a.attisdropped
        ORDER BY c.oid
    LOOP
        IF NOT item.forced THEN
            EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', item.name);
        END IF;
        IF NOT ${has(POLICIES.tenant)} THEN
            ${createPolicy(POLICIES.tenant, "PERMISSIVE", readers, match)}
        END IF;
        -- Permissive policies add up; this one holds whatever others allow.
        IF NOT ${has(POLICIES.tenantOnly)} THEN
            ${createPolicy(POLICIES.tenantOnly, "RESTRICTIVE", readers, match)}
        END IF;${confineOwner ? "" : admitOwner()}
    END LOOP;`;
}

/** Forced row-level security holds for the owner too, who would see nothing. */
function admitOwner(): string {
    return `
        -- Made anew when the table changes hands.
        IF NOT ${has(POLICIES.owner, " AND polroles = ARRAY[item.relowner]")} THEN
            EXECUTE format('DROP POLICY IF EXISTS ${POLICIES.owner} ON %s', item.name);
            ${createPolicy(POLICIES.owner, "PERMISSIVE", OWNER, "true")}
        END IF;`;
}

/** Stands for the owner of the table at hand. */
const OWNER = "%2$s";

function createPolicy(policy: string, kind: string, roles: string, using: string): string {
    const statement = `CREATE POLICY ${policy} ON %1$s AS ${kind} TO ${roles} USING (${using})`;
    return `EXECUTE format(${sqlLiteral(statement)}, item.name, item.relowner::regrole);`;
}

function has(policy: string, more = ""): string {
    return `EXISTS (SELECT FROM pg_policy WHERE polrelid = item.oid AND polname = '${policy}'${more})`;
}

/** A view reads with its owner's rights unless told otherwise. */
function lowerViews({ schema }: RowLevelSecurityInput): string {
    return `    FOR item IN SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = ${namespaceOf(schema)} AND c.relkind = 'v' AND NOT EXISTS (
            SELECT FROM pg_options_to_table(c.reloptions)
            WHERE option_name = 'security_invoker' AND option_value::boolean
        ) AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
        )
    LOOP
        EXECUTE format('ALTER VIEW %s SET (security_invoker = true)', item.name);
    END LOOP;`;
}

/** A materialized view holds the rows of all tenants, a foreign table those of another server; neither has policies. */
function closeWhatCantBeFiltered({ schema, roles }: RowLevelSecurityInput): string {
    const readers = roles.map(sqlIdentifier).join(", ");
    return `    FOR item IN SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = ${namespaceOf(schema)} AND c.relkind IN ('m', 'f') AND EXISTS (
            SELECT FROM unnest(ARRAY[${roles.map(sqlLiteral).join(", ")}]) AS role
            WHERE has_any_column_privilege(role, c.oid, 'SELECT, INSERT, UPDATE')
        )
    LOOP
        EXECUTE format(${sqlLiteral(`REVOKE ALL ON %s FROM PUBLIC, ${readers} CASCADE`)}, item.name);
    END LOOP;`;
}

function onChangeBody(isolate: string): string {
    return `BEGIN
    IF tg_tag = 'ALTER POLICY' AND EXISTS (
        SELECT FROM pg_event_trigger_ddl_commands() command JOIN pg_policy ON pg_policy.oid = command.objid
        WHERE command.classid = 'pg_policy'::regclass AND polname IN (${POLICY_NAMES})
    ) THEN
        RAISE EXCEPTION 'policies named bulwark_… keep tenants apart and cannot be altered'
            USING HINT = 'Add a policy of your own, or change the arguments of RowLevelSecurity.';
    END IF;
    PERFORM ${isolate}();
END`;
}

/** Policies of other arguments give way to those of today. Nobody sees the moment without: it is all one transaction. */
function renewBody(schema: string, isolate: string): string {
    return `DECLARE
    item record;
BEGIN
    -- As in the functions: no event trigger fires for this.
    SET LOCAL session_replication_role = replica;
    FOR item IN ${family(schema)}
        SELECT polname, polrelid::regclass AS name FROM pg_catalog.pg_policy JOIN family ON family.oid = polrelid
        WHERE polname IN (${POLICY_NAMES})
    LOOP
        EXECUTE format('DROP POLICY %I ON %s', item.polname, item.name);
    END LOOP;
    PERFORM ${isolate}();
END`;
}

const POLICY_NAMES = Object.values(POLICIES).map(sqlLiteral).join(", ");

/** What is wrong with a schema whose rows are to be kept apart, or undefined. The functions are named after the schema, within the 63 characters of a name; `public` is no reserved one here. */
export function tenantSchemaFault(schema: string): string | undefined {
    if (typeof schema === "string" && schema.length > 40) {
        return `must have at most 40 characters, is ${JSON.stringify(schema)}`;
    }
    return schema === "public" ? undefined : sqlNameFault(schema);
}

/** What is wrong with a setting that names the tenant, or undefined. PostgreSQL takes a setting that it doesn't know only with a prefix. */
export function tenantSettingFault(setting: string): string | undefined {
    return typeof setting === "string" && /^[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$/.test(setting)
        ? undefined
        : `must be two names with a dot between them, is ${JSON.stringify(setting)}; write for example "app.tenant_id"`;
}
