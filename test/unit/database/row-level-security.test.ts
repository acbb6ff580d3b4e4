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
