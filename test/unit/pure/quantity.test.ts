import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { bytesFault, parseQuantity, quantityFault } from "../../../components/quantity";

describe("quantity", () => {
    it("is a number of cores or bytes", () => {
        const cases: [string, number][] = [
            ["1", 1],
            ["0.5", 0.5],
            ["250m", 0.25],
            ["2k", 2_000],
            ["1M", 1_000_000],
            ["1Ki", 1_024],
            ["1.5Gi", 1_610_612_736],
            ["1Pi", 2 ** 50],
        ];
        for (const [text, value] of cases) {
            assert.equal(parseQuantity(text), value, text);
        }
    });

    it("means the same in thousandths and as a decimal", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 99_999 }), (thousandths) => {
                assert.equal(parseQuantity(`${thousandths}m`), parseQuantity(String(thousandths / 1_000)));
            }),
        );
    });

    it("grows with its number", () => {
        const unit = fc.constantFrom("", "m", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi");
        fc.assert(
            fc.property(unit, fc.nat(9_999), fc.nat(9_999), (suffix, one, other) => {
                const order = Math.sign(parseQuantity(`${one}${suffix}`) - parseQuantity(`${other}${suffix}`));
                assert.equal(order, Math.sign(one - other));
            }),
        );
    });

    it("is refused when it isn't one, or nothing", () => {
        for (const wrong of ["", "0", "0Mi", "-1", "1 Mi", "1mi", "1MB", "1e3", "Mi", ".5", "1."]) {
            assert.equal(
                quantityFault(wrong),
                `must be a Kubernetes quantity greater than 0, is ${JSON.stringify(wrong)}; write for example "512Mi" or "250m"`,
            );
        }
        assert.match(quantityFault(2 as unknown as string) ?? "", /is 2;/);
        assert.throws(() => parseQuantity("much"), { name: "RangeError", message: quantityFault("much") ?? "" });
    });

    it("of memory is more than a slip of the unit", () => {
        assert.equal(bytesFault("1Mi"), undefined);
        assert.equal(bytesFault("1048576"), undefined);
        for (const wrong of ["512", "512m", "1048575", "1023Ki", "9999999999m"]) {
            assert.equal(
                bytesFault(wrong),
                `must be at least 1Mi, is ${JSON.stringify(wrong)}; the unit of memory and storage is the byte, write for example "512Mi"`,
            );
        }
        assert.equal(bytesFault("much"), quantityFault("much"));
    });
});
