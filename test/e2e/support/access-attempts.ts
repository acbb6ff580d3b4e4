/** What a login could try beyond its level of access. Pure. */
import type { Connection } from "./server-stack";

/** SQL, how it connects, and what the server says to a role that may not. */
export interface Attempt {
    sql: string;
    connection?: Connection;
    refusal: RegExp;
}

const DENIED = /permission denied|must be (superuser|owner)/;

/** Nobody but the superuser. */
export const FORBIDDEN: Record<string, Attempt[]> = {
    "reach a database that isn't its own": ["postgres", "template1", "other"].map((database) => ({
        sql: "SELECT 1",
        connection: { database },
        refusal: /pg_hba\.conf rejects connection|no pg_hba\.conf entry/,
    })),
    "connect without TLS, by the socket, or for replication": [
        connecting("host=127.0.0.1 sslmode=disable", /no pg_hba\.conf entry .* no encryption/),
        connecting("host=/tmp", /no pg_hba\.conf entry for host "\[local\]"/),
        connecting("host=127.0.0.1 replication=database", /must be superuser or replication role/),
    ],
    "make a large object or write into one": [
        "SELECT lo_creat(-1)",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT lo_put(1, 0, 'x')",
        "SELECT lo_unlink(1)",
        "SELECT lo_import('/etc/passwd')",
    ].map(denied),
    "read or write a file of the server's": [
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_read_binary_file('PG_VERSION')",
        "SELECT pg_ls_dir('/')",
        "SELECT pg_stat_file('/etc/passwd')",
        "COPY later FROM '/etc/passwd'",
        "COPY later TO '/tmp/copy'",
        "SELECT * FROM pg_hba_file_rules",
    ].map(denied),
    "run a program": ["COPY later FROM PROGRAM 'id'", "COPY (SELECT 1) TO PROGRAM 'id'"].map(denied),
    "load code": [
        ...["dblink", "file_fdw", "adminpack", "pgaudit"].map((name) => denied(`CREATE EXTENSION ${name}`)),
        { sql: "LOAD '/tmp/code.so'", refusal: /access to library .* is not allowed/ },
        { sql: "LOAD 'pgaudit'", refusal: /access to library .* is not allowed/ },
        denied("CREATE FUNCTION c() RETURNS int LANGUAGE c AS 'libc', 'getpid'"),
    ],
    "become or make another role, or a database": [
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "ALTER ROLE CURRENT_USER CREATEDB",
        "ALTER ROLE CURRENT_USER CONNECTION LIMIT -1",
        "CREATE ROLE another",
        "CREATE DATABASE another",
        "SELECT rolpassword FROM pg_authid",
    ].map(denied),
    "change what the server logs or limits": [
        "SET pgaudit.log = 'none'",
        "SET log_statement = 'all'",
        "SET log_min_error_statement = 'error'",
        "SET temp_file_limit = -1",
        "SET session_replication_role = replica",
        "ALTER SYSTEM SET work_mem = '1GB'",
        "SELECT pg_reload_conf()",
    ].map(denied),
    "send the data elsewhere": [
        "CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p",
        "CREATE PUBLICATION p FOR ALL TABLES",
        "CREATE EVENT TRIGGER t ON ddl_command_start EXECUTE FUNCTION pg_sleep()",
        "CREATE TABLESPACE t LOCATION '/tmp'",
        "SELECT pg_create_physical_replication_slot('s')",
    ].map((sql) => ({ sql, refusal: /permission denied|must be (superuser|owner)/ })),
};

/** What the owner's migrations need, and nobody else may. */
export const FOR_THE_OWNER = [
    "CREATE SCHEMA mine",
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE mine (id int)",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE TYPE mine AS (id int)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION hstore",
    "TRUNCATE later",
    "ALTER TABLE later ADD COLUMN more text",
    "CREATE TRIGGER t BEFORE UPDATE ON later EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE INDEX ON later (word)",
    "COMMENT ON TABLE later IS 'mine'",
    "ALTER DATABASE mydb SET work_mem = '1GB'",
].map(denied);

/** What roles that write may do, too. */
export const FOR_WRITERS = [
    "INSERT INTO later VALUES (2, 'second')",
    "UPDATE later SET word = 'changed'",
    "DELETE FROM later",
    "SELECT * FROM later FOR UPDATE",
].map(denied);

function denied(sql: string): Attempt {
    return { sql, refusal: DENIED };
}

function connecting(parameters: string, refusal: RegExp): Attempt {
    return { sql: "SELECT 1", connection: { parameters }, refusal };
}
