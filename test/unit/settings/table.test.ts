import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { fields, schema } from "../../../settings/schema";
import { settingsTable, withTable } from "../../../settings/table";

const ROOT = path.join(__dirname, "..", "..", "..");

describe("the settings table", () => {
    it("in README.md is the one of the schema; otherwise run `npx tsx settings/table.ts --write`", () => {
        const readme = fs.readFileSync(path.join(ROOT, "README.md"), "utf8");
        assert.equal(readme, withTable(readme));
    });

    it("has a row of five cells for each setting", () => {
        const [head, rule, ...rows] = settingsTable().split("\n");
        assert.equal(head, "| Setting | Meaning | Default | `dev` | `prod` |");
        assert.equal(rule, "| --- | --- | --- | --- | --- |");
        assert.equal(rows.length, fields.length);
        for (const row of rows) {
            assert.equal(row.replaceAll("\\|", "").split("|").length, 7, row);
        }
    });

    it("tells defaults and what the stacks say instead", () => {
        const rows = settingsTable().split("\n");
        const row = (setting: string) => rows.find((each) => each.startsWith(`| \`bulwark:${setting}\` |`));
        assert.equal(
            row("ingress.host"),
            '| `bulwark:ingress.host` | Host name of the application | `"app.example.com"` | `"app.dev.example.com"` | `"app.example.com"` |',
        );
        assert.match(row("workload.image") ?? "", /\| required \|/);
        assert.match(row("database.protectData") ?? "", /\| `false` \| {2}\| `true` \|$/);
    });

    it("keeps the rest of a page", () => {
        const page = "a\n<!-- settings -->\nold\n<!-- /settings -->\nb\n";
        assert.equal(withTable(page), `a\n<!-- settings -->\n${settingsTable()}\n<!-- /settings -->\nb\n`);
        assert.equal(withTable(withTable(page)), withTable(page));
        assert.throws(() => withTable("no markers"), /has no place for the settings table/);
    });
});

describe("Pulumi.yaml", () => {
    it("declares every key of the settings, and requires those without a default", () => {
        const { config } = parse(fs.readFileSync(path.join(ROOT, "Pulumi.yaml"), "utf8")) as {
            config: Record<string, { type: string; description: string; default?: unknown }>;
        };
        assert.deepEqual(Object.keys(config), Object.keys(schema.shape));
        const required = Object.entries(config).filter(([, declaration]) => declaration.default === undefined);
        assert.deepEqual(
            required.map(([key]) => key),
            ["workload", "ingress"],
        );
        assert.ok(Object.values(config).every(({ type, description }) => type === "object" && description.length > 5));
    });
});
