import { strict as assert } from "node:assert";
import { drawMap } from "../../../verify/map/draw";
import { held, unproven } from "../../../verify/probe";
import { html } from "../../../verify/report/html";
import { json } from "../../../verify/report/json";
import { exitStatus } from "../../../verify/report/summary";
import { table, wrap } from "../../../verify/report/table";
import { MAP, MIXED, report, result } from "./sample-reports";

describe("the exit status", () => {
    it("is 1 when an attack got through", () => {
        assert.equal(exitStatus(MIXED, false), 1);
    });

    it("is 0 when something isn't proven, unless that is asked for", () => {
        const { results } = report([result("one", held("")), result("two", unproven(""))]);
        assert.equal(exitStatus({ results }, false), 0);
        assert.equal(exitStatus({ results }, true), 1);
    });

    it("is 1 when nothing was tried at all", () => {
        assert.equal(exitStatus({ results: [] }, false), 1);
    });
});

describe("the table", () => {
    const text = table(MIXED, 80);

    it("tells each attack by layer, with what was seen", () => {
        assert.match(text, /CLUSTER\n✓ one +stopped 1\.3 s\n {2}attack +tries <this> & that\n/);
        assert.match(text, /✗ two +GOT THROUGH[\s\S]*gain +gains/);
        assert.match(text, /CONTAINER\n\? three +not proven/);
    });

    it("counts, and names what isn't stopped", () => {
        assert.match(
            text,
            /1 stopped, 1 got through, 1 not proven, in 12 s\nGot through: cluster\/two\nNot proven: container\/three\n/,
        );
        assert.match(text, /stranger to data\/db:5432: undeclared\n {2}data\/db to shop\/app:8000: broken/);
    });

    it("fits the terminal", () => {
        assert.ok(text.split("\n").every((line) => line.length <= 80));
        assert.deepEqual(wrap("a bb ccc", 4), ["a bb", "ccc"]);
        assert.deepEqual(wrap("longer-than", 4), ["longer-than"]);
    });
});

describe("the JSON report", () => {
    it("holds the verdicts, the figures and the map", () => {
        const { version, summary, probes, map } = JSON.parse(json(MIXED));
        assert.equal(version, 1);
        assert.deepEqual(summary, { held: 1, through: 1, unproven: 1 });
        assert.deepEqual(
            probes.map((each: { name: string; verdict: string }) => `${each.name} ${each.verdict}`),
            ["cluster/one held", "cluster/two through", "container/three unproven"],
        );
        assert.deepEqual(
            map.edges.map((each: { comparison: string }) => each.comparison),
            ["as declared", "undeclared", "as declared", "broken", "not measured"],
        );
    });
});

describe("the HTML report", () => {
    const page = html(MIXED);

    it("says first what matters", () => {
        assert.match(page, /<h1>One attack got through<\/h1>/);
        assert.match(html(report([result("one", held(""))])), /<h1>Every attack was stopped<\/h1>/);
        assert.match(
            html(report([result("one", held("")), result("two", unproven(""))])),
            /but not everything is proven/,
        );
        assert.match(html(report([result("one", unproven(""))])), /<h1>Nothing is proven<\/h1>/);
    });

    it("needs nothing from anywhere, and runs nothing", () => {
        assert.doesNotMatch(
            page,
            /<script|<link|<img|<iframe|@import|url\((?!#)|src=|href=|https?:|javascript:|\son\w+=/i,
        );
        assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
    });

    it("shows whatever an attacker says as text", () => {
        assert.ok(page.includes("403 &#60;script&#62;alert(1)&#60;/script&#62;"));
        assert.ok(page.includes("tries &#60;this&#62; &#38; that"));
    });

    it("opens what needs attention, and keeps the rest closed", () => {
        assert.match(page, /<details class="held">/);
        assert.match(page, /<details class="through" open>/);
        assert.match(page, /<details class="unproven" open>/);
    });

    it("does without a map when none was measured", () => {
        assert.doesNotMatch(html({ ...MIXED, map: undefined }), /<svg/);
    });

    it("tells in a table what the map shows", () => {
        assert.match(page, /<td class="undeclared">5432 open, undeclared<\/td>/);
        assert.match(page, /<td class="broken">8000 closed, broken<\/td>/);
        assert.match(page, /<td class="unknown">8000 not measured<\/td>/);
    });
});

describe("the map", () => {
    const svg = drawMap(MAP);
    const ways = [...svg.matchAll(/class="way (\w+)"><title>([^<]*)/g)].map(([, kind, title]) => `${kind}: ${title}`);

    it("draws what is open and what differs, and nothing else", () => {
        assert.deepEqual(ways, [
            "undeclared: stranger to data/db: 5432, undeclared",
            "open: shop/app to data/db: 5432, open as declared",
            "broken: data/db to shop/app: 8000, broken",
        ]);
    });

    it("draws everybody, within its frame", () => {
        const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
        const boxes = [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="(\d+)" height="(\d+)"/g)];
        assert.equal(boxes.length, MAP.nodes.length);
        for (const [, x, y, w, h] of boxes) {
            assert.ok(Number(x) + Number(w) <= Number(width) && Number(y) + Number(h) <= Number(height));
        }
    });
});
