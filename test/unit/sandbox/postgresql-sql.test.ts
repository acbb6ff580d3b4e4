import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
    alterDatabase,
    createDatabase,
    type Database,
    dropDatabase,
} from "../../../sandbox/providers/postgresql/database-sql";
import {
    type DefaultPrivileges,
    type Grant,
    grantDefaultsStatements,
    grantStatements,
    privilegesFault,
    revokeDefaultsStatement,
    revokeStatement,
    samePrivileges,
} from "../../../sandbox/providers/postgresql/grant-sql";
import { alterRole, createRole, parseRoleSettings, type Role } from "../../../sandbox/providers/postgresql/role-sql";

const ROLE: Role = {
    name: "reader",
    login: true,
    password: "p'w\\",
    superuser: false,
    createDatabase: false,
    createRole: false,
    inherit: true,
    replication: false,
    bypassRowLevelSecurity: false,
    connectionLimit: 10,
    validUntil: "infinity",
    roles: [],
    searchPaths: ["public"],
    statementTimeout: 600_000,
    skipDropRole: false,
    skipReassignOwned: false,
};

const DATABASE: Database = {
    name: "app",
    owner: "owner",
    template: "template0",
    encoding: "UTF8",
    connectionLimit: -1,
    allowConnections: true,
    isTemplate: false,
};

const GRANT: Grant = {
    role: "reader",
    database: "app",
    objectType: "table",
    schema: "public",
    objects: [],
    privileges: ["INSERT", "SELECT"],
    withGrantOption: false,
};

const DEFAULTS: DefaultPrivileges = {
    role: "reader",
    database: "app",
    owner: "owner",
    objectType: "table",
    schema: "public",
    privileges: ["SELECT"],
    withGrantOption: false,
};

describe("sandbox postgresql provider: roles", () => {
    it("creates a role with everything said explicitly, then its settings in milliseconds", () => {
        assert.deepEqual(createRole({ ...ROLE, roles: ["pg_monitor"], idleInTransactionSessionTimeout: 900_000 }), [
            "CREATE ROLE \"reader\" WITH ENCRYPTED PASSWORD  E'p''w\\\\' VALID UNTIL 'infinity' CONNECTION LIMIT 10 " +
                "NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT LOGIN NOBYPASSRLS NOREPLICATION",
            'GRANT "pg_monitor" TO "reader"',
            'ALTER ROLE "reader" SET search_path TO "public"',
            'ALTER ROLE "reader" SET statement_timeout TO 600000',
            'ALTER ROLE "reader" SET idle_in_transaction_session_timeout TO 900000',
        ]);
    });

    it("alters what differs, and makes memberships and search path anew", () => {
        const always = [
            'REVOKE "old" FROM "reader"',
            'GRANT "new" TO "reader"',
            'ALTER ROLE "reader" SET search_path TO DEFAULT',
        ];
        const role = { ...ROLE, roles: ["new"], searchPaths: [] };
        assert.deepEqual(alterRole(ROLE, role, ["old"]), always);
        assert.deepEqual(alterRole(ROLE, { ...role, statementTimeout: 0, superuser: true, password: "n" }, ["old"]), [
            "ALTER ROLE \"reader\" ENCRYPTED PASSWORD 'n'",
            'ALTER ROLE "reader" WITH SUPERUSER',
            ...always,
            'ALTER ROLE "reader" RESET statement_timeout',
        ]);
    });

    it("sets the password again after a rename", () => {
        assert.deepEqual(alterRole(ROLE, { ...ROLE, name: "new" }, []).slice(0, 2), [
            'ALTER ROLE "reader" RENAME TO "new"',
            "ALTER ROLE \"new\" ENCRYPTED PASSWORD  E'p''w\\\\'",
        ]);
    });

    it("quotes whatever a name or a password holds", () => {
        fc.assert(
            fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (name, password) => {
                const [create = ""] = createRole({ ...ROLE, name, password: `${password}x` });
                assert.ok(create.startsWith(`CREATE ROLE "${name.replaceAll('"', '""')}" WITH ENCRYPTED PASSWORD `));
                const literal = create
                    .slice(create.indexOf(" PASSWORD ") + 10, create.lastIndexOf(" VALID UNTIL "))
                    .trim();
                const inside = literal.replace(/^E?'/, "").replace(/'$/, "");
                const plain = literal.startsWith("E") ? inside.replaceAll("\\\\", "\\") : inside;
                assert.equal(plain.replaceAll("''", "'"), `${password}x`);
            }),
        );
    });

    it("reads settings back, and refuses a timeout with a unit as the real provider does", () => {
        assert.deepEqual(
            parseRoleSettings(['search_path="$user", public', "statement_timeout=600000", "role=owner", "roles=x"]),
            {
                searchPaths: ["$user", "public"],
                statementTimeout: 600_000,
                idleInTransactionSessionTimeout: 0,
                assumeRole: "owner",
            },
        );
        assert.throws(() => parseRoleSettings(["statement_timeout=5s"]), /error reading statement_timeout: "5s"/);
    });
});

