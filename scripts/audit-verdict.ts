/** What npm's report of known vulnerabilities means, beside what has been accepted. Pure. */

/** A vulnerability that stays for now. */
export interface Accepted {
    /** Its identifier, such as `GHSA-xxxx-xxxx-xxxx`. */
    advisory: string;
    /** The package that has it. */
    package: string;
    /** Why it does no harm here, or what is waited for. */
    reason: string;
    /** Last day on which it is accepted, as `2027-01-31`. */
    expires: string;
}

/** The part of npm's report that matters: what a package has itself, not that others depend on it. */
interface Report {
    auditReportVersion?: number;
    vulnerabilities?: Record<string, { via: (string | Found)[] }>;
    message?: string;
}

interface Found {
    name: string;
    title: string;
    url: string;
    severity: string;
    range: string;
}

/** What was found; without faults it is clean or explained. */
export type Verdict = { checked: false; reason: string } | { checked: true; faults: string[]; accepted: number };

/** Nobody looks at a promise for longer than this. */
const MOST_DAYS = 180;

/** The verdict on what `npm audit --json` printed, on a day such as `2026-12-24`. */
export function auditVerdict(printed: string, accepted: Accepted[], today: string): Verdict {
    const report = reportOf(printed);
    if (report?.auditReportVersion !== 2 || report.vulnerabilities === undefined) {
        return { checked: false, reason: report?.message ?? "npm printed no report" };
    }
    const found = new Map(
        Object.values(report.vulnerabilities)
            .flatMap(({ via }) => via.filter((each) => typeof each !== "string"))
            .map((each) => [`${advisoryOf(each)} ${each.name}`, each]),
    );
    const valid = new Set(
        accepted.filter((each) => acceptanceFault(each, today) === undefined).map((each) => keyOf(each)),
    );
    const open = [...found].filter(([key]) => !valid.has(key));
    return {
        checked: true,
        accepted: found.size - open.length,
        faults: [
            ...open.map(([key, { severity, title, range }]) => `${key} ${range}: ${severity}, ${title}`),
            ...accepted.flatMap((each) => {
                const fault =
                    acceptanceFault(each, today) ?? (found.has(keyOf(each)) ? undefined : "is not found any more");
                return fault === undefined ? [] : [`accepted ${keyOf(each)} ${fault}`];
            }),
        ],
    };
}

function acceptanceFault({ reason, expires }: Accepted, today: string): string | undefined {
    const days = (Date.parse(expires) - Date.parse(today)) / 86_400_000;
    if (!/^\d{4}-\d\d-\d\d$/.test(expires) || Number.isNaN(days)) {
        return `has no day on which it expires, but ${JSON.stringify(expires)}`;
    }
    if (reason.trim().split(/\s+/).length < 4) {
        return "has no reason in a sentence";
    }
    if (days < 0) {
        return `expired on ${expires}`;
    }
    return days > MOST_DAYS ? `expires only on ${expires}, more than ${MOST_DAYS} days ahead` : undefined;
}

function keyOf(each: Accepted): string {
    return `${each.advisory} ${each.package}`;
}

function advisoryOf({ url }: Found): string {
    return url.split("/").at(-1) ?? url;
}

function reportOf(printed: string): Report | undefined {
    try {
        return JSON.parse(printed) as Report;
    } catch {
        return undefined;
    }
}
