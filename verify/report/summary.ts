/** The figures of a report. Pure. */
import type { Report } from "../attack";
import type { Outcome, Result } from "../probe";
import { LAYERS, type Layer } from "../probe";

/** What a verdict is called. */
export const WORDS: Record<Outcome["verdict"], string> = {
    held: "stopped",
    through: "GOT THROUGH",
    unproven: "not proven",
};

export interface Summary {
    held: number;
    through: number;
    unproven: number;
}

export function summarise(results: Result[]): Summary {
    const count = (verdict: Outcome["verdict"]) => results.filter((result) => result.verdict === verdict).length;
    return { held: count("held"), through: count("through"), unproven: count("unproven") };
}

/** The results of each layer that has any. */
export function byLayer(results: Result[]): { layer: Layer; results: Result[] }[] {
    return LAYERS.map((layer) => ({ layer, results: results.filter(({ probe }) => probe.layer === layer) })).filter(
        (group) => group.results.length > 0,
    );
}

/** 1 when an attack got through; with `strict` also when something isn't proven. Nothing tried proves nothing. */
export function exitStatus({ results }: Pick<Report, "results">, strict: boolean): 0 | 1 {
    const { held, through, unproven } = summarise(results);
    return through > 0 || (strict && unproven > 0) || held + through + unproven === 0 ? 1 : 0;
}
