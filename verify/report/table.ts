/** The report for a terminal. Pure. */
import type { Report } from "../attack";
import { compare } from "../map/measure";
import { fullName, type Result } from "../probe";
import { byLayer, summarise, WORDS } from "./summary";

const MARKS = { held: "✓", through: "✗", unproven: "?" };
const LEAST_WIDTH = 60;

export function table(report: Report, width: number): string {
    const { results, map } = report;
    const { held, through, unproven } = summarise(results);
    const lines = byLayer(results).flatMap(({ layer, results: some }) => [
        "",
        layer.toUpperCase(),
        ...some.flatMap((result) => row(result, Math.max(width, LEAST_WIDTH))),
    ]);
    const differences = (map?.edges ?? []).filter((edge) => ["undeclared", "broken"].includes(compare(edge)));
    if (differences.length > 0) {
        lines.push("", "WAYS THAT DIFFER FROM WHAT IS DECLARED");
        lines.push(...differences.map((edge) => `  ${edge.from} to ${edge.to}:${edge.port}: ${compare(edge)}`));
    }
    lines.push(
        "",
        `${held} stopped, ${through} got through, ${unproven} not proven, in ${report.seconds.toFixed(0)} s`,
    );
    for (const [verdict, title] of [
        ["through", "Got through"],
        ["unproven", "Not proven"],
    ] as const) {
        const names = results.filter((result) => result.verdict === verdict).map(({ probe }) => fullName(probe));
        if (names.length > 0) {
            lines.push(`${title}: ${names.join(", ")}`);
        }
    }
    return `${lines.join("\n")}\n`;
}

function row({ probe, verdict, evidence, seconds }: Result, width: number): string[] {
    const head = `${MARKS[verdict]} ${probe.name}`;
    const tail = `${WORDS[verdict]} ${seconds.toFixed(1)} s`;
    const gap = " ".repeat(Math.max(1, width - head.length - tail.length));
    const details = [
        ["attack", probe.attack],
        ["expected", probe.expected],
        ["observed", evidence],
        ...(verdict === "through" ? [["gain", probe.gain]] : []),
    ] as const;
    return [
        `${head}${gap}${tail}`,
        ...details.flatMap(([name, text]) =>
            wrap(text ?? "", width - 13).map(
                (line, index) => `  ${(index === 0 ? (name ?? "") : "").padEnd(10)} ${line}`,
            ),
        ),
    ];
}

/** Lines of whole words; a longer word gets a line of its own. */
export function wrap(text: string, width: number): string[] {
    const lines: string[] = [];
    let line = "";
    for (const word of text.split(" ")) {
        if (line !== "" && line.length + 1 + word.length > width) {
            lines.push(line);
            line = word;
        } else {
            line = line === "" ? word : `${line} ${word}`;
        }
    }
    return [...lines, line];
}
