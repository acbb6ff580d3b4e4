import { strict as assert } from "node:assert";
import { Decision, type Exception, type Scope, sorted } from "../../../judge/exception";
import { exceptions } from "../../../judge/exceptions";
import { allJudges } from "../../../judge/judges";
import type { Finding } from "../../../judge/result";

const FINDING: Finding = { judge: "j", check: "c", object: "Pod a/b", stack: "dev", message: "bad" };
const EXCEPTION: Exception = {
    judge: "j",
    check: "c",
    objects: ["Pod a/b"],
    decision: Decision.Purpose,
    reason: "It is meant so.",
};

const SCOPE: Scope = { judges: ["j"], charts: [] };

function outcome(exception: Exception, finding = FINDING, scope = SCOPE) {
    const { excepted, open, unused } = sorted([finding], [exception], scope);
    return { excepted: excepted.length, open: open.length, unused: unused.length };
}

describe("exceptions of the judges", () => {
    it("cover what they name", () => {
        assert.deepEqual(outcome(EXCEPTION), { excepted: 1, open: 0, unused: 0 });
        assert.deepEqual(outcome({ ...EXCEPTION, stack: "dev" }), { excepted: 1, open: 0, unused: 0 });
    });

    it("cover nothing else, and are unused then", () => {
        for (const change of [{ judge: "other" }, { check: "d" }, { object: "Pod a/c" }]) {
            assert.deepEqual(outcome(EXCEPTION, { ...FINDING, ...change }), { excepted: 0, open: 1, unused: 1 });
        }
        assert.deepEqual(outcome({ ...EXCEPTION, stack: "prod" }), { excepted: 0, open: 1, unused: 1 });
    });

    it("are unused object by object", () => {
        const wide = { ...EXCEPTION, objects: ["Pod a/b", "Pod a/c"] };
        const { unused } = sorted([FINDING], [wide], SCOPE);
        assert.deepEqual(unused, [{ exception: wide, object: "Pod a/c" }]);
    });

    it("aren't called unused for a judge that wasn't run", () => {
        assert.deepEqual(sorted([], [EXCEPTION], { ...SCOPE, judges: ["other"] }).unused, []);
    });

    it("about a chart hold only where it was rendered in that way", () => {
        const exception: Exception = { ...EXCEPTION, chart: { release: "falco", rendered: ["chart", "stand-in"] } };
        const scope = (release: string, origin: "chart" | "none") => ({
            ...SCOPE,
            charts: [{ release, origin, why: "" }],
        });
        assert.deepEqual(outcome(exception), { excepted: 0, open: 1, unused: 0 });
        assert.deepEqual(outcome(exception, FINDING, scope("falco", "none")), { excepted: 0, open: 1, unused: 0 });
        assert.deepEqual(outcome(exception, FINDING, scope("pgdb", "chart")), { excepted: 0, open: 1, unused: 0 });
        assert.deepEqual(outcome(exception, FINDING, scope("falco", "chart")), { excepted: 1, open: 0, unused: 0 });
        assert.equal(sorted([], [exception], scope("falco", "chart")).unused.length, 1);
    });

    it("that are kept name a judge that exists, say why, and don't say the same twice", () => {
        const names = allJudges().map(({ name }) => name);
        const seen = new Set<string>();
        for (const { judge, check, objects, stack, reason } of exceptions) {
            assert.ok(names.includes(judge), judge);
            assert.match(reason, /^[A-Z].{20,}\.$/, `${judge} ${check}`);
            assert.ok(objects.length > 0, `${judge} ${check}`);
            for (const object of objects) {
                const key = [judge, check, object, stack].join("|");
                assert.ok(!seen.has(key), key);
                seen.add(key);
            }
        }
    });
});
