/** Whether the application outlives the loss of a pod. */
import { setTimeout as wait } from "node:timers/promises";
import { isAttacker } from "../../attackers";
import { isReady, type Pod } from "../../cluster/objects";
import type { Field } from "../../field";
import { held, type Probe, through, unproven } from "../../probe";
import { podsOf } from "../../target";

const POLL_MS = 200;
/** What a program, its image at hand, takes to start and to answer its probes. */
const RESTART_MS = 120_000;

export const KILLED_POD: Probe[] = [
    {
        name: "killed-pod",
        layer: "container",
        attack: "kills one of the application's pods at once, as a request that crashes it would",
        gain: "turns the application off for as long as it takes to start",
        expected: "another pod is ready all the while, and a new one takes the place of the killed one",
        ifOff: "a single pod: nobody answers until it is back",
        attackers: [],
        // What asks the application, or counts its pods, would take this for a failure of its own.
        exclusive: ["front", "victim"],
        async run(field) {
            const before = await readyPods(field);
            const [victim] = before;
            if (victim === undefined) {
                return unproven("the application has no pod that is ready");
            }
            const killed = Date.now();
            const path = `/api/v1/namespaces/${victim.metadata.namespace}/pods/${victim.metadata.name}`;
            const { status, message } = await field.api.ask("DELETE", `${path}?gracePeriodSeconds=0`);
            if (status >= 400) {
                return unproven(`the pod can't be killed: ${message}`);
            }
            let fewest = before.length;
            while (Date.now() - killed < RESTART_MS) {
                const now = await readyPods(field);
                fewest = Math.min(fewest, now.length);
                if (now.length >= before.length) {
                    const seconds = ((Date.now() - killed) / 1000).toFixed(0);
                    const seen = `of ${before.length} ready pods one was killed, at least ${fewest} stayed, a new one was ready after ${seconds} s`;
                    return fewest > 0 ? held(seen) : through(seen);
                }
                await wait(POLL_MS);
            }
            return through(`${fewest} of ${before.length} pods are left; none took the killed one's place`);
        },
    },
];

/** The application's own pods that answer, the killed one no longer among them. */
async function readyPods({ api, target }: Field): Promise<Pod[]> {
    const { namespace, podLabels } = target.application;
    const pods = await podsOf(api, namespace, podLabels);
    return pods.filter((pod) => isReady(pod) && !isAttacker(pod));
}
