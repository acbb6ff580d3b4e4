/** What the cluster knows about why an object does not become ready. */
import { redact } from "../wire";
import type { Cluster } from "./cluster";
import { field, list, map, text } from "./fields";
import { type PodTrouble, podTroubles } from "./readiness";

const MOST_REASONS = 8;
const LONGEST_LINE = 300;
const PAUSE_MILLISECONDS = 10_000;

/** Tells the user about troubles while something is waited for: each once, and none that passes at once. */
export class Warnings {
    /** The troubles seen last. */
    latest: string[] = [];
    private readonly told = new Set<string>();
    private next = Date.now() + PAUSE_MILLISECONDS;

    constructor(
        private readonly context: { warn(message: string): void },
        private readonly diagnose: () => Promise<string[]>,
    ) {}

    /** Looks again if it is time to. */
    async look(): Promise<void> {
        if (Date.now() < this.next) {
            return;
        }
        this.next = Date.now() + PAUSE_MILLISECONDS;
        const now = await this.diagnose();
        for (const message of now.filter((message) => this.latest.includes(message) && !this.told.has(message))) {
            this.told.add(message);
            this.context.warn(message);
        }
        // What is undone takes its reasons along; the last ones still explain it.
        this.latest = now.length > 0 ? now : this.latest;
    }

    /** Goes on looking until the work is done. */
    async during<T>(work: Promise<T>): Promise<T> {
        const timer = setInterval(() => {
            // The work is what counts: when the cluster does not answer, it says so itself.
            this.look().catch(() => undefined);
        }, 1000);
        try {
            return await work;
        } finally {
            clearInterval(timer);
        }
    }
}

/** The troubles of a controller's pods, with the last words of containers that ended. */
export async function podReasons(cluster: Cluster, namespace: string, labels: unknown): Promise<string[]> {
    const selector = Object.entries(map(labels)).map(([key, value]) => `${key}=${value}`);
    const pods = await cluster.call("GET", `/api/v1/namespaces/${namespace}/pods`, {
        query: { labelSelector: selector.join(",") },
    });
    const alive = list(pods, "items").filter((pod) => !field(pod, "metadata", "deletionTimestamp"));
    const reasons = await Promise.all(
        alive.flatMap((pod) => podTroubles(pod).map((trouble) => withLastWords(cluster, namespace, pod, trouble))),
    );
    return [...new Set(reasons)].slice(0, MOST_REASONS);
}

/** The latest warnings about an object, such as pods that admission refuses. */
export async function warningEvents(cluster: Cluster, namespace: string, kind: string, name: string) {
    const selector = `involvedObject.kind=${kind},involvedObject.name=${name},type=Warning`;
    const events = await cluster.call("GET", `/api/v1/namespaces/${namespace}/events`, {
        query: { fieldSelector: selector },
    });
    // One of a sort: a controller that tries again and again warns of every try.
    const latest = new Map(list(events, "items").map((event) => [text(event, "reason"), text(event, "message")]));
    return [...latest].map(([reason, message]) => `[${reason}] ${message}`);
}

async function withLastWords(cluster: Cluster, namespace: string, pod: unknown, trouble: PodTrouble): Promise<string> {
    if (trouble.container === undefined) {
        return trouble.message;
    }
    try {
        const log = await cluster.text(`/api/v1/namespaces/${namespace}/pods/${text(pod, "metadata", "name")}/log`, {
            container: trouble.container,
            tailLines: "20",
            ...(trouble.previous && { previous: "true" }),
        });
        const line = log.trimEnd().split("\n").at(-1)?.trim();
        if (!line) {
            return trouble.message;
        }
        const harmless = redact(line, await secretsOf(cluster, namespace, pod));
        return `${trouble.message}; last log line: ${withoutPasswords(harmless).slice(0, LONGEST_LINE)}`;
    } catch {
        // The log of a container that never ran, or has been removed. Better no last words than a guess at secrets.
        return trouble.message;
    }
}

/** Every text in the Secrets that the pod is given, so that its log can be shown without them. */
async function secretsOf(cluster: Cluster, namespace: string, pod: unknown): Promise<string[]> {
    const volumes = list(pod, "spec", "volumes");
    const containers = [...list(pod, "spec", "initContainers"), ...list(pod, "spec", "containers")];
    const names = [
        ...volumes.map((volume) => text(volume, "secret", "secretName")),
        ...volumes.flatMap((volume) =>
            list(volume, "projected", "sources").map((part) => text(part, "secret", "name")),
        ),
        ...containers.flatMap((container) => [
            ...list(container, "env").map((variable) => text(variable, "valueFrom", "secretKeyRef", "name")),
            ...list(container, "envFrom").map((source) => text(source, "secretRef", "name")),
        ]),
    ];
    const secrets = await Promise.all(
        [...new Set(names)]
            .filter((name) => name !== "")
            .map((name) => cluster.call("GET", `/api/v1/namespaces/${namespace}/secrets/${encodeURIComponent(name)}`)),
    );
    return secrets
        .flatMap((secret) => Object.values(map(secret, "data")))
        .flatMap((encoded) => {
            const decoded = Buffer.from(String(encoded), "base64").toString();
            return [String(encoded), decoded, ...decoded.split("\n")];
        });
}

/** Passwords in addresses, which may come from elsewhere than a Secret. */
function withoutPasswords(line: string): string {
    return line.replace(/(:\/\/[^\s:/@]*):[^\s@]+@/g, "$1:[secret]@");
}
