-- another password for the superuser
-- rotation 3
\set verifier `cat password.verifier`
SELECT 1 / (:'verifier' LIKE 'SCRAM-SHA-256$%')::int;
ALTER ROLE "postgres" PASSWORD :'verifier';
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND usename = 'postgres';

-- the role that dumps
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'backup') THEN
        CREATE ROLE "backup";
    END IF;
END $$;
ALTER ROLE "backup" WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS INHERIT
    CONNECTION LIMIT 2 PASSWORD 'v''';
ALTER ROLE "backup" SET default_transaction_read_only = on;
GRANT pg_read_all_data TO "backup";
GRANT CONNECT ON DATABASE "mydb" TO "backup";

-- the exporter's role
\set verifier `cat password.verifier`
SELECT 1 / (:'verifier' LIKE 'SCRAM-SHA-256$%')::int;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'postgres_exporter') THEN
        CREATE ROLE "postgres_exporter";
    END IF;
END $$;
ALTER ROLE "postgres_exporter" WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT
    CONNECTION LIMIT 5 PASSWORD :'verifier';
ALTER ROLE "postgres_exporter" SET default_transaction_read_only = on;
ALTER ROLE "postgres_exporter" SET statement_timeout = '10s';
GRANT pg_monitor TO "postgres_exporter";
GRANT CONNECT ON DATABASE postgres TO "postgres_exporter";

-- credentials that are closed
-- rotation 2
SELECT pg_sleep(30);
ALTER ROLE "readonly" PASSWORD NULL;
ALTER ROLE "readonly_b" PASSWORD NULL;
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND usename IN ('readonly', 'readonly_b');

-- settings of roles
ALTER ROLE "readonly" SET lock_timeout = 5000;
ALTER ROLE "readonly" SET idle_session_timeout = 3600000;
ALTER ROLE "readonly" SET default_transaction_read_only = true;
ALTER ROLE "readonly" SET log_statement = mod;
ALTER ROLE "readonly" SET log_min_duration_statement = 1000;
ALTER ROLE "plain" RESET lock_timeout;
ALTER ROLE "plain" RESET idle_session_timeout;
ALTER ROLE "plain" RESET default_transaction_read_only;
ALTER ROLE "plain" RESET log_statement;
ALTER ROLE "plain" RESET log_min_duration_statement;

-- tenants kept apart
CREATE SCHEMA IF NOT EXISTS bulwark;
ALTER SCHEMA bulwark OWNER TO CURRENT_USER;
REVOKE ALL ON SCHEMA bulwark FROM PUBLIC;
CREATE OR REPLACE FUNCTION bulwark."isolate_public"() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET session_replication_role = replica SET client_min_messages = warning
AS $bulwark$
DECLARE
    item record;
BEGIN
    FOR item IN WITH RECURSIVE family AS (
            SELECT oid FROM pg_catalog.pg_class WHERE relnamespace = to_regnamespace('"public"')
            UNION
            SELECT inhrelid FROM pg_catalog.pg_inherits JOIN family ON inhparent = family.oid
        )
        SELECT c.oid, c.oid::regclass AS name, c.relowner, c.relrowsecurity AND c.relforcerowsecurity AS forced
        FROM family JOIN pg_class c USING (oid) JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind IN ('r', 'p') AND a.attname = 'tenant_id' AND NOT a.attisdropped
        ORDER BY c.oid
    LOOP
        IF NOT item.forced THEN
            EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', item.name);
        END IF;
        IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = item.oid AND polname = 'bulwark_tenant') THEN
            EXECUTE format('CREATE POLICY bulwark_tenant ON %1$s AS PERMISSIVE TO "readonly", "readwrite" USING ("tenant_id"::text = NULLIF(current_setting(''app.tenant_id'', true), ''''))', item.name, item.relowner::regrole);
        END IF;
        -- Permissive policies add up; this one holds whatever others allow.
        IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = item.oid AND polname = 'bulwark_tenant_only') THEN
            EXECUTE format('CREATE POLICY bulwark_tenant_only ON %1$s AS RESTRICTIVE TO "readonly", "readwrite" USING ("tenant_id"::text = NULLIF(current_setting(''app.tenant_id'', true), ''''))', item.name, item.relowner::regrole);
        END IF;
        -- Made anew when the table changes hands.
        IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = item.oid AND polname = 'bulwark_owner' AND polroles = ARRAY[item.relowner]) THEN
            EXECUTE format('DROP POLICY IF EXISTS bulwark_owner ON %s', item.name);
            EXECUTE format('CREATE POLICY bulwark_owner ON %1$s AS PERMISSIVE TO %2$s USING (true)', item.name, item.relowner::regrole);
        END IF;
    END LOOP;
    FOR item IN SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = to_regnamespace('"public"') AND c.relkind = 'v' AND NOT EXISTS (
            SELECT FROM pg_options_to_table(c.reloptions)
            WHERE option_name = 'security_invoker' AND option_value::boolean
        ) AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
        )
    LOOP
        EXECUTE format('ALTER VIEW %s SET (security_invoker = true)', item.name);
    END LOOP;
    FOR item IN SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = to_regnamespace('"public"') AND c.relkind IN ('m', 'f') AND EXISTS (
            SELECT FROM unnest(ARRAY['readonly', 'readwrite']) AS role
            WHERE has_any_column_privilege(role, c.oid, 'SELECT, INSERT, UPDATE')
        )
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, "readonly", "readwrite" CASCADE', item.name);
    END LOOP;
