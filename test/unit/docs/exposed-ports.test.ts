import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import { type Exposure, exposedPortsFile, exposedPortsPage, exposures } from "../../../docs/exposed-ports";
import { LISTENERS, VARIANTS } from "../../../docs/exposed-ports-data";

describe("the table of exposed ports", function () {
    this.timeout(60_000);
    let found: Exposure[];
    before(async () => {
        found = await exposures();
    });

    it("is current; `npm run docs` writes it anew", () => {
        assert.equal(fs.readFileSync(exposedPortsFile, "utf8"), exposedPortsPage(found));
    });

    it("knows the ways in that everybody has, and that there are no others", () => {
        const always = found.filter(({ when }) => when === "");
        assert.deepEqual(
            always.filter(({ callers }) => callers.includes("anyone")).map(({ listener }) => listener),
            ["ingress-nginx:80", "ingress-nginx:443", "ingress-nginx:8443"],
        );
        assert.deepEqual(
            always.filter(({ listener }) => listener.startsWith("postgresql")).map(({ callers }) => callers),
            [["`secure-app` (workload) in `secure-app`"]],
        );
    });

    it("looks at no optional part in vain", () => {
        for (const { when } of VARIANTS) {
            assert.ok(
                found.some((exposure) => exposure.when === when),
                when,
            );
        }
    });

    it("can't be written while a port has no word on its protection, or a word is about none", () => {
        const { "postgresql:5432": _, ...rest } = LISTENERS;
        assert.throws(() => exposedPortsPage(found, rest), /say how postgresql:5432 is protected/);
        const more = { ...LISTENERS, "redis:6379": { what: "cache", encryption: "none", authentication: "none" } };
        assert.throws(() => exposedPortsPage(found, more), /nothing opens redis:6379 any more/);
    });
});
