/** What the application's role may do in its database. */
import type { Probe } from "../../probe";
import { BAIT, layBait } from "./bait";
import { EXCLUSIVE, refusedStatements } from "./psql";

/** Statements that must be refused; the control is that the role can read a table that its owner has only just made. */
function statements(probe: Pick<Probe, "name" | "attack" | "gain" | "ifOff">, attempts: string[]): Probe {
    return {
        ...probe,
        layer: "database",
        expected: "each is refused for want of a privilege",
        attackers: ["twin"],
        exclusive: EXCLUSIVE,
        async run(field) {
            await layBait(field);
            return refusedStatements(field, `SELECT * FROM ${BAIT}`, attempts);
        },
    };
}

export const PRIVILEGES: Probe[] = [
    statements(
        {
            name: "write-rows",
            attack: "inserts, changes, deletes and locks rows",
            gain: "changes prices, balances and accounts, or deletes everything",
            ifOff: "the row is changed (and the change rolled back)",
        },
        [
            `INSERT INTO ${BAIT} (id) VALUES (9)`,
            `UPDATE ${BAIT} SET word = 'changed'`,
            `DELETE FROM ${BAIT}`,
            `TRUNCATE ${BAIT}`,
            `SELECT * FROM ${BAIT} FOR UPDATE`,
            `LOCK TABLE ${BAIT} IN EXCLUSIVE MODE`,
        ],
    ),
    statements(
        {
            name: "change-schema",
            attack: "makes, changes and drops tables, views, functions, types and schemas",
            gain: "plants a function that somebody with more rights calls, or drops the tables",
            ifOff: "the object is made (and rolled back)",
        },
        [
            "CREATE TABLE verify_made (id int)",
            "CREATE VIEW verify_made AS SELECT 1",
            "CREATE FUNCTION verify_made() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE TYPE verify_made AS (id int)",
            "CREATE SEQUENCE verify_made",
            "CREATE SCHEMA verify_made",
            `ALTER TABLE ${BAIT} ADD COLUMN more text`,
            `CREATE INDEX ON ${BAIT} (word)`,
            `COMMENT ON TABLE ${BAIT} IS 'mine'`,
            `DROP TABLE ${BAIT}`,
            `ALTER TABLE ${BAIT} OWNER TO CURRENT_USER`,
        ],
    ),
    statements(
        {
            name: "temporary-tables",
            attack: "makes temporary tables and functions",
            gain: "fills the server's volume, or shadows a table that other code reads",
            ifOff: "the table is made, as PostgreSQL lets everybody by default",
        },
        [
            "CREATE TEMPORARY TABLE verify_made (id int)",
            "CREATE FUNCTION pg_temp.verify_made() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        ],
    ),
    statements(
        {
            name: "run-programs",
            attack: "has the server run programs and load code",
            gain: "has a shell in the database's pod",
            ifOff: "the program runs",
        },
        [
            "COPY (SELECT 1) TO PROGRAM 'true'",
            "CREATE FUNCTION verify_made() RETURNS int LANGUAGE c AS 'libc', 'getpid'",
            "CREATE EXTENSION dblink",
            "CREATE EXTENSION hstore",
            "LOAD '/tmp/code.so'",
        ],
    ),
    statements(
        {
            name: "server-files",
            attack: "reads and writes the server's files by SQL",
            gain: "reads keys and password files, or writes a setting that runs a program",
            ifOff: "the file is read",
        },
        [
            "SELECT pg_read_file('PG_VERSION')",
            "SELECT pg_read_binary_file('PG_VERSION')",
            "SELECT pg_ls_dir('.')",
            "SELECT pg_stat_file('PG_VERSION')",
            "COPY (SELECT 1) TO '/tmp/verify-made'",
            "SELECT lo_import('/etc/hostname')",
        ],
    ),
    statements(
        {
            name: "large-objects",
            attack: "makes large objects and writes into them",
            gain: "fills the server's volume, past every privilege on tables",
            ifOff: "the object is made, as PostgreSQL lets everybody by default",
        },
        [
            "SELECT lo_creat(-1)",
            "SELECT lo_create(0)",
            "SELECT lo_from_bytea(0, 'x')",
            "SELECT lo_put(1, 0, 'x')",
            "SELECT lo_unlink(1)",
        ],
    ),
    statements(
        {
            name: "become-another-role",
            attack: "becomes the owner or the superuser, gives itself more rights, and reads the stored passwords",
            gain: "does what that role may",
            ifOff: "the session goes on as the other role",
        },
        [
            "SET ROLE postgres",
            `DO $$ BEGIN EXECUTE format('SET ROLE %I', (SELECT tableowner FROM pg_tables WHERE tablename = '${BAIT}')); END $$`,
            "SET SESSION AUTHORIZATION postgres",
            "ALTER ROLE CURRENT_USER CREATEDB",
            "ALTER ROLE CURRENT_USER CONNECTION LIMIT -1",
            "CREATE ROLE verify_made",
            "SELECT rolpassword FROM pg_authid",
        ],
    ),
    statements(
        {
            name: "cover-tracks",
            attack: "switches the server's log and its limits off for its session",
            gain: "leaves no trace, and fills the volume with a sort that never ends",
            ifOff: "the setting is changed",
        },
        [
            "SET log_statement = 'none'",
            "SET log_min_messages = 'panic'",
            "SET log_min_error_statement = 'error'",
            "SET temp_file_limit = -1",
            "SET session_replication_role = replica",
        ],
    ),
];
