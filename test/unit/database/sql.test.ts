import { strict as assert } from "node:assert";
import { retiredCredentialsSql } from "../../../components/database/retired-credentials-sql";
import { roleSettingsSql } from "../../../components/database/role-settings-sql";
import {
    rowLevelSecuritySql,
    tenantSchemaFault,
    tenantSettingFault,
} from "../../../components/database/row-level-security-sql";

const INPUT = {
    schema: "public",
    tenantColumn: "tenant_id",
    tenantSetting: "app.tenant_id",
    roles: ["readonly", "readwrite"],
    confineOwner: false,
};

describe("SQL that closes logins", () => {
    const sql = retiredCredentialsSql({ loginNames: ["readonly", "app_owner"], rotation: 3, graceSeconds: 30 });

    it("waits, takes the passwords away, then ends the sessions", () => {
        const order = [
            "pg_sleep(30)",
            'ALTER ROLE "readonly" PASSWORD NULL',
            'ALTER ROLE "app_owner" PASSWORD NULL',
            "pg_terminate_backend(pid)",
            "usename IN ('readonly', 'app_owner')",
        ].map((part) => sql.indexOf(part));
        assert.ok(
            order.every((position) => position >= 0),
            sql,
        );
        assert.deepEqual(
            order,
            [...order].sort((a, b) => a - b),
        );
    });

    it("is another one at each rotation, so that a job runs for each", () => {
        const next = retiredCredentialsSql({
            loginNames: ["readonly", "app_owner"],
            rotation: 5,
            graceSeconds: 30,
        });
        assert.notEqual(next, sql);
    });
});

describe("SQL of role settings", () => {
    it("says every setting, so that one that is left out goes back to the server's", () => {
        const sql = roleSettingsSql([{ roleName: "readonly", lockTimeout: 5000, defaultTransactionReadOnly: true }]);
        assert.deepEqual(
            sql.split("\n").filter((line) => line.startsWith("ALTER ROLE")),
            [
                'ALTER ROLE "readonly" SET lock_timeout = 5000;',
                'ALTER ROLE "readonly" RESET idle_session_timeout;',
                'ALTER ROLE "readonly" SET default_transaction_read_only = true;',
                'ALTER ROLE "readonly" RESET log_statement;',
                'ALTER ROLE "readonly" RESET log_min_duration_statement;',
            ],
        );
    });
});

describe("SQL of row-level security", () => {
    const sql = rowLevelSecuritySql(INPUT);

    it("compares texts, and takes an empty setting for none", () => {
        const match = `USING ("tenant_id"::text = NULLIF(current_setting(''app.tenant_id'', true), ''''))`;
        assert.ok(sql.includes(`AS PERMISSIVE TO "readonly", "readwrite" ${match}`));
        assert.ok(sql.includes(`AS RESTRICTIVE TO "readonly", "readwrite" ${match}`));
    });

    it("fixes the search path of every function that runs with the superuser's rights, and takes it from everybody", () => {
        const functions = sql.split("CREATE OR REPLACE FUNCTION ").slice(1);
        assert.equal(functions.length, 2);
        for (const text of functions) {
            const [name = ""] = text.split(" RETURNS");
            assert.match(
                text,
                /^\S+ RETURNS \w+ LANGUAGE plpgsql SECURITY DEFINER\s+SET search_path = pg_catalog, pg_temp /,
            );
            assert.ok(text.includes(`ALTER FUNCTION ${name} OWNER TO CURRENT_USER;`), name);
            assert.ok(text.includes(`REVOKE ALL ON FUNCTION ${name} FROM PUBLIC;`), name);
        }
    });

    it("confines the owner when asked to", () => {
        const confined = rowLevelSecuritySql({ ...INPUT, confineOwner: true });
        assert.ok(confined.includes('TO "readonly", "readwrite", %2$s USING'));
        assert.ok(!confined.includes("USING (true)"));
        assert.ok(sql.includes("CREATE POLICY bulwark_owner ON %1$s AS PERMISSIVE TO %2$s USING (true)"));
    });

    it("hides the statements of sessions that share a role", () => {
        for (const role of INPUT.roles) {
            assert.ok(sql.includes(`ALTER ROLE "${role}" SET track_activities = off;`));
        }
    });

    it("has functions and a trigger of its own for each schema", () => {
        const other = rowLevelSecuritySql({ ...INPUT, schema: "billing" });
        assert.ok(other.includes(`to_regnamespace('"billing"')`));
        assert.ok(other.includes('CREATE EVENT TRIGGER "bulwark_isolate_billing" ON ddl_command_end'));
        assert.ok(!other.includes("isolate_public"));
    });
});

describe("a tenant's names", () => {
    it("are a schema, `public` among them, with room for the names made from it", () => {
        for (const schema of ["public", "billing", "s".repeat(40)]) {
            assert.equal(tenantSchemaFault(schema), undefined, schema);
        }
        const long = "s".repeat(41);
        assert.equal(tenantSchemaFault(long), `must have at most 40 characters, is "${long}"`);
        for (const wrong of ["", "Billing", "pg_catalog", 1, Array(41).fill("s")] as string[]) {
            assert.match(tenantSchemaFault(wrong) ?? "", /^must (be 1 to 63|not be a name that PostgreSQL reserves)/);
        }
    });

    it("are a setting of two names", () => {
        for (const setting of ["app.tenant_id", "_a1._b2"]) {
            assert.equal(tenantSettingFault(setting), undefined, setting);
        }
        for (const wrong of [
            "",
            "tenant",
            "app.",
            ".tenant",
            "App.tenant",
            "app.Tenant",
            "1a.b",
            "a.1b",
            "a.b.c",
            "a b.c",
            "a.b c",
            ["a.b"],
        ] as string[]) {
            assert.equal(
                tenantSettingFault(wrong),
                `must be two names with a dot between them, is ${JSON.stringify(wrong)}; write for example "app.tenant_id"`,
            );
        }
    });
});
