/** The page docs/judges.md. Pure. */
import { markdownTable } from "../docs/markdown-table";
import type { Exception, Sorted } from "./exception";
import type { Rendered } from "./rendering";
import type { Verdict } from "./result";

const HEAD = `<!-- Written by \`npm run judge\` from what the judges said and from judge/exceptions-*.ts. -->

# Outside judges

\`npm run judge\` shows what the program makes to programs that others wrote to find faults in such objects, without a cluster:
for the stacks \`dev\` and \`prod\`, and for \`prod\` with every optional part. It fails when a judge holds anything against an object
that judge/exceptions-*.ts don't name, and when they name what nobody finds any more. A judge that can't be had counts as not run,
never as passed. The last one looks at a database that runs in the sandbox.`;

const CHART_NOTE = {
    chart: "the real one",
    "stand-in": "the sandbox's small chart, with the program's values",
    none: "not judged; the namespace and its policies are",
} as const;

/** The page in Markdown. */
export function judgesPage(rendered: Rendered[], verdicts: Verdict[], sorted: Sorted): string {
    const rows = verdicts.map(({ judge, notRun, checks, findings }) => {
        const open = sorted.open.filter((finding) => finding.judge === judge.name).length;
        const counts = notRun
            ? ["not run", "", "", ""]
            : [String(checks), String(checks - findings.length), String(findings.length - open), String(open)];
        return [judge.name, judge.version, notRun ? `${judge.about} (not run: ${notRun})` : judge.about, ...counts];
    });
    const charts = new Map(rendered.flatMap(({ charts: all }) => all.map((chart) => [chart.release, chart])));
    const chartRows = [...charts.values()].map(({ release, origin, why }) => [
        `\`${release}\``,
        CHART_NOTE[origin],
        why,
    ]);
    return [
        HEAD,
        markdownTable(["judge", "version", "what it looks at", "answers", "good", "excepted", "open"], rows),
        "Charts are rendered by Helm, the real ones where they can be reached:",
        markdownTable(["release", "what was judged", "why not the real one"], chartRows),
        ...section("## Open findings", openRows(sorted)),
        ...section("## Exceptions that nobody needs", unusedRows(sorted)),
        ...section("## Exceptions", exceptionRows(sorted)),
        "",
    ]
        .join("\n\n")
        .replace(/\n+$/, "\n");
}

function section(title: string, rows: string[][]): string[] {
    const [head = [], ...body] = rows;
    return body.length === 0 ? [] : [title, markdownTable(head, body)];
}

function openRows({ open }: Sorted): string[][] {
    return [
        ["judge", "check", "object", "stack", "what it says"],
        ...open.map(({ judge, check, object, stack, message }) => [judge, check, object, stack, message]),
    ];
}

function unusedRows({ unused }: Sorted): string[][] {
    return [
        ["judge", "check", "object"],
        ...unused.map(({ exception, object }) => [exception.judge, exception.check, object]),
    ];
}

/** An exception a row, with the objects for which it was needed. */
function exceptionRows({ excepted }: Sorted): string[][] {
    const used = new Map<Exception, Set<string>>();
    for (const { finding, exception } of excepted) {
        used.set(exception, (used.get(exception) ?? new Set()).add(finding.object));
    }
    return [
        ["judge", "check", "objects", "decision", "reason"],
        ...[...used].map(([{ judge, check, stack, decision, reason }, objects]) => [
            judge,
            check,
            [...objects].sort().join(", ") + (stack ? ` (${stack})` : ""),
            decision,
            reason,
        ]),
    ];
}
