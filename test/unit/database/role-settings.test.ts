import { strict as assert } from "node:assert";
import { RoleSettings, type SessionSettingsArgs, StatementLogging } from "../../../components/database/role-settings";
import { roleSettingsSql } from "../../../components/database/role-settings-sql";
import { one, record } from "../support/recorder";

const SERVER = {
    namespaceName: "database",
    podLabels: { "app.kubernetes.io/instance": "pgdb" },
    host: "pgdb-postgresql.database.svc",
    adminPassword: "generated-by-the-mock",
    caCertificate: "CERTIFICATE",
};

function settings(roles: SessionSettingsArgs[]): RoleSettings {
    return new RoleSettings("settings", { server: SERVER, databaseName: "mydb", roles });
}

describe("RoleSettings", () => {
    it("turns durations into milliseconds", async () => {
        const roles = [
            {
                roleName: "readonly",
                idleSessionTimeout: "1h",
                logStatement: StatementLogging.Mod,
                logMinDuration: "1s",
            },
        ];
        const all = await record(() => settings(roles));
        const { data } = one(all, "kubernetes:core/v1:ConfigMap").inputs as { data: Record<string, string> };
        assert.equal(
            data["script.sql"],
            roleSettingsSql([
                { roleName: "readonly", idleSessionTimeout: 3_600_000, logStatement: "mod", logMinDuration: 1000 },
            ]),
        );
    });

    it("keeps the password out of its own state", async () => {
        const all = await record(() => settings([{ roleName: "readonly" }]));
        assert.deepEqual(one(all, "bulwark:index:RoleSettings").inputs, {});
    });

    it("reports every fault with its place", async () => {
        const roles = [{ roleName: "readonly" }, { roleName: "Owner", lockTimeout: "5", logStatement: "some" }];
        await assert.rejects(
            record(() => settings(roles as SessionSettingsArgs[])),
            (error: Error) => {
                assert.deepEqual(error.message.split("\n"), [
                    'RoleSettings "settings" can\'t be created:',
                    '  roles[1].roleName: must be 1 to 63 lower-case letters, digits or "_", not starting with a digit, is "Owner"; write for example "readonly"',
                    '  roles[1].lockTimeout: must be a duration with its unit (ms, s, min, h or d), is "5"; write for example "10min"',
                    '  roles[1].logStatement: must be one of "none", "ddl", "mod", "all", is "some"',
                ]);
                return true;
            },
        );
    });
});
