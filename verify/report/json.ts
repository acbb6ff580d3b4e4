/** The report for programs. Pure. */
import type { Report } from "../attack";
import { compare } from "../map/measure";
import { fullName } from "../probe";
import { summarise } from "./summary";

/** Raised when a reader of the old form would misread the new one. */
const VERSION = 1;

export function json(report: Report): string {
    const { startedAt, seconds, namespace, server, results, map } = report;
    const document = {
        version: VERSION,
        startedAt,
        seconds,
        namespace,
        server,
        summary: summarise(results),
        probes: results.map(({ probe, verdict, evidence, seconds: took }) => ({
            name: fullName(probe),
            layer: probe.layer,
            attack: probe.attack,
            gain: probe.gain,
            expected: probe.expected,
            ifOff: probe.ifOff,
            verdict,
            observed: evidence,
            seconds: took,
        })),
        map: map && { nodes: map.nodes, edges: map.edges.map((edge) => ({ ...edge, comparison: compare(edge) })) },
    };
    return `${JSON.stringify(document, undefined, 2)}\n`;
}
