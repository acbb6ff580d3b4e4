/** What a probe is. Pure. */
import type { Field } from "./field";

/** The layers of defence. */
export const LAYERS = ["cluster", "container", "application", "database", "monitoring"] as const;
export type Layer = (typeof LAYERS)[number];

/** Pods from which the attacks start; probes share them. */
export const ATTACKERS = ["insider", "neighbour", "stranger", "twin", "victim"] as const;
export type AttackerName = (typeof ATTACKERS)[number];

/** How an attack ended. */
export interface Outcome {
    /** `through`: the attack succeeded. `unproven`: it couldn't be tried, or nothing shows that it could have succeeded. */
    verdict: "held" | "through" | "unproven";
    /** What was seen, for people; never a secret. */
    evidence: string;
}

/** One attack. */
export interface Probe {
    /** In kebab-case, unique in its layer. */
    name: string;
    layer: Layer;
    /** What is tried. */
    attack: string;
    /** What an attacker gains when it works. */
    gain: string;
    /** What must happen. */
    expected: string;
    /** How it looks when the defence is off. */
    ifOff: string;
    /** The pods that must run before. */
    attackers: AttackerName[];
    /** Names of what no other probe may touch meanwhile. Defaults to nothing. */
    exclusive?: string[];
    run(field: Field): Promise<Outcome>;
}

/** What the report says about a probe. */
export interface Result extends Outcome {
    probe: Probe;
    seconds: number;
}

/** The probe's full name, as `--probe` takes it. */
export function fullName({ layer, name }: Pick<Probe, "layer" | "name">): string {
    return `${layer}/${name}`;
}

/** The attack was stopped. */
export function held(evidence: string): Outcome {
    return { verdict: "held", evidence };
}

/** The attack got through. */
export function through(evidence: string): Outcome {
    return { verdict: "through", evidence };
}

/** Nothing is proven, for this reason. */
export function unproven(reason: string): Outcome {
    return { verdict: "unproven", evidence: reason };
}

/** An attack with several attempts: one that succeeds is enough. `attempts` maps what was tried to whether it worked. */
export function stopped(attempts: { what: string; worked: boolean; seen: string }[]): Outcome {
    const worked = attempts.filter((attempt) => attempt.worked);
    const seen = (worked.length > 0 ? worked : attempts).map((attempt) => `${attempt.what}: ${attempt.seen}`);
    return attempts.length === 0
        ? unproven("nothing was tried")
        : (worked.length > 0 ? through : held)(seen.join("; "));
}

/** Thrown where a probe can't go on: it ends as not proven, with the message as the reason. */
export class Unproven extends Error {
    override name = "Unproven";
}
