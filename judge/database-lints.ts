/**
 * What is wrong within a database, in SQL: lints of the kind that splinter has, and assertions of the kind that pgTAP has.
 * Each query gives an object and a message a row. Pure.
 */

/** Schemas of the server's own. */
const OWN = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
/** What came with an extension is its maker's business. */
const NOT_OF_AN_EXTENSION = (catalog: string, oid: string) =>
    `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;

/** What is asked of each database, by name. */
export const LINTS: Record<string, string> = {
    policy_exists_rls_disabled: `SELECT 'TABLE ' || c.oid::regclass, 'it has policies, which row-level security doesn''t ask'
        FROM pg_class c WHERE NOT c.relrowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)`,
    rls_enabled_no_policy: `SELECT 'TABLE ' || c.oid::regclass, 'row-level security is on, and no policy lets anybody see a row'
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relrowsecurity AND ${OWN} AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)`,
    // A table's own owner could switch row-level security off anyway.
    rls_policy_always_true: `SELECT 'POLICY ' || polname || ' ON ' || polrelid::regclass, 'it lets ' || array_to_string(ARRAY(
            SELECT CASE role WHEN 0 THEN 'PUBLIC' ELSE role::regrole::text END FROM unnest(polroles) AS role), ', ') || ' do everything'
        FROM pg_policy JOIN pg_class c ON c.oid = polrelid
        WHERE polpermissive AND polroles <> ARRAY[c.relowner]
            AND 'true' IN (pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))`,
    rls_not_forced: `SELECT 'TABLE ' || c.oid::regclass, 'its owner passes by the policies'
        FROM pg_class c WHERE c.relrowsecurity AND NOT c.relforcerowsecurity`,
    security_definer_view: `SELECT 'VIEW ' || c.oid::regclass, 'it reads with its owner''s rights'
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'v' AND ${OWN} AND ${NOT_OF_AN_EXTENSION("pg_class", "c.oid")} AND NOT EXISTS (
            SELECT FROM pg_options_to_table(c.reloptions) WHERE option_name = 'security_invoker' AND option_value::boolean)`,
    materialized_view_readable: `SELECT 'MATERIALIZED VIEW ' || c.oid::regclass, r.rolname || ' reads it past all policies'
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN pg_roles r
        WHERE c.relkind = 'm' AND ${OWN} AND r.rolname !~ '^pg_' AND NOT r.rolsuper AND r.oid <> c.relowner
            AND has_table_privilege(r.oid, c.oid, 'SELECT')`,
    function_search_path_mutable: `SELECT 'FUNCTION ' || p.oid::regprocedure, 'the caller chooses its search_path'
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE ${OWN} AND ${NOT_OF_AN_EXTENSION("pg_proc", "p.oid")} AND NOT EXISTS (
            SELECT FROM unnest(p.proconfig) AS setting WHERE setting LIKE 'search_path=%')`,
    public_may_call_security_definer: `SELECT 'FUNCTION ' || p.oid::regprocedure, 'everybody may use its owner''s rights'
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prosecdef AND ${OWN} AND has_function_privilege('public', p.oid, 'EXECUTE')`,
    public_granted_relation: `SELECT 'RELATION ' || c.oid::regclass, 'everybody may ' || a.privilege_type
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
        WHERE ${OWN} AND a.grantee = 0 AND ${NOT_OF_AN_EXTENSION("pg_class", "c.oid")}`,
    public_granted_schema: `SELECT 'SCHEMA ' || n.nspname, 'everybody may ' || a.privilege_type
        FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a WHERE ${OWN} AND a.grantee = 0`,
    public_granted_database: `SELECT 'DATABASE ' || datname, 'everybody may ' || a.privilege_type
        FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a
        WHERE datname = current_database() AND a.grantee = 0`,
    public_default_privilege: `SELECT 'DEFAULT PRIVILEGES OF ' || defaclrole::regrole, 'everybody may ' || a.privilege_type || ' what will be made'
        FROM pg_default_acl, aclexplode(defaclacl) a WHERE a.grantee = 0`,
    untrusted_language: `SELECT 'LANGUAGE ' || lanname, 'its functions run programs of the server''s'
        FROM pg_language WHERE NOT lanpltrusted AND lanname NOT IN ('internal', 'c')`,
    foreign_server: `SELECT 'SERVER ' || srvname, 'data may leave by it' FROM pg_foreign_server`,
};

/** What is asked of the server, once. */
export const SERVER_LINTS: Record<string, string> = {
    superusers_are: `SELECT 'ROLE ' || rolname, 'a superuser besides the first one' FROM pg_roles WHERE rolsuper AND oid <> 10`,
    roles_hold_no_attributes: `SELECT 'ROLE ' || rolname, 'it may make roles or databases, replicate, or pass by policies'
        FROM pg_roles WHERE NOT rolsuper AND (rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)`,
    logins_are_limited: `SELECT 'ROLE ' || rolname, 'it has no connection limit'
        FROM pg_roles WHERE rolcanlogin AND NOT rolsuper AND rolconnlimit < 0`,
    passwords_are_scram: `SELECT 'ROLE ' || rolname, 'its password is not kept as SCRAM-SHA-256'
        FROM pg_authid WHERE rolcanlogin AND (rolpassword IS NULL OR rolpassword NOT LIKE 'SCRAM-SHA-256$%')`,
    logins_stop_idle_transactions: `SELECT 'ROLE ' || r.rolname, 'neither it nor the server ends transactions that idle'
        FROM pg_roles r WHERE r.rolcanlogin AND NOT r.rolsuper AND current_setting('idle_in_transaction_session_timeout') = '0'
            AND NOT EXISTS (SELECT FROM pg_db_role_setting s, unnest(s.setconfig) AS c
                WHERE s.setrole = r.oid AND c LIKE 'idle_in_transaction_session_timeout=%')`,
    no_dangerous_memberships: `SELECT 'ROLE ' || m.member::regrole, 'it is a member of ' || m.roleid::regrole
        FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE NOT r.rolsuper AND m.roleid::regrole::text IN (
            'pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files', 'pg_read_all_data', 'pg_write_all_data',
            'pg_signal_backend', 'pg_create_subscription', 'pg_checkpoint')`,
    server_settings_are: `SELECT 'SETTING ' || name, 'it is ' || setting FROM pg_settings
        JOIN (VALUES ('ssl', 'on'), ('password_encryption', 'scram-sha-256'), ('log_connections', 'on'),
            ('log_disconnections', 'on'), ('fsync', 'on'), ('row_security', 'on')) AS wanted (name, value) USING (name)
        WHERE setting <> value`,
    hba_asks_for_passwords_over_tls: `SELECT 'PG_HBA RULE ' || line_number, type || ' ' || auth_method
        FROM pg_hba_file_rules WHERE error IS NOT NULL OR auth_method NOT IN ('scram-sha-256', 'cert', 'reject')
            OR (type IN ('host', 'hostnossl') AND auth_method <> 'reject'
                AND coalesce(address, '') NOT IN ('127.0.0.1', '::1'))`,
};

/** What a database says of itself: a row a finding. */
export interface LintRow {
    check: string;
    database: string;
    object: string;
    message: string;
}

/** One statement that asks everything, for a connection to one database; its answer is JSON in one line. */
export function lintStatement(lints: Record<string, string>): string {
    const queries = Object.entries(lints).map(
        ([check, query]) =>
            `SELECT '${check}' AS "check", found.object::text, found.message::text FROM (${query}) AS found (object, message)`,
    );
    return `SELECT coalesce(json_agg(json_build_object('check', "check", 'database', current_database(),
        'object', object, 'message', message) ORDER BY "check", object, message), '[]')::text
        FROM (${queries.join("\nUNION ALL\n")}) AS lints;`;
}
