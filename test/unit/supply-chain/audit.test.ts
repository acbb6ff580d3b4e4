import { strict as assert } from "node:assert";
import { type Accepted, auditVerdict } from "../../../scripts/audit-verdict";

const TODAY = "2026-12-24";
const ADVISORY = "GHSA-aaaa-bbbb-cccc";

/** A report as npm prints it: a package with a vulnerability, and one that depends on it. */
const REPORT = JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: {
        leftpad: {
            via: [
                {
                    source: 1,
                    name: "leftpad",
                    title: "Pads to the right",
                    url: `https://github.com/advisories/${ADVISORY}`,
                    severity: "high",
                    range: "<1.2.3",
                },
            ],
        },
        above: { via: ["leftpad"] },
    },
});
const CLEAN = JSON.stringify({ auditReportVersion: 2, vulnerabilities: {} });

const ACCEPTED: Accepted = {
    advisory: ADVISORY,
    package: "leftpad",
    reason: "Only the tests use it, with text of their own.",
    expires: "2027-01-31",
};

function faults(report: string, accepted: Partial<Accepted>[] = []): string[] {
    const verdict = auditVerdict(
        report,
        accepted.map((each) => ({ ...ACCEPTED, ...each })),
        TODAY,
    );
    assert.ok(verdict.checked);
    return verdict.faults;
}

describe("the audit of npm packages", () => {
    it("is clean when nothing is found and nothing accepted", () => {
        assert.deepEqual(auditVerdict(CLEAN, [], TODAY), { checked: true, faults: [], accepted: 0 });
    });

    it("names what is found, where it is and not who depends on it", () => {
        assert.deepEqual(faults(REPORT), [`${ADVISORY} leftpad <1.2.3: high, Pads to the right`]);
    });

    it("takes what is accepted with a reason, until its last day", () => {
        assert.deepEqual(auditVerdict(REPORT, [ACCEPTED], TODAY), { checked: true, faults: [], accepted: 1 });
        assert.deepEqual(faults(REPORT, [{ expires: TODAY }]), []);
    });

    it("does not take it any longer, nor without a reason, nor for good, nor for another package", () => {
        for (const [change, said] of [
            [{ expires: "2026-12-23" }, /expired on 2026-12-23/],
            [{ expires: "soon" }, /no day on which it expires/],
            [{ expires: "2030-01-01" }, /more than 180 days ahead/],
            [{ reason: "harmless" }, /no reason in a sentence/],
            [{ package: "rightpad" }, /rightpad is not found any more/],
            [{ advisory: "GHSA-dddd-eeee-ffff" }, /GHSA-dddd-eeee-ffff leftpad is not found any more/],
        ] as const) {
            const found = faults(REPORT, [change]);
            assert.equal(found.length, 2, found.join("\n"));
            assert.match(found[0] ?? "", /^GHSA-aaaa-bbbb-cccc leftpad <1/);
            assert.match(found[1] ?? "", said);
        }
    });

    it("wants accepted what is still there, and nothing else", () => {
        assert.deepEqual(faults(CLEAN, [{}]), [`accepted ${ADVISORY} leftpad is not found any more`]);
    });

    it("knows nothing when the registry gives no report", () => {
        const refused = JSON.stringify({ message: "405 Method Not Allowed", statusCode: 405 });
        assert.deepEqual(auditVerdict(refused, [], TODAY), { checked: false, reason: "405 Method Not Allowed" });
        for (const printed of ["", "{}", "not JSON", '{"auditReportVersion":1,"advisories":{}}']) {
            assert.deepEqual(auditVerdict(printed, [], TODAY), { checked: false, reason: "npm printed no report" });
        }
    });
});
