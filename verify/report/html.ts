/** The report for people: one file that needs nothing else. Pure. */
import type { Report } from "../attack";
import { drawMap } from "../map/draw";
import { compare, type MapEdge, type MeasuredMap } from "../map/measure";
import type { Result } from "../probe";
import { escapeHtml } from "./escape";
import { STYLE } from "./style";
import { byLayer, type Summary, summarise, WORDS } from "./summary";

export function html(report: Report): string {
    const { startedAt, seconds, namespace, results, map } = report;
    const summary = summarise(results);
    const title = `Attack report: ${namespace}`;
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(verdictOf(summary))}</h1>
<p class="about">Namespace ${escapeHtml(namespace)}, <time datetime="${startedAt}">${escapeHtml(readableTime(startedAt))}</time>, ${seconds.toFixed(0)} seconds. Each attack was really tried.</p>
${figures(summary)}
</header>
<main>
${map ? mapSection(map) : ""}
${byLayer(results)
    .map(({ layer, results: some }) => `<section><h2>${layer}</h2>\n${some.map(entry).join("\n")}\n</section>`)
    .join("\n")}
</main>
<footer><p>An attack that could not be tried, or whose control failed, is not proven, and never counts as stopped.</p></footer>
</body>
</html>
`;
}

function verdictOf({ held, through, unproven }: Summary): string {
    if (through > 0) {
        return through === 1 ? "One attack got through" : `${through} attacks got through`;
    }
    if (held === 0) {
        return "Nothing is proven";
    }
    return unproven > 0 ? "No attack got through, but not everything is proven" : "Every attack was stopped";
}

function figures({ held, through, unproven }: Summary): string {
    const figure = (kind: string, count: number, word: string) => `<li class="${kind}"><b>${count}</b>${word}</li>`;
    return `<ul class="figures">${figure("held", held, "stopped")}${figure("through", through, "got through")}${figure("unproven", unproven, "not proven")}</ul>`;
}

/** What needs attention lies open, on paper everything does. */
function entry({ probe, verdict, evidence, seconds }: Result): string {
    const rows = [
        ["Gain", probe.gain],
        ["Expected", probe.expected],
        ["Observed", evidence],
        ["If it were off", probe.ifOff],
        ["Took", `${seconds.toFixed(1)} s`],
    ] as const;
    return `<details class="${verdict}"${verdict === "held" ? "" : " open"}>
<summary><span class="name">${escapeHtml(probe.name)}</span><span class="verdict">${WORDS[verdict]}</span><span class="tried">${escapeHtml(probe.attack)}</span></summary>
<dl>${rows.map(([name, text]) => `<dt>${name}</dt><dd>${escapeHtml(text)}</dd>`).join("")}</dl>
</details>`;
}

function mapSection(map: MeasuredMap): string {
    return `<section><h2>Who can talk to whom</h2>
<p class="legend">Measured by connecting from each to each. Arrows are open ports; red differs from what the program's own NetworkPolicies declare: thick is open without being declared, dashed is declared but closed.</p>
${drawMap(map)}
<div class="scroll">${matrix(map)}</div>
</section>`;
}

function matrix({ nodes, edges }: MeasuredMap): string {
    const sources = nodes.filter(({ id }) => edges.some(({ from }) => from === id));
    const targets = nodes.filter(({ id }) => edges.some(({ to }) => to === id));
    const head = targets.map(({ title }) => `<th scope="col">${escapeHtml(title)}</th>`).join("");
    const rows = sources.map((source) => {
        const cells = targets.map((target) =>
            source === target
                ? "<td></td>"
                : cell(edges.filter(({ from, to }) => from === source.id && to === target.id)),
        );
        return `<tr><th scope="row">${escapeHtml(source.title)}</th>${cells.join("")}</tr>`;
    });
    return `<table><thead><tr><th scope="col">from \\ to</th>${head}</tr></thead><tbody>${rows.join("\n")}</tbody></table>`;
}

function cell(edges: MapEdge[]): string {
    const worst = edges.map(compare).find((word) => word === "undeclared" || word === "broken");
    const isOpen = edges.some(({ measured }) => measured === "open");
    const isUnknown = edges.some((edge) => compare(edge) === "not measured");
    const kind = worst ?? (isOpen ? "open" : isUnknown ? "unknown" : "closed");
    const words = edges.map((edge) => {
        const comparison = compare(edge);
        const seen = comparison === "not measured" ? "not measured" : edge.measured === "open" ? "open" : "closed";
        const difference = comparison === "undeclared" || comparison === "broken" ? `, ${comparison}` : "";
        return `${edge.port} ${seen}${difference}`;
    });
    return `<td class="${kind}">${escapeHtml(words.join("; "))}</td>`;
}

function readableTime(iso: string): string {
    return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
