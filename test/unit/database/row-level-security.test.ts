import { strict as assert } from "node:assert";
import { RowLevelSecurity, type RowLevelSecurityArgs } from "../../../components/database/row-level-security";
import { rowLevelSecuritySql } from "../../../components/database/row-level-security-sql";
import { one, record, recorded } from "../support/recorder";

const INPUT = {
    schema: "public",
    tenantColumn: "tenant_id",
    tenantSetting: "app.tenant_id",
    roles: ["readonly", "readwrite"],
    confineOwner: false,
};

const SERVER = {
    namespaceName: "database",
    podLabels: { "app.kubernetes.io/instance": "pgdb" },
    host: "pgdb-postgresql.database.svc",
    adminPassword: "generated-by-the-mock",
    caCertificate: "CERTIFICATE",
};

function rows(args: Partial<RowLevelSecurityArgs> = {}): RowLevelSecurity {
    return new RowLevelSecurity("rows", { server: SERVER, databaseName: "mydb", roleNames: ["readonly"], ...args });
}

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

describe("RowLevelSecurity", () => {
    it("runs the SQL as the superuser, with credentials in the database's namespace", async () => {
        const all = await record(() => rows({ roleNames: ["readonly", "readwrite"] }));
        const script = one(all, "kubernetes:core/v1:ConfigMap").inputs as { data: Record<string, string> };
        assert.equal(script.data["script.sql"], rowLevelSecuritySql(INPUT));
        const { inputs, secretInputs } = one(all, "kubernetes:core/v1:Secret");
        assert.equal((inputs.metadata as { namespace: string }).namespace, "database");
        assert.equal((inputs.stringData as { username: string }).username, "postgres");
        assert.ok(secretInputs.includes("stringData"));
    });

    it("keeps the password out of its own state", async () => {
        assert.deepEqual(one(await record(() => rows()), "bulwark:index:RowLevelSecurity").inputs, {});
    });

    it("reports every fault at once and creates nothing", async () => {
        const wrong = { schema: "s".repeat(41), tenantColumn: "Tenant", tenantSetting: "tenant", roleNames: [] };
        await assert.rejects(
            record(() => rows(wrong)),
            (error: Error) => {
                assert.deepEqual(error.message.split("\n"), [
                    'RowLevelSecurity "rows" can\'t be created:',
                    `  schema: must have at most 40 characters, is "${"s".repeat(41)}"`,
                    '  tenantColumn: must be 1 to 63 lower-case letters, digits or "_", not starting with a digit, is "Tenant"; write for example "readonly"',
                    '  tenantSetting: must be two names with a dot between them, is "tenant"; write for example "app.tenant_id"',
                    '  roleNames: must hold at least one role, is []; write for example ["readonly"]',
                ]);
                return true;
            },
        );
        assert.deepEqual(
            recorded().filter(({ custom }) => custom),
            [],
        );
    });
});
