import assert from "node:assert/strict";
import * as kinds from "../../../settings/kinds";

function refusal<T>(kind: kinds.Kind<T>, value: unknown): { reason: string; hidden: string } {
    const result = kind.accept(value);
    return "reason" in result ? result : assert.fail(`${JSON.stringify(value)} was taken`);
}

const replicas = kinds.count(1, 9);

describe("a kind of setting", () => {
    it("says what to write when there is nothing", () => {
        assert.equal(replicas.demand, "must be a whole number from 1 to 9");
        assert.equal(kinds.flag.demand, "must be true or false");
        assert.equal(kinds.oneOf("a", "b").demand, 'must be one of "a", "b"');
        assert.match(kinds.dnsLabel.demand, /^must be 1 to 63 lower-case letters.*; write for example "secure-app"$/);
        assert.match(kinds.quantity.demand, /^must be .*; write for example /);
        assert.match(kinds.bytes.demand, /^must be .*; write for example /);
    });

    it("tells of quotes that are too much or missing, and only where they are what is wrong", () => {
        assert.match(refusal(replicas, "3").reason, /, is "3"; write it without quotes$/);
        for (const other of ["", "30", "three", "true", "false"]) {
            assert.doesNotMatch(refusal(replicas, other).reason, /quotes/, other);
        }
        assert.match(refusal(kinds.dnsLabel, 5).reason, /, is 5; put it in quotes$/);
        assert.match(refusal(kinds.dnsLabel, true).reason, /, is true; put it in quotes$/);
        assert.doesNotMatch(refusal(kinds.dnsLabel, 5.5).reason, /quotes/);
        assert.doesNotMatch(refusal(kinds.dnsLabel, { a: 1 }).reason, /quotes/);
        for (const text of ["true", "false"]) {
            assert.equal(
                refusal(kinds.flag, text).reason,
                `must be true or false, is "${text}"; write it without quotes`,
            );
        }
        assert.equal(refusal(kinds.flag, "yes").reason, 'must be true or false, is "yes"');
    });

    it("has numbers for quantities as they are written, and for no other text", () => {
        assert.deepEqual(kinds.quantity.accept(2), { value: "2" });
        assert.deepEqual(kinds.dnsLabel.accept("a"), { value: "a" });
        assert.ok("reason" in kinds.dnsLabel.accept(2));
    });

    it("has a second reading without the value, for secret ones", () => {
        const readings: [string, { hidden: string }][] = [
            ["must be true or false, is [secret]", refusal(kinds.flag, "yes")],
            ['must be one of "a", is [secret]', refusal(kinds.oneOf("a"), "c")],
            ["must be a whole number from 1 to 9, is [secret]", refusal(replicas, 10)],
            ["must be a whole number from 1 to 9, is [secret]", refusal(replicas, [])],
        ];
        for (const [expected, { hidden }] of readings) {
            assert.equal(hidden, expected);
        }
        const withheld = refusal(kinds.withheld(kinds.flag), "hunter2");
        assert.deepEqual(withheld, { reason: withheld.hidden, hidden: "must be true or false, is [secret]" });
        assert.deepEqual(kinds.withheld(kinds.flag).accept(true), { value: true });
    });

    it("leaves forty characters to a release", () => {
        const release = kinds.releaseName();
        assert.deepEqual(release.accept("a".repeat(40)), { value: "a".repeat(40) });
        assert.match(refusal(release, "a".repeat(41)).reason, /^must have at most 40 characters/);
        assert.match(refusal(release, "A".repeat(41)).reason, /^must be 1 to 63 lower-case/);
    });
});
