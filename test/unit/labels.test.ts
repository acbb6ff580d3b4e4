/** Kubernetes refuses a label only when the object that carries it is made: in the middle of an update. */
import { strict as assert } from "node:assert";
import * as bulwark from "../../components/index";
import { SAMPLES } from "../package/support/samples";
import { record, recorded } from "./support/recorder";

type Component = new (name: string, args: Record<string, unknown>) => unknown;

describe("a label that Kubernetes doesn't take", () => {
    for (const [component, sample] of Object.entries(SAMPLES)) {
        it(`is refused by ${component} before it makes anything`, async () => {
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
