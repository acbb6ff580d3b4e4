/** Whether an attacker in one pod takes more down than that pod, and whether it stays what it is. */
import { isAttacker } from "../../attackers";
import { isReady, type Pod } from "../../cluster/objects";
import { held, type Probe, through, unproven } from "../../probe";
import { podsOf } from "../../target";
import { megabytes } from "./files";

/** What is asked for where no limit is: enough to show it, too little to hurt a node. */
const UNLIMITED_MEGABYTES = 768;
/** A larger limit isn't tried on a cluster that may be in use. */
const MOST_MEGABYTES = 1024;

export const AVAILABILITY: Probe[] = [
    {
        name: "memory-bomb",
        layer: "container",
        attack: "takes more and more memory in a pod like the application's",
        gain: "takes the node's memory, and every pod there down",
        expected: "the kernel kills it at the pod's own limit, and the application goes on",
        ifOff: "it gets all that it asks for",
        attackers: ["victim"],
        exclusive: ["victim"],
        async run(field) {
            const { place } = field.attacker("victim");
            const path = `/api/v1/namespaces/${place.namespace}/pods/${place.pod}`;
            const { spec } = await field.api.get<Pod>(path);
            const limit = megabytes(spec.containers[0]?.resources?.limits?.memory ?? "");
            if (limit !== undefined && limit > MOST_MEGABYTES) {
                return unproven(`a limit of ${limit} MiB is too much to try on a cluster that may be in use`);
            }
            const size = limit === undefined ? UNLIMITED_MEGABYTES : Math.ceil(limit * 1.25);
            const restarts = async () => {
                const { application } = field.target;
                const pods = await podsOf(field.api, application.namespace, application.podLabels);
                const all = pods.filter((pod) => !isAttacker(pod));
                return all
                    .flatMap(({ status }) => status.containerStatuses ?? [])
                    .reduce((sum, each) => sum + each.restartCount, 0);
            };
            const before = await restarts();
            // Without a line break in its input, `tail` keeps all of it.
            const take = (megabytes: number) =>
                `head -c ${megabytes}m /dev/zero | tail -n 1 >/dev/null; echo "status $?"`;
            const control = await field.run(place, take(1));
            if (control.stdout.trim() !== "status 0") {
                return unproven(`the control failed: not even 1 MiB can be had: ${control.stderr}`);
            }
            const outcome = await field.run(place, take(size)).catch(() => undefined);
            if (outcome?.stdout.trim() === "status 0") {
                return through(`${size} MiB were had; the limit is ${limit ?? "not set"}`);
            }
            const more = (await restarts()) - before;
            if (more > 0) {
                return through(`the application's pods restarted ${more} times meanwhile`);
            }
            const { status } = await field.api.get<Pod>(path);
            const killed =
                [outcome?.stdout.trim() === "status 137", outcome?.code === 137].includes(true) ||
                status.containerStatuses?.[0]?.lastState?.terminated?.reason === "OOMKilled";
            return killed
                ? held(`asked for ${size} MiB, killed at the limit of ${limit} MiB; the application's pods went on`)
                : unproven(`it ended before it had ${size} MiB, but wasn't killed: ${outcome?.stderr ?? "no answer"}`);
        },
    },
    {
        name: "last-pod",
        layer: "container",
        attack: "looks whether a drained node, or one pod that is killed, takes the whole application away",
        gain: "turns the application off with a single crash",
        expected: "at least two ready pods, and a PodDisruptionBudget that keeps one of them",
        ifOff: "one pod, or no budget",
        attackers: [],
        async run(field) {
            const { application } = field.target;
            const budgets = await field.api.list<Budget>(
                `/apis/policy/v1/namespaces/${application.namespace}/poddisruptionbudgets`,
            );
            const pods = (await podsOf(field.api, application.namespace, application.podLabels)).filter(isReady);
            const budget = budgets.find(({ spec }) => {
                const wanted = Object.entries(spec.selector?.matchLabels ?? {});
                return wanted.length > 0 && wanted.every(([key, value]) => application.podLabels[key] === value);
            });
            if (budget === undefined || pods.length < 2) {
                return through(`${pods.length} ready pods, ${budget ? "a" : "no"} PodDisruptionBudget`);
            }
            const { disruptionsAllowed, desiredHealthy } = budget.status;
            const evidence = `${pods.length} ready pods, of which ${disruptionsAllowed} may go at once and ${desiredHealthy} must stay`;
            return disruptionsAllowed < pods.length && desiredHealthy > 0 ? held(evidence) : through(evidence);
        },
    },
    {
        name: "replaced-image",
        layer: "container",
        attack: "pushes another image under the name that the application's Deployment has",
        gain: "runs his own program at the next restart",
        expected: "an image by digest, which no push can replace",
        ifOff: "an image without a version, or `latest`",
        attackers: [],
        async run(field) {
            const { spec } = field.target.application.deployment.spec.template;
            const images = [...spec.containers, ...(spec.initContainers ?? [])].map(({ image }) => image);
            const loose = images.filter((image) => !/@sha256:[0-9a-f]{64}$/.test(image));
            const floating = loose.filter((image) => !/:[^/:]+$/.test(image) || image.endsWith(":latest"));
            if (floating.length > 0) {
                return through(`${floating.join(", ")} may be another image tomorrow`);
            }
            return loose.length > 0
                ? unproven(
                      `${loose.join(", ")} names a version, not a digest: whoever may push to the registry can replace it`,
                  )
                : held(images.join(", "));
        },
    },
];

interface Budget {
    spec: { selector?: { matchLabels?: Record<string, string> } };
    status: { disruptionsAllowed: number; desiredHealthy: number };
}
