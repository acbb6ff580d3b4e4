import { strict as assert } from "node:assert";
import { oneOf } from "../../../components/choices";
import { withDefaults } from "../../../components/with-defaults";

describe("choice", () => {
    it("is one of the values, not of the keys", () => {
        const check = oneOf({ Tcp: "TCP", Udp: "UDP" });
        assert.equal(check("UDP"), undefined);
        assert.equal(check("Udp"), 'must be one of "TCP", "UDP", is "Udp"');
        assert.equal(check(1 as unknown as string), 'must be one of "TCP", "UDP", is 1');
    });
});

describe("defaults", () => {
    it("stay where nothing is given, or undefined; 0, false and the empty text count as given", () => {
        const defaults = { a: 1, b: true, c: "c", d: "d" };
        assert.deepEqual(withDefaults(defaults, undefined), defaults);
        assert.deepEqual(withDefaults(defaults, { a: 0, b: false, c: "", d: undefined }), {
            a: 0,
            b: false,
            c: "",
            d: "d",
        });
    });
});
