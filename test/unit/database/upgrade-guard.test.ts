import { strict as assert } from "node:assert";
import { refuseUpgrade } from "../../../components/database/upgrade-guard";

describe("the upgrade guard", () => {
    const release = (tag: string | undefined, recorded?: string) => ({
        name: "pgdb",
        values: {
            image: { repository: "postgresql", ...(tag === undefined ? {} : { tag }) },
            primary:
                recorded === undefined ? {} : { annotations: { "bulwark.dev/postgresql-major-version": recorded } },
        },
    });

    it("refuses another major version, and says the way to it", () => {
        assert.throws(
            () => refuseUpgrade({ oldInputs: release("15.3", "15"), newInputs: release("16.1", "16") }),
            /PostgreSQL 16 can't read the data that PostgreSQL 15 has written.*dump the databases/,
        );
    });

    it("goes by what was recorded, where only a digest names the image", () => {
        assert.throws(() =>
            refuseUpgrade({ oldInputs: release(undefined, "15"), newInputs: release(undefined, "16") }),
        );
    });

    it("goes by the tag of a release that has nothing recorded", () => {
        assert.throws(() => refuseUpgrade({ oldInputs: release("15"), newInputs: release("16", "16") }));
    });

    it("lets a minor version pass, and what it can't know", () => {
        refuseUpgrade({ oldInputs: release("15.3", "15"), newInputs: release("15.4", "15") });
        refuseUpgrade({ oldInputs: release("latest"), newInputs: release("15.4", "15") });
        refuseUpgrade({ oldInputs: {}, newInputs: {} });
    });
});
