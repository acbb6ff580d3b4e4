import assert from "node:assert/strict";
import { parseSettings, SettingsError } from "../../../settings";
import { soundSettings } from "./sound";
import { WRONG_SETTINGS } from "./wrong-settings";

describe("a wrong setting", () => {
    for (const [yaml, ...faults] of WRONG_SETTINGS) {
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
