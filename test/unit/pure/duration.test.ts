import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { durationFault, parseDuration } from "../../../components/duration";

describe("duration", () => {
    it("is the sum of its parts in milliseconds", () => {
        const cases: [string, number][] = [
            ["500ms", 500],
            ["30s", 30_000],
            ["10min", 600_000],
            ["10 min", 600_000],
            ["1h30min", 5_400_000],
            [" 2d ", 172_800_000],
        ];
        for (const [text, milliseconds] of cases) {
            assert.equal(parseDuration(text), milliseconds, text);
        }
    });

    it("counts any whole number of any unit", () => {
        const units: Record<string, number> = { ms: 1, s: 1e3, min: 6e4, h: 36e5, d: 864e5 };
        fc.assert(
            fc.property(fc.constantFrom(...Object.keys(units)), fc.integer({ min: 1, max: 24 }), (unit, count) => {
                assert.equal(parseDuration(`${count}${unit}`), count * (units[unit] ?? 0));
            }),
        );
    });

    it("has a unit: PostgreSQL would take a bare number for milliseconds", () => {
        for (const wrong of ["10", "10m", "min", "", " ", "ten min", "10min!", "-1s", "1.5h"]) {
            const fault = `must be a duration with its unit (ms, s, min, h or d), is ${JSON.stringify(wrong)}; write for example "10min"`;
            assert.equal(durationFault(wrong), fault);
            assert.throws(() => parseDuration(wrong), { name: "RangeError", message: fault });
        }
        assert.match(durationFault(600 as unknown as string) ?? "", /must be a duration with its unit .* is 600/);
    });

    it("lasts longer than nothing, and at most what PostgreSQL can hold", () => {
        assert.equal(durationFault("2147483647ms"), undefined);
        for (const wrong of ["0s", "2147483648ms", "25d", `${"9".repeat(400)}d`]) {
            assert.match(durationFault(wrong) ?? "", /^must be longer than 0 and at most 24 days, is /);
        }
    });

    it("is judged alike every time: the check keeps no state between two texts", () => {
        assert.equal(durationFault("10min and more") === undefined, false);
        assert.equal(durationFault("10min"), undefined);
        assert.equal(durationFault("10min"), undefined);
    });
});