END
$bulwark$;
ALTER FUNCTION bulwark."isolate_public"() OWNER TO CURRENT_USER;
REVOKE ALL ON FUNCTION bulwark."isolate_public"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION bulwark."isolate_public_on_change"() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET session_replication_role = replica SET client_min_messages = warning
AS $bulwark$
BEGIN
    IF tg_tag = 'ALTER POLICY' AND EXISTS (
        SELECT FROM pg_event_trigger_ddl_commands() command JOIN pg_policy ON pg_policy.oid = command.objid
        WHERE command.classid = 'pg_policy'::regclass AND polname IN ('bulwark_tenant', 'bulwark_tenant_only', 'bulwark_owner')
    ) THEN
        RAISE EXCEPTION 'policies named bulwark_… keep tenants apart and cannot be altered'
            USING HINT = 'Add a policy of your own, or change the arguments of RowLevelSecurity.';
    END IF;
    PERFORM bulwark."isolate_public"();
END
$bulwark$;
ALTER FUNCTION bulwark."isolate_public_on_change"() OWNER TO CURRENT_USER;
REVOKE ALL ON FUNCTION bulwark."isolate_public_on_change"() FROM PUBLIC;
DROP EVENT TRIGGER IF EXISTS "bulwark_isolate_public";
CREATE EVENT TRIGGER "bulwark_isolate_public" ON ddl_command_end EXECUTE FUNCTION bulwark."isolate_public_on_change"();
DO $bulwark$
DECLARE
    item record;
BEGIN
    -- As in the functions: no event trigger fires for this.
    SET LOCAL session_replication_role = replica;
    FOR item IN WITH RECURSIVE family AS (
            SELECT oid FROM pg_catalog.pg_class WHERE relnamespace = to_regnamespace('"public"')
            UNION
            SELECT inhrelid FROM pg_catalog.pg_inherits JOIN family ON inhparent = family.oid
        )
        SELECT polname, polrelid::regclass AS name FROM pg_catalog.pg_policy JOIN family ON family.oid = polrelid
        WHERE polname IN ('bulwark_tenant', 'bulwark_tenant_only', 'bulwark_owner')
    LOOP
        EXECUTE format('DROP POLICY %I ON %s', item.polname, item.name);
    END LOOP;
    PERFORM bulwark."isolate_public"();
END
$bulwark$;
ALTER ROLE "readonly" SET track_activities = off;
ALTER ROLE "readwrite" SET track_activities = off;

-- tenants kept apart, for the owner too
CREATE SCHEMA IF NOT EXISTS bulwark;
ALTER SCHEMA bulwark OWNER TO CURRENT_USER;
REVOKE ALL ON SCHEMA bulwark FROM PUBLIC;
CREATE OR REPLACE FUNCTION bulwark."isolate_public"() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET session_replication_role = replica SET client_min_messages = warning
AS $bulwark$
DECLARE
    item record;
