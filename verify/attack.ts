/** Runs probes against a target. */
import type { KubeConfig } from "@kubernetes/client-node";
import { type Attacker, breakCamp, makeStrangersNamespace, pitch, startAttacker } from "./camp";
import { Api } from "./cluster/api";
import { Field } from "./field";
import type { MeasuredMap } from "./map/measure";
import { type AttackOptions, UsageError } from "./options";
import type { StackOutputs } from "./outputs";
import { type AttackerName, fullName, type Outcome, type Probe, type Result, Unproven, unproven } from "./probe";
import { PROBES } from "./probes";
import { runJobs } from "./schedule";
import { readTarget } from "./target";

/** What came of an attack. */
export interface Report {
    /** When it began, in ISO 8601. */
    startedAt: string;
    seconds: number;
    /** What was attacked: the application's namespace, by the API server's address. */
    namespace: string;
    server: string;
    results: Result[];
    map: MeasuredMap | undefined;
}

/** Told as the attack goes along. */
export interface Watcher {
    note(text: string): void;
    done(result: Result): void;
}

/** The options that hold where none are given. */
export const DEFAULT_OPTIONS: AttackOptions = {
    layers: [],
    probes: [],
    probeImage: undefined,
    timeout: 60,
    parallel: 6,
    keepOnFailure: false,
    kubeconfig: undefined,
    context: undefined,
    egressTarget: undefined,
    metadataTarget: undefined,
    outside: [],
    accounts: undefined,
    auditLog: undefined,
};

/** The probes that the options choose. */
export function chosenProbes({ layers, probes }: Pick<AttackOptions, "layers" | "probes">): Probe[] {
    const unknown = probes.filter((name) => !PROBES.some((probe) => fullName(probe) === name));
    if (unknown.length > 0) {
        throw new UsageError(`There is no probe ${unknown.join(", ")}; --list shows them all.`);
    }
    return PROBES.filter(
        (probe) =>
            (layers.length === 0 || layers.includes(probe.layer)) &&
            (probes.length === 0 || probes.includes(fullName(probe))),
    );
}

/** Attacks. What it makes in the cluster is gone afterwards, also when the signal ends it early. */
export async function attack(
    outputs: StackOutputs,
    options: AttackOptions,
    watcher: Watcher,
    signal?: AbortSignal,
): Promise<Report> {
    const start = Date.now();
    const probes = chosenProbes(options);
    const config = await loadConfig(options);
    const api = new Api(config);
    const target = await readTarget(api, outputs).catch((error: Error) => {
        throw new UsageError(`The stack can't be looked at: ${error.message}`);
    });
    const { namespace } = target.application;
    const leftovers = await breakCamp(api, namespace);
    if (leftovers.length > 0) {
        watcher.note(`Removed what an earlier run left: ${leftovers.join(", ")}`);
    }
    const results: Result[] = [];
    let field: Field | undefined;
    try {
        const camp = pitch(target, options.probeImage);
        await makeStrangersNamespace(api, camp, signal);
        const attackers = new Map<AttackerName, Attacker>();
        const absent = new Map<AttackerName, string>();
        const needed = new Set(probes.flatMap((probe) => probe.attackers));
        await Promise.all(
            [...needed].map((name) =>
                startAttacker(api, camp, name, signal).then(
                    (attacker) => attackers.set(name, attacker),
                    (error: Error) => absent.set(name, error.message),
                ),
            ),
        );
        const ground = new Field(api, camp, options, config, attackers);
        field = ground;
        // What waits for each other begins first; the rest fills the gaps.
        const inTurn = [...probes].sort(
            (a, b) => Number(b.exclusive !== undefined) - Number(a.exclusive !== undefined),
        );
        const jobs = inTurn.map((probe) => ({
            exclusive: probe.exclusive ?? [],
            work: async () => {
                if (signal?.aborted) {
                    return;
                }
                const began = Date.now();
                const missing = probe.attackers.map((name) => absent.get(name)).find((reason) => reason !== undefined);
                const outcome =
                    missing === undefined ? await outcomeOf(probe, ground, options.timeout, signal) : unproven(missing);
                const result = { probe, ...outcome, seconds: (Date.now() - began) / 1000 };
                results.push(result);
                watcher.done(result);
            },
        }));
        await runJobs(jobs, options.parallel);
    } finally {
        await field?.clear().catch((error: Error) => watcher.note(`Something that was made is left: ${error.message}`));
        const keep = options.keepOnFailure && !signal?.aborted && results.some(({ verdict }) => verdict === "through");
        if (keep) {
            watcher.note("The attackers' pods stay, as --keep-on-failure asked; the next run removes them.");
        } else {
            await breakCamp(api, namespace);
        }
    }
    const order = new Map(probes.map((probe, index) => [probe, index]));
    return {
        startedAt: new Date(start).toISOString(),
        seconds: (Date.now() - start) / 1000,
        namespace,
        server: config.getCurrentCluster()?.server ?? "",
        results: results.sort((a, b) => (order.get(a.probe) ?? 0) - (order.get(b.probe) ?? 0)),
        map: await field?.mapIfMeasured(),
    };
}

async function outcomeOf(
    probe: Probe,
    field: Field,
    seconds: number,
    signal: AbortSignal | undefined,
): Promise<Outcome> {
    let timer: NodeJS.Timeout | undefined;
    let stop = () => {};
    const cut = new Promise<Outcome>((resolve) => {
        timer = setTimeout(() => resolve(unproven(`it didn't end within ${seconds} s`)), seconds * 1000);
        stop = () => resolve(unproven("it was interrupted"));
        signal?.addEventListener("abort", stop);
    });
    const outcome = probe.run(field).catch((error: Error) =>
        // Everything that keeps a probe from its end is a reason to believe nothing.
        unproven(error instanceof Unproven ? error.message : `${error.name}: ${error.message}`),
    );
    try {
        return readable(await Promise.race([outcome, cut]));
    } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", stop);
    }
}

const LONGEST_EVIDENCE = 600;

/** What a container says may hold anything; a terminal and a page must show it as it is. */
function readable({ verdict, evidence }: Outcome): Outcome {
    const line = evidence.replace(/[\s\p{Cc}\p{Cf}]+/gu, " ").trim();
    const cut = line.length > LONGEST_EVIDENCE ? `${line.slice(0, LONGEST_EVIDENCE)}…` : line;
    return { verdict, evidence: cut };
}

async function loadConfig({ kubeconfig, context }: AttackOptions): Promise<KubeConfig> {
    const { KubeConfig } = await import("@kubernetes/client-node");
    const config = new KubeConfig();
    try {
        if (kubeconfig === undefined) {
            config.loadFromDefault();
        } else {
            config.loadFromFile(kubeconfig);
        }
        if (context !== undefined && config.getContextObject(context) === null) {
            throw new Error(`it has no context "${context}"`);
        }
    } catch (error) {
        // A parser's message would quote the file, which holds keys.
        const reason = /^(ENOENT|EACCES|it has no context)/.exec((error as Error).message)
            ? `: ${(error as Error).message}`
            : "";
        throw new UsageError(`The kubeconfig can't be read${reason}`);
    }
    if (context !== undefined) {
        config.setCurrentContext(context);
    }
    return config;
}
