import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import { threatsFile, threatsPage } from "../../../docs/threats";
import type { Threat } from "../../../docs/threats/threat";
import { THREATS, type ThreatTable } from "../../../docs/threats-data";
import { fullName } from "../../../verify/probe";
import { PROBES } from "../../../verify/probes";

const LITTLE: Threat = { threat: "rain", defence: "a roof", code: ["roof.ts"], probes: ["cluster/rain"] };
const GROUND = { probes: ["cluster/rain"], hasFile: (file: string) => file === "roof.ts" };

function pageOf(...threats: Threat[]): () => string {
    const table: ThreatTable = { cluster: threats, container: [], application: [], database: [], monitoring: [] };
    return () => threatsPage(table, GROUND);
}

describe("the table of threats", () => {
    it("is current; `npm run docs` writes it anew", () => {
        assert.equal(fs.readFileSync(threatsFile, "utf8"), threatsPage());
    });

    it("names every probe of the suite, in the page too", () => {
        const page = threatsPage();
        for (const probe of PROBES) {
            assert.ok(page.includes(`\`${fullName(probe)}\``), fullName(probe));
        }
    });

    it("can be written when all is told", () => {
        assert.match(pageOf(LITTLE)(), /\| rain \| a roof \| \[roof\.ts\]\(\.\.\/roof\.ts\) \| `cluster\/rain` \|/);
    });

    it("can't be written when it names what isn't there, or leaves something out", () => {
        assert.throws(pageOf({ ...LITTLE, code: ["cellar.ts"] }), /there is no file cellar\.ts/);
        assert.throws(pageOf(LITTLE, { ...LITTLE, probes: [], tests: ["rain.ts"] }), /there is no file rain\.ts/);
        assert.throws(pageOf({ ...LITTLE, probes: ["cluster/snow"] }), /there is no probe cluster\/snow/);
        assert.throws(pageOf(), /say which threat cluster\/rain is about/);
        assert.throws(pageOf(LITTLE, LITTLE), /cluster\/rain stands there twice/);
        assert.throws(pageOf({ ...LITTLE, code: [] }), /nothing stands against "rain"/);
        assert.throws(pageOf(LITTLE, { ...LITTLE, probes: [] }), /nothing proves what is said of "rain"/);
    });

    it("leaves no layer empty", () => {
        for (const [layer, threats] of Object.entries(THREATS)) {
            assert.ok(threats.length > 0, layer);
        }
    });
});
