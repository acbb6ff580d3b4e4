import assert from "node:assert/strict";
import { Reader } from "../../../settings/reader";

const raw = {
    text: "a",
    number: 5,
    on: true,
    off: false,
    nothing: {},
    none: null,
    members: { "a.b": 1 },
    list: ["a", 1],
    group: { wrong: "x", right: "y", near: "z", inner: { deep: 1 } },
};
const fields = [
    { path: ["absent"], value: "fallback", meaning: "", fallback: "" },
    { path: ["group", "absent"], value: 7, meaning: "", fallback: "" },
];
const reader = new Reader(raw, fields, [{ path: ["group", "wrong"], reason: "is wrong" }], new Set(["text"]));

describe("a reader of settings", () => {
    it("reads what is given, by its type", () => {
        assert.deepEqual(
            [reader.text("text"), reader.text("number"), reader.text("list"), reader.text("on")],
            ["a", "5", undefined, undefined],
        );
        assert.deepEqual([reader.number("number"), reader.number("text")], [5, undefined]);
        assert.deepEqual([reader.isOn("on"), reader.isOn("off"), reader.isOn("text")], [true, false, false]);
        assert.deepEqual([reader.list("list"), reader.list("nothing")], [["a", 1], undefined]);
        const empty = ["nothing", "members", "none", "text", "absent", "list"].filter((path) => reader.isEmpty(path));
        assert.deepEqual(empty, ["nothing"]);
    });

    it("falls back to defaults, and counts a switch that is off as left out", () => {
        assert.equal(reader.text("absent"), "fallback");
        assert.equal(reader.number("group.absent"), 7);
        assert.deepEqual(
            ["text", "on", "off", "absent", "nothing", "group.inner.deep", "text.length", "none.x"].map((path) =>
                reader.given(path),
            ),
            [true, true, false, false, true, true, false, false],
        );
    });

    it("reads a setting with a fault, and all around and below it, as left out", () => {
        assert.equal(reader.text("group.wrong"), undefined);
        assert.equal(reader.text("group.right"), "y");
        assert.equal(reader.isEmpty("group"), false);
        const inFaulty = new Reader(raw, fields, [{ path: ["group"], reason: "is wrong" }], new Set());
        assert.equal(inFaulty.text("group.right"), undefined);
        assert.equal(inFaulty.number("group.absent"), undefined);
        assert.equal(inFaulty.text("text"), "a");
        const alike = new Reader(raw, fields, [{ path: ["tex"], reason: "is wrong" }], new Set());
        assert.equal(alike.text("text"), "a");
        const below = new Reader(raw, fields, [{ path: ["list", 0], reason: "is wrong" }], new Set());
        assert.equal(below.list("list"), undefined);
        assert.deepEqual(
            [below.reaches("list"), below.reaches("list.0"), below.reaches("list.0.x")],
            [true, false, false],
        );
    });

    it("shows values but secret ones", () => {
        assert.deepEqual(
            [reader.shown("number"), reader.shown("absent"), reader.shown("text")],
            ["5", '"fallback"', "[secret]"],
        );
        assert.deepEqual([reader.isSecret("text.member"), reader.isSecret("number")], [true, false]);
    });
});
