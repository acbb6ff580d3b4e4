import { strict as assert } from "node:assert";
import { timeFault, validUntil } from "../../../components/database/valid-until";

describe("the end of a password", () => {
    it("is a point in time with its zone", () => {
        for (const sound of ["2027-01-31T00:00:00Z", "2027-01-31T10:30+02:00", "2028-02-29T23:59:59Z"]) {
            assert.equal(timeFault(sound), undefined, sound);
        }
        for (const wrong of [
            "2027-01-31",
            "2027-01-31T00:00:00",
            "31.1.2027",
            "2027-02-30T00:00:00Z",
            "infinity",
            "",
            "x2027-01-31T00:00:00Z",
            "2027-01-31T00:00:00Zx",
            "2027-01-31T00:00:00+0200",
            "2027-13-31T00:00:00Z",
            ["2027-01-31T00:00:00Z"],
        ] as string[]) {
            assert.match(timeFault(wrong) ?? "", /must be a point in time/, wrong);
        }
        assert.equal(timeFault("2027-01-31T10:30:15-05:30"), undefined);
        assert.match(timeFault("2027-01-31T25:00:00Z") ?? "", /write for example/);
    });

    it("is written as PostgreSQL shows it", () => {
        assert.equal(validUntil("2027-01-31T00:00:00Z"), "2027-01-31 00:00:00+00");
        assert.equal(validUntil("2027-01-31T10:30+02:00"), "2027-01-31 08:30:00+00");
        assert.equal(validUntil("2027-01-31T10:30:15Z"), "2027-01-31 10:30:15+00");
    });
});
