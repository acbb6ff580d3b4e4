/** Kubernetes refuses a label only when the object that carries it is made: in the middle of an update. */
import { strict as assert } from "node:assert";
import * as bulwark from "../../components/index";
import { labelsFault, userLabelsFault } from "../../components/label-rules";
import { SAMPLES } from "../package/support/samples";
import { record, recorded } from "./support/recorder";

const KEY = /must be the key of a Kubernetes label/;
const VALUE = /^team must be the value of a Kubernetes label/;

/** Labels that Kubernetes doesn't take. */
const UNSOUND: [Record<string, string>, RegExp][] = [
    [{ "a b": "x" }, KEY],
    [{ "": "x" }, KEY],
    [{ "-team": "x" }, KEY],
    [{ "a/b/c": "x" }, KEY],
    [{ "Example.com/team": "x" }, KEY],
    [{ ["k".repeat(64)]: "x" }, KEY],
    [{ [`${"d".repeat(250)}.com/team`]: "x" }, KEY],
    [{ team: "a b" }, VALUE],
    [{ team: "-a" }, VALUE],
    [{ team: "v".repeat(64) }, VALUE],
    [{ team: 7 as unknown as string }, VALUE],
    [{ owner: "x", team: "ä" }, VALUE],
];

const SOUND: Record<string, string> = {
    team: "",
    "example.com/cost-center": "A_1.b",
    ["k".repeat(63)]: "v".repeat(63),
    "app.kubernetes.io/version": "1.2.3",
};

type Component = new (name: string, args: Record<string, unknown>) => unknown;

describe("labels", () => {
    for (const [labels, reason] of UNSOUND) {
        it(`refuses ${JSON.stringify(labels).slice(0, 60)}`, () => {
            assert.match(labelsFault(labels) ?? "", reason);
            assert.match(userLabelsFault(labels) ?? "", reason);
        });
    }

    it("takes what Kubernetes takes", () => {
        assert.equal(labelsFault(SOUND), undefined);
        assert.equal(userLabelsFault(SOUND), undefined);
    });

    it("keeps the user from labels that would be lost, but not from selecting by them", () => {
        const labels = { "app.kubernetes.io/name": "web" };
        assert.match(userLabelsFault(labels) ?? "", /must not be a label that Bulwark sets itself/);
        assert.equal(labelsFault(labels), undefined);
    });

    for (const [component, sample] of Object.entries(SAMPLES)) {
        it(`${component} refuses an unsound one before it makes anything`, async () => {
            const Class = (bulwark as unknown as Record<string, Component>)[component] as Component;
            const args = { ...sample, labels: { "not a key": "x" } };
            await assert.rejects(
                record(() => new Class("sample", args)),
                /labels: must be the key of a Kubernetes label, is "not a key"/,
            );
            assert.deepEqual(
                recorded().filter(({ custom }) => custom),
                [],
            );
        });
    }
});
