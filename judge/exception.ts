/** Which findings are meant to be so. Pure. */

import type { RenderedChart } from "./rendering";
import type { Finding } from "./result";

/** Why a finding stays. */
export const Decision = {
    /** To do what the judge asks would cost more than it brings. */
    Worse: "worse than the finding",
    /** The object is there for just that. */
    Purpose: "the object's purpose",
    /** It is so, by a way that the judge doesn't know. */
    Elsewhere: "met another way",
    /** The user decides, by a setting. */
    Setting: "a setting",
    /** A chart has it so, and no value changes it. */
    Chart: "the chart's",
    /** What the judge sees isn't there. */
    Mistaken: "mistaken",
} as const;
export type Decision = (typeof Decision)[keyof typeof Decision];

/** The release of a chart, and the ways in which it may have been rendered; in others an exception is not out of date. */
export interface OfChart {
    release: string;
    rendered: RenderedChart["origin"][];
}

/** Findings that stay, all by one check and for one reason. */
export interface Exception {
    judge: string;
    check: string;
    /** Each must be found, or the exception is out of date. */
    objects: string[];
    /** Only objects of this stack. Defaults to any. */
    stack?: string;
    /** About a chart's objects, or for want of them. Defaults to objects of the program's own. */
    chart?: OfChart;
    decision: Decision;
    reason: string;
}

/** The same exception for checks of several judges that ask the same. */
export function alike(checks: [judge: string, check: string][], rest: Omit<Exception, "judge" | "check">): Exception[] {
    return checks.map(([judge, check]) => ({ judge, check, ...rest }));
}

/** An object that an exception names in vain. */
export interface Unused {
    exception: Exception;
    object: string;
}

/** Findings that stay, those that don't, and exceptions for what nobody finds. */
export interface Sorted {
    excepted: { finding: Finding; exception: Exception }[];
    open: Finding[];
    unused: Unused[];
}

/** What a run looked at: nothing is known of the rest. */
export interface Scope {
    /** Names of the judges that were run. */
    judges: string[];
    charts: RenderedChart[];
}

export function sorted(findings: Finding[], exceptions: Exception[], scope: Scope): Sorted {
    const applicable = exceptions.filter(
        ({ judge, chart }) =>
            scope.judges.includes(judge) &&
            (chart === undefined ||
                scope.charts.some(
                    ({ release, origin }) => release === chart.release && chart.rendered.includes(origin),
                )),
    );
    const excepted: Sorted["excepted"] = [];
    const open: Finding[] = [];
    // In the same order whatever a judge's: the page shouldn't change by itself.
    for (const finding of [...findings].sort(compared)) {
        const exception = applicable.find((each) => covers(each, finding));
        if (exception === undefined) {
            open.push(finding);
        } else {
            excepted.push({ finding, exception });
        }
    }
    const unused = applicable.flatMap((exception) =>
        exception.objects
            .filter(
                (object) => !excepted.some((each) => each.exception === exception && each.finding.object === object),
            )
            .map((object) => ({ exception, object })),
    );
    return { excepted, open, unused };
}

function covers({ judge, check, objects, stack }: Exception, finding: Finding): boolean {
    return (
        judge === finding.judge &&
        check === finding.check &&
        objects.includes(finding.object) &&
        (stack === undefined || stack === finding.stack)
    );
}

function compared(left: Finding, right: Finding): number {
    const key = ({ judge, check, object, stack }: Finding) => `${judge} ${check} ${object} ${stack}`;
    return key(left).localeCompare(key(right), "en");
}
