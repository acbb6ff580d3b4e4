/** What components say of a database that is there already: where it is, and its name. */
import { strict as assert } from "node:assert";
import { databaseFault } from "../../../components/names";
import { SAMPLES } from "../../package/support/samples";
import { make } from "../hostile/support/arrivals";

const COMPONENTS = ["DatabaseBackup", "RetiredCredentials", "RoleSettings", "RowLevelSecurity"] as const;

describe("a database that is there already", () => {
    for (const component of COMPONENTS) {
        it(`is told to ${component} by a server and a name that there may be`, async () => {
            const sample = SAMPLES[component] as { server: object };
            const wrong = { ...sample, databaseName: "", server: { ...sample.server, host: "x", port: 0 } };
            await assert.rejects(make(component, wrong), (error: Error) => {
                const places = error.message.split("\n").map((line) => line.trim().split(":")[0]);
                assert.deepEqual(places.slice(1), ["server.host", "server.port", "databaseName"]);
                return true;
            });
        });
    }

    it("may have any name of up to 63 bytes", () => {
        for (const name of ["mydb", "My-DB", 'a"b', "ä".repeat(31), "a".repeat(63)]) {
            assert.equal(databaseFault(name), undefined, name);
        }
        for (const wrong of ["", "a\0b", "ä".repeat(32), "a".repeat(64), ["mydb"] as unknown as string]) {
            assert.match(
                databaseFault(wrong) ?? "",
                /^must be 1 to 63 bytes without NUL, is .*; write for example "mydb"$/,
            );
        }
    });
});
