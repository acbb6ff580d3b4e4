import { strict as assert } from "node:assert";
import {
    majorVersionFault,
    majorVersionOfTag,
    tagFault,
    upgradeFault,
} from "../../../components/database/major-version";

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
            ["017", undefined],
            ["x17", undefined],
            ["17_1", 17],
            ["9", 9],
            ["", undefined],
            [undefined, undefined],
        ] as const) {
            assert.equal(majorVersionOfTag(tag), version, tag);
        }
    });

    it("must be one that knows the server's settings, and that of the tag", () => {
        assert.equal(majorVersionFault(17), undefined);
        assert.equal(majorVersionFault(15), undefined);
        assert.equal(majorVersionFault(99), undefined);
        assert.match(majorVersionFault(100) ?? "", /from 15 on, is 100/);
        assert.match(majorVersionFault(14) ?? "", /from 15 on, is 14; write for example 17$/);
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
        assert.equal(
            upgradeFault("pgdb", 16, 15),
            'PostgreSQL 15 can\'t read the data that PostgreSQL 16 has written, so the release "pgdb" stays as it is. To go on with 16, set `majorVersion` and `image` back to it. To go to 15, dump the databases, give `releaseName` another name as well with `allowDataLoss` for that update (a new server with a volume of its own; the old volume stays), and restore the dump there.',
        );
        assert.equal(upgradeFault("pgdb", 16, 16), undefined);
        assert.equal(upgradeFault("pgdb", undefined, 16), undefined);
        assert.equal(upgradeFault("pgdb", 15, undefined), undefined);
    });
});
