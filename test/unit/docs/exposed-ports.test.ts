import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import {
    type Exit,
    type Exposure,
    exits,
    exposedPortsFile,
    exposedPortsPage,
    exposures,
} from "../../../docs/exposed-ports";
import { LISTENERS, VARIANTS } from "../../../docs/exposed-ports-data";

describe("the table of exposed ports", function () {
    this.timeout(60_000);
    let found: Exposure[];
    let calls: Exit[];
    before(async () => {
        found = await exposures();
        calls = await exits();
    });

    it("is current; `npm run docs` writes it anew", () => {
        assert.equal(fs.readFileSync(exposedPortsFile, "utf8"), exposedPortsPage(found, calls));
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

    it("knows who calls out: of what is always there, only who must", () => {
        const always = calls.filter(({ when }) => when === "");
        assert.deepEqual(
            always.map(({ caller, to, port }) => [caller, to, port]),
            [
                ["ingress-nginx", "the API server", 6443],
                ["falco", "any address", 443],
            ],
        );
        assert.deepEqual(
            calls.filter(({ namespace }) => ["secure-app", "database"].includes(namespace)),
            [],
        );
    });

    it("looks at no optional part in vain", () => {
        for (const { when } of VARIANTS) {
            assert.ok(
                [...found, ...calls].some((way) => way.when === when),
                when,
            );
        }
    });

    it("can't be written while a port has no word on its protection, or a word is about none", () => {
        const { "postgresql:5432": _, ...rest } = LISTENERS;
        assert.throws(() => exposedPortsPage(found, calls, rest), /say how postgresql:5432 is protected/);
        const more = { ...LISTENERS, "redis:6379": { what: "cache", encryption: "none", authentication: "none" } };
        assert.throws(() => exposedPortsPage(found, calls, more), /nothing opens redis:6379 any more/);
    });
});
