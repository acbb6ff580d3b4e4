import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parseSettings, SettingsError } from "../../../settings";
import { soundSettings } from "./sound";

interface WrongSetting {
    yaml: string;
    faults: string[];
}

describe("a wrong setting", () => {
    const wrongSettings = readTable("wrong-settings.txt");

    it("stands in a table with faults for each", () => {
        assert.ok(wrongSettings.length > 100);
        assert.ok(wrongSettings.every(({ faults }) => faults.length > 0));
    });

    for (const { yaml, faults } of wrongSettings) {
        it(`is refused: ${yaml}`, () => {
            const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
            assert.throws(
                () => parseSettings(soundSettings(`{ ${yaml} }`)),
                (error) => {
                    assert.ok(error instanceof SettingsError);
                    const lines = faults.map((fault) => `\n  ${fault}`);
                    assert.equal(error.message, `The stack's settings have ${count}:${lines.join("")}`);
                    return true;
                },
            );
        });
    }
});

/** Each line without indent is a setting; the indented ones below it are its faults. */
function readTable(file: string): WrongSetting[] {
    const table: WrongSetting[] = [];
    for (const line of fs.readFileSync(path.join(__dirname, file), "utf8").split("\n")) {
        if (line.startsWith(" ")) {
            table.at(-1)?.faults.push(line.trim());
        } else if (line !== "" && !line.startsWith("#")) {
            table.push({ yaml: line, faults: [] });
        }
    }
    return table;
}