describe("sandbox postgresql provider: databases", () => {
    it("creates a database from its template, with the template's locale unless one is given", () => {
        assert.equal(
            createDatabase(DATABASE, "postgres"),
            'CREATE DATABASE "app" OWNER "owner" TEMPLATE "template0" ENCODING \'UTF8\' ' +
                "ALLOW_CONNECTIONS true CONNECTION LIMIT -1 IS_TEMPLATE false",
        );
        const { owner: _, ...unowned } = DATABASE;
        assert.equal(
            createDatabase({ ...unowned, lcCollate: "C", lcCtype: "default", encoding: "DEFAULT" }, "postgres"),
            'CREATE DATABASE "app" OWNER "postgres" TEMPLATE "template0" ENCODING DEFAULT ' +
                "LC_COLLATE 'C' LC_CTYPE DEFAULT ALLOW_CONNECTIONS true CONNECTION LIMIT -1 IS_TEMPLATE false",
        );
    });

    it("alters what differs", () => {
        assert.deepEqual(alterDatabase(DATABASE, DATABASE), []);
        assert.deepEqual(
            alterDatabase(DATABASE, {
                ...DATABASE,
                name: "new",
                owner: "o",
                connectionLimit: 5,
                allowConnections: false,
            }),
            [
                'ALTER DATABASE "app" RENAME TO "new"',
                'ALTER DATABASE "new" OWNER TO "o"',
                'ALTER DATABASE "new" CONNECTION LIMIT = 5',
                'ALTER DATABASE "new" ALLOW_CONNECTIONS false',
            ],
        );
    });

    it("drops a database together with its connections", () => {
        const statements = dropDatabase({ ...DATABASE, isTemplate: true });
        assert.deepEqual(statements.slice(0, 2), [
            'ALTER DATABASE "app" IS_TEMPLATE false',
            'ALTER DATABASE "app" ALLOW_CONNECTIONS false',
        ]);
        assert.match(
            statements[2] ?? "",
            /^SELECT pg_terminate_backend\(pid\) .* datname = 'app' AND pid <> pg_backend_pid\(\)$/s,
        );
        assert.equal(statements[3], 'DROP DATABASE "app" WITH (FORCE)');
    });
});

describe("sandbox postgresql provider: privileges", () => {
    it("takes everything away before it grants", () => {
        assert.equal(revokeStatement(GRANT), 'REVOKE ALL PRIVILEGES ON ALL TABLES IN SCHEMA "public" FROM "reader"');
        assert.deepEqual(grantStatements(GRANT), ['GRANT INSERT, SELECT ON ALL TABLES IN SCHEMA "public" TO "reader"']);
    });

    it("only takes away when there is nothing to grant", () => {
        const database: Grant = { ...GRANT, role: "public", objectType: "database", privileges: [] };
        assert.equal(revokeStatement(database), 'REVOKE ALL PRIVILEGES ON DATABASE "app" FROM "public"');
        assert.deepEqual(grantStatements(database), []);
        assert.equal(
            revokeStatement({ ...database, objectType: "function" }),
            'REVOKE ALL PRIVILEGES ON ALL FUNCTIONS IN SCHEMA "public" FROM "public"',
        );
        assert.equal(
            revokeStatement({ ...database, objectType: "schema" }),
            'REVOKE ALL PRIVILEGES ON SCHEMA "public" FROM "public"',
        );
    });

    it("names objects, functions with their arguments, and hostile names as names", () => {
        const objects = ['t"; DROP TABLE x; --', "u"];
        assert.equal(
            revokeStatement({ ...GRANT, objects }),
            'REVOKE INSERT, SELECT ON TABLE "public"."t""; DROP TABLE x; --", "public"."u" FROM "reader"',
        );
        const routine: Grant = { ...GRANT, objectType: "function", privileges: ["EXECUTE"], withGrantOption: true };
        assert.deepEqual(grantStatements({ ...routine, objects: ["f(int, text[])", "g(x); DROP TABLE y; --"] }), [
            'GRANT EXECUTE ON FUNCTION "public"."f"(int, text[]), "public"."g(x); DROP TABLE y; --" TO "reader" WITH GRANT OPTION',
        ]);
    });

    it("changes defaults for one owner, in a schema or everywhere", () => {
        const { schema: _, ...everywhere } = DEFAULTS;
        assert.deepEqual(grantDefaultsStatements(DEFAULTS), [
            'ALTER DEFAULT PRIVILEGES FOR ROLE "owner" IN SCHEMA "public" GRANT SELECT ON TABLES TO "reader"',
        ]);
        const functions = { ...everywhere, role: "public", objectType: "function", privileges: [] };
        assert.equal(
            revokeDefaultsStatement(functions),
            'ALTER DEFAULT PRIVILEGES FOR ROLE "owner" REVOKE ALL ON FUNCTIONS FROM "public"',
        );
        assert.deepEqual(grantDefaultsStatements(functions), []);
    });

    it("knows the privileges of each type of object, and what ALL stands for", () => {
        assert.equal(privilegesFault("table", ["ALL"]), undefined);
        assert.equal(
            privilegesFault("schema", ["USAGE", "SELECT"]),
            "SELECT is not an allowed privilege for object type schema",
        );
        assert.ok(samePrivileges("schema", ["ALL"], ["USAGE", "CREATE"]));
        assert.ok(!samePrivileges("schema", ["USAGE"], ["USAGE", "CREATE"]));
    });
});
