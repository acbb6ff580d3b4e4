/** What attempts at the database prove. */
import { strict as assert } from "node:assert";
import { Unproven } from "../../../verify/probe";
import { judge, OWN, sql } from "../../../verify/probes/database/psql";

const control = { what: OWN, worked: true, seen: "done" };
const refused = { what: "DROP TABLE t", worked: false, seen: "42501 must be owner of table t" };
const broken = { what: "DROP TABLE t", worked: false, seen: "42601 syntax error" };
const isRefusal = ({ seen }: { seen: string }) => seen.startsWith("42501");

describe("attempts at the database", () => {
    it("are stopped when each was refused for the reason, while the application's own login works", () => {
        const { verdict, evidence } = judge([control, refused], 1, isRefusal);
        assert.equal(verdict, "held");
        assert.match(evidence, /^must be owner of table t \(control: /);
    });

    it("got through when one worked, whatever became of the others and of the control", () => {
        const worked = { ...refused, worked: true, seen: "done" };
        assert.equal(judge([broken, worked], 2, isRefusal).verdict, "through");
    });

    it("prove nothing without the control, when one failed for another reason, or when not all were tried", () => {
        const cases = [[refused], [{ ...control, worked: false }, refused], [control, broken], [control]];
        for (const attempts of cases) {
            assert.throws(() => judge(attempts, 1, isRefusal), Unproven);
        }
    });

    it("show no rows: what statements return goes nowhere", () => {
        assert.match(sql("SELECT 1;"), /\\o \/dev\/null\nSELECT 1;/);
    });
});
