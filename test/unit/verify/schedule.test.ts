import { strict as assert } from "node:assert";
import { setTimeout as after } from "node:timers/promises";
import fc from "fast-check";
import { runJobs } from "../../../verify/schedule";

describe("the schedule", () => {
    it("runs every job once, never too many at once, and never two that need the same thing", async () => {
        const things = fc.subarray(["a", "b"]);
        await fc.assert(
            fc.asyncProperty(
                fc.array(things, { maxLength: 12 }),
                fc.integer({ min: 1, max: 4 }),
                async (needs, parallel) => {
                    const running: string[][] = [];
                    const done: number[] = [];
                    let most = 0;
                    const jobs = needs.map((exclusive, index) => ({
                        exclusive,
                        work: async () => {
                            const taken = running.flat();
                            assert.ok(exclusive.every((name) => !taken.includes(name)));
                            running.push(exclusive);
                            most = Math.max(most, running.length);
                            await after(index % 3);
                            running.splice(running.indexOf(exclusive), 1);
                            done.push(index);
                        },
                    }));
                    await runJobs(jobs, parallel);
                    assert.ok(most <= parallel);
                    assert.deepEqual(
                        done.sort((a, b) => a - b),
                        [...needs.keys()],
                    );
                },
            ),
            { numRuns: 30 },
        );
    });

    it("keeps the order of those that need the same thing", async () => {
        const order: number[] = [];
        const jobs = [1, 2, 3].map((index) => ({
            exclusive: ["pod"],
            work: async () => {
                await after(3 - index);
                order.push(index);
            },
        }));
        await runJobs(jobs, 3);
        assert.deepEqual(order, [1, 2, 3]);
    });
});
