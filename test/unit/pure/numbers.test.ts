import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { portFault, unprivilegedPortFault, userIdFault, wholeNumber } from "../../../components/numbers";

describe("whole number", () => {
    it("lies between its bounds, both allowed", () => {
        fc.assert(
            fc.property(fc.integer(), fc.integer(), fc.integer(), (least, most, value) => {
                assert.equal(wholeNumber(least, most)(value) === undefined, value >= least && value <= most);
            }),
        );
    });

    it("is a number, and whole", () => {
        const check = wholeNumber(1, 10);
        assert.equal(check(1.5), "must be a whole number from 1 to 10, is 1.5");
        assert.equal(check("5" as unknown as number), 'must be a whole number from 1 to 10, is "5"');
        assert.ok(check(Number.NaN));
        assert.ok(check(Number.POSITIVE_INFINITY));
    });
});

describe("port", () => {
    it("has 16 bits, and isn't 0", () => {
        assert.deepEqual([1, 65_535].map(portFault), [undefined, undefined]);
        assert.equal(portFault(0), "must be a whole number from 1 to 65535, is 0");
        assert.equal(portFault(65_536), "must be a whole number from 1 to 65535, is 65536");
    });

    it("of a process without capabilities is at least 1024", () => {
        assert.deepEqual([1_024, 65_535].map(unprivilegedPortFault), [undefined, undefined]);
        assert.equal(
            unprivilegedPortFault(1_023),
            "must be a port from 1024 to 65535, is 1023; a process without capabilities can't listen below 1024",
        );
    });
});

describe("user id", () => {
    it("is never root's", () => {
        assert.deepEqual([1, 1_001, 2_147_483_647].map(userIdFault), [undefined, undefined, undefined]);
        assert.equal(
            userIdFault(0),
            "must be a whole number from 1 to 2147483647, is 0; 0 is root, write for example 1001",
        );
        assert.ok(userIdFault(2_147_483_648));
    });
});
