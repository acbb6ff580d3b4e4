import { strict as assert } from "node:assert";
import { moved } from "../../../components/database/data-whereabouts";

describe("where data lies", () => {
    it("changes with a setting, also with one that comes or goes", () => {
        assert.deepEqual(
            moved({ name: "a", class: "", size: "1Gi" }, { name: "b", class: "fast", size: "1Gi" }, [
                "name",
                "class",
                "size",
            ]),
            ['name: is "a", would become "b"', 'class: is left out, would become "fast"'],
        );
        assert.deepEqual(moved({ class: "fast" }, { class: "" }, ["class"]), [
            'class: is "fast", would become left out',
        ]);
    });

    it("doesn't change with what only one side knows", () => {
        assert.deepEqual(moved({ gone: "a" }, { came: "b" }, ["came"]), []);
        assert.deepEqual(moved({ name: "a" }, { name: undefined }, ["name"]), []);
        assert.deepEqual(moved({ name: "a" }, { name: Symbol("unknown") }, ["name"]), []);
    });
});
