import { strict as assert } from "node:assert";
import {
    majorVersionFault,
    majorVersionOfTag,
    tagFault,
    upgradeFault,
} from "../../../components/database/major-version";
import { refuseUpgrade } from "../../../components/database/upgrade-guard";

describe("the major version", () => {
    it("is what a tag begins with", () => {
        for (const [tag, version] of [
            ["17.6.0-debian-12-r4", 17],
            ["15", 15],
            ["v16.2", 16],
            ["16-alpine", 16],
            ["latest", undefined],
            ["2026.1", undefined],
            ["sha-17", undefined],
            ["17rc1", undefined],
            ["", undefined],
            [undefined, undefined],
        ] as const) {
            assert.equal(majorVersionOfTag(tag), version, tag);
        }
    });

    it("must be one that knows the server's settings, and that of the tag", () => {
        assert.equal(majorVersionFault(17), undefined);
        assert.match(majorVersionFault(14) ?? "", /from 15 on, is 14/);
        assert.match(majorVersionFault(17.6) ?? "", /is 17\.6/);
        assert.equal(tagFault("17.6.0", 17), undefined);
        assert.equal(tagFault("latest", 17), undefined);
        assert.equal(tagFault("16.1", undefined), undefined);
        assert.match(
            tagFault("16.1", 17) ?? "",
            /must be an image of PostgreSQL 17, as `majorVersion` says, is "16\.1"/,
        );
    });

    it("can't change, in either direction, as far as both are known", () => {
        assert.match(
            upgradeFault("pgdb", 15, 16) ?? "",
            /PostgreSQL 16 can't read .* 15 .*"pgdb".*`releaseName`.*`allowDataLoss`/,
        );
        assert.ok(upgradeFault("pgdb", 16, 15));
        assert.equal(upgradeFault("pgdb", 16, 16), undefined);
        assert.equal(upgradeFault("pgdb", undefined, 16), undefined);
        assert.equal(upgradeFault("pgdb", 15, undefined), undefined);
    });
});

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
