/** The guard of the server's version runs in the plugin's process, whatever language the program is in. */
import { strict as assert } from "node:assert";
import { type Engine, Remote, startEngine } from "./support/engine";

describe("the upgrade guard, through the plugin", function () {
    this.timeout(300_000);
    let engine: Engine;
    before(async () => {
        engine = await startEngine();
    });
    after(() => engine.close());

    it("refuses another major version, and stands in no way of a destroy", async () => {
        let tag = "15.3";
        const stack = await engine.stack("upgrade", async () => {
            new Remote("PostgresDatabase", "server", { image: { tag } }, []);
        });
        await stack.up();
        tag = "16.1";
        await assert.rejects(stack.preview(), /PostgreSQL 16 can't read the data that PostgreSQL 15 has written/);
        await stack.destroy();
    });
});
