import { strict as assert } from "node:assert";
import {
    isSecondsTurn,
    leaps,
    rotationFault,
    rotationKeepers,
    secondLogin,
    secondLoginFault,
} from "../../../components/database/rotation";

describe("the count of rotations", () => {
    it("is a whole number from 0", () => {
        assert.equal(rotationFault(0), undefined);
        assert.equal(rotationFault(7), undefined);
        assert.equal(rotationFault(1_000_000), undefined);
        for (const wrong of [-1, 1_000_001, 0.5, Number.NaN, "1" as unknown as number]) {
            assert.match(rotationFault(wrong) ?? "", /must be a whole number from 0/);
        }
    });

    it("gives the two logins their turns", () => {
        assert.deepEqual([0, 1, 2, 3].map(isSecondsTurn), [false, true, false, true]);
    });

    it("changes what is generated, each time, and nothing before the first", () => {
        assert.equal(rotationKeepers(0), undefined);
        assert.deepEqual(rotationKeepers(1), { rotation: "1" });
        assert.deepEqual(rotationKeepers(2), { rotation: "2" });
    });

    it("leaves room for the name of a second login once there is one", () => {
        assert.equal(secondLogin("readonly"), "readonly_b");
        assert.equal(secondLoginFault(0)("x".repeat(63)), undefined);
        assert.equal(secondLoginFault(1)("x".repeat(61)), undefined);
        assert.match(secondLoginFault(1)("x".repeat(62)) ?? "", /must have at most 61 characters/);
    });
});

describe("a rotation", () => {
    const leap = (from: unknown, to: unknown) => leaps({ rotation: from }, { rotation: to }, ["rotation"]);

    it("goes a step up, or doesn't", () => {
        for (const [from, to] of [
            ["0", "0"],
            ["0", "1"],
            ["41", "42"],
        ]) {
            assert.deepEqual(leap(from, to), []);
        }
    });

    it("goes neither back nor by more than a step", () => {
        assert.deepEqual(leap("3", "2"), ["rotation: is 3, can't become 2; write 4, or leave it"]);
        assert.deepEqual(leap("0", "2"), ["rotation: is 0, can't become 2; write 1, or leave it"]);
    });

    it("begins anywhere in a stack that had none", () => {
        assert.deepEqual(leap(undefined, "5"), []);
        assert.deepEqual(leap("5", undefined), []);
        assert.deepEqual(leap("5", "soon"), []);
    });
});
