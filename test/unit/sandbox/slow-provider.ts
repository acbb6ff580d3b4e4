/** A provider whose one resource takes its time; started by the server's test. */
import { setTimeout as wait } from "node:timers/promises";
import { serve } from "../../../sandbox/providers/server";

serve({
    name: "slow",
    version: "1.0.0",
    configure: async () => undefined,
    resources: {
        "slow:index:Thing": {
            async create() {
                await wait(1000);
                return { id: "made", outputs: {} };
            },
        },
    },
});
