-- The tables of the sample application. The owner role runs this, any number of times, in one transaction.
-- "readonly" is the role of the setting database.access.readonlyRole.

CREATE TABLE IF NOT EXISTS tenants (
    tenant_id uuid PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80)
);

-- The tenant is a part of every key: keys are checked over the rows of all tenants, and would tell of each other's.
CREATE TABLE IF NOT EXISTS notes (
    tenant_id uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    author text NOT NULL CHECK (length(author) BETWEEN 1 AND 64),
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 2000),
    written_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
-- Row-level security compares the tenant as text.
CREATE INDEX IF NOT EXISTS notes_of_tenant ON notes ((tenant_id::text), written_at DESC);

-- Accounts are in a schema that the application's roles can't look into: they could read all password hashes otherwise.
CREATE SCHEMA IF NOT EXISTS accounts;
CREATE TABLE IF NOT EXISTS accounts.accounts (
    name text PRIMARY KEY CHECK (name = lower(name) AND length(name) BETWEEN 1 AND 64),
    tenant uuid NOT NULL REFERENCES tenants,
    password_hash text NOT NULL CHECK (password_hash LIKE '$scrypt$%')
);

-- One account at a time, for who knows its name.
CREATE OR REPLACE FUNCTION find_account(wanted text) RETURNS TABLE (name text, tenant uuid, password_hash text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'SELECT a.name, a.tenant, a.password_hash FROM accounts.accounts a WHERE a.name = wanted';
REVOKE ALL ON FUNCTION find_account FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_account TO readonly;