BEGIN
    FOR item IN WITH RECURSIVE family AS (
            SELECT oid FROM pg_catalog.pg_class WHERE relnamespace = to_regnamespace('"public"')
            UNION
            SELECT inhrelid FROM pg_catalog.pg_inherits JOIN family ON inhparent = family.oid
        )
        SELECT c.oid, c.oid::regclass AS name, c.relowner, c.relrowsecurity AND c.relforcerowsecurity AS forced
        FROM family JOIN pg_class c USING (oid) JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind IN ('r', 'p') AND a.attname = 'tenant_id' AND NOT a.attisdropped
        ORDER BY c.oid
    LOOP
        IF NOT item.forced THEN
            EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', item.name);
        END IF;
        IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = item.oid AND polname = 'bulwark_tenant') THEN
            EXECUTE format('CREATE POLICY bulwark_tenant ON %1$s AS PERMISSIVE TO "readonly", "readwrite", %2$s USING ("tenant_id"::text = NULLIF(current_setting(''app.tenant_id'', true), ''''))', item.name, item.relowner::regrole);
        END IF;
        -- Permissive policies add up; this one holds whatever others allow.
        IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = item.oid AND polname = 'bulwark_tenant_only') THEN
            EXECUTE format('CREATE POLICY bulwark_tenant_only ON %1$s AS RESTRICTIVE TO "readonly", "readwrite", %2$s USING ("tenant_id"::text = NULLIF(current_setting(''app.tenant_id'', true), ''''))', item.name, item.relowner::regrole);
        END IF;
    END LOOP;
    FOR item IN SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = to_regnamespace('"public"') AND c.relkind = 'v' AND NOT EXISTS (
            SELECT FROM pg_options_to_table(c.reloptions)
            WHERE option_name = 'security_invoker' AND option_value::boolean
        ) AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
        )
    LOOP
        EXECUTE format('ALTER VIEW %s SET (security_invoker = true)', item.name);
    END LOOP;
    FOR item IN SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = to_regnamespace('"public"') AND c.relkind IN ('m', 'f') AND EXISTS (
            SELECT FROM unnest(ARRAY['readonly', 'readwrite']) AS role
            WHERE has_any_column_privilege(role, c.oid, 'SELECT, INSERT, UPDATE')
        )
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, "readonly", "readwrite" CASCADE', item.name);
    END LOOP;
END
$bulwark$;
ALTER FUNCTION bulwark."isolate_public"() OWNER TO CURRENT_USER;
REVOKE ALL ON FUNCTION bulwark."isolate_public"() FROM PUBLIC;
CREATE OR REPLACE FUNCTION bulwark."isolate_public_on_change"() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET session_replication_role = replica SET client_min_messages = warning
AS $bulwark$
BEGIN
    IF tg_tag = 'ALTER POLICY' AND EXISTS (
        SELECT FROM pg_event_trigger_ddl_commands() command JOIN pg_policy ON pg_policy.oid = command.objid
        WHERE command.classid = 'pg_policy'::regclass AND polname IN ('bulwark_tenant', 'bulwark_tenant_only', 'bulwark_owner')
    ) THEN
        RAISE EXCEPTION 'policies named bulwark_… keep tenants apart and cannot be altered'
            USING HINT = 'Add a policy of your own, or change the arguments of RowLevelSecurity.';
    END IF;
    PERFORM bulwark."isolate_public"();
END
$bulwark$;
ALTER FUNCTION bulwark."isolate_public_on_change"() OWNER TO CURRENT_USER;
REVOKE ALL ON FUNCTION bulwark."isolate_public_on_change"() FROM PUBLIC;
DROP EVENT TRIGGER IF EXISTS "bulwark_isolate_public";
CREATE EVENT TRIGGER "bulwark_isolate_public" ON ddl_command_end EXECUTE FUNCTION bulwark."isolate_public_on_change"();
DO $bulwark$
DECLARE
    item record;
BEGIN
    -- As in the functions: no event trigger fires for this.
    SET LOCAL session_replication_role = replica;
    FOR item IN WITH RECURSIVE family AS (
            SELECT oid FROM pg_catalog.pg_class WHERE relnamespace = to_regnamespace('"public"')
            UNION
            SELECT inhrelid FROM pg_catalog.pg_inherits JOIN family ON inhparent = family.oid
        )
        SELECT polname, polrelid::regclass AS name FROM pg_catalog.pg_policy JOIN family ON family.oid = polrelid
        WHERE polname IN ('bulwark_tenant', 'bulwark_tenant_only', 'bulwark_owner')
    LOOP
        EXECUTE format('DROP POLICY %I ON %s', item.polname, item.name);
    END LOOP;
    PERFORM bulwark."isolate_public"();
END
$bulwark$;
ALTER ROLE "readonly" SET track_activities = off;
ALTER ROLE "readwrite" SET track_activities = off;
