import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { METRICS } from "../../../components/monitoring/alert-metrics";
import { alertGroups, type RuleGroup } from "../../../components/monitoring/alert-rules";
import type { AlertSubjects, AlertThresholds } from "../../../components/monitoring/alert-subjects";
import { promtoolProgram } from "../../../sandbox/programs/promtool";
import { CASES, QUIET, type Series } from "./support/alert-series";

const SUBJECTS: AlertSubjects = {
    instance: "sample",
    workload: { namespaceName: "shop" },
    ingressController: true,
    database: {
        namespaceName: "database",
        statefulSetName: "pgdb-postgresql",
        exporter: true,
        connectionLimits: { readonly: 20 },
    },
    falco: { namespaceName: "falco" },
    vulnerabilities: true,
    guardrailPrefix: "bulwark",
    backup: { namespaceName: "database", cronJobName: "backup" },
    scrapeJobs: ["shop/sample-workload", "database/sample-database"],
};
const THRESHOLDS: AlertThresholds = {
    rateLimitedPercent: 10,
    serverErrorPercent: 5,
    failedLoginsPerMinute: 30,
    certificateDays: 21,
    connectionPercent: 80,
    failedProbes: 5,
    backupAgeSeconds: 2 * 3600,
};
const LABEL = /\{\{ \$labels\.(\w+) \}\}/g;

function groups(changes: Partial<AlertSubjects> = {}): RuleGroup[] {
    return alertGroups({ ...SUBJECTS, ...changes }, THRESHOLDS, "docs/alerts.md");
}

function names(all: RuleGroup[]): string[] {
    return all.flatMap(({ rules }) => rules.map(({ alert }) => alert));
}

/** A world in promtool's form, from the quiet one with changes. */
function world(changes: Series) {
    return Object.entries({ ...QUIET, ...changes })
        .filter(([, values]) => values !== undefined)
        .map(([series, values]) => ({ series, values }));
}

/** What fires, by name, at a time in a world. */
function firing(title: string, changes: Series, at: string, alerts: string[]) {
    return {
        name: title,
        interval: "1m",
        input_series: world(changes),
        promql_expr_test: [
            {
                expr: 'count by (alertname, bulwark) (ALERTS{alertstate="firing"})',
                eval_time: at,
                exp_samples: alerts.map((alertname) => ({
                    labels: `{alertname="${alertname}",bulwark="sample"}`,
                    value: 1,
                })),
            },
        ],
    };
}

describe("the alert rules", () => {
    let folder: string;
    let promtool: string;

    before(async function () {
        this.timeout(300_000);
        folder = fs.mkdtempSync(path.join(tmpdir(), "bulwark-rules-"));
        promtool = await promtoolProgram();
        fs.writeFileSync(path.join(folder, "rules.json"), JSON.stringify({ groups: groups() }));
    });

    after(() => fs.rmSync(folder, { recursive: true, force: true }));

    /** Runs promtool; its words are the message when it finds a fault. */
    function judge(...args: string[]): string {
        try {
            return execFileSync(promtool, args, { cwd: folder, encoding: "utf8", stdio: "pipe" });
        } catch (error) {
            const { stdout, stderr } = error as { stdout: string; stderr: string };
            throw new Error(`promtool ${args.join(" ")}\n${stdout}${stderr}`);
        }
    }

    function test(tests: object[]): void {
        const file = { rule_files: ["rules.json"], evaluation_interval: "1m", tests };
        fs.writeFileSync(path.join(folder, "tests.json"), JSON.stringify(file));
        judge("test", "rules", "tests.json");
    }

    it("are what Prometheus takes", () => {
        assert.match(judge("check", "rules", "--lint-fatal", "rules.json"), /SUCCESS: \d+ rules found/);
    });

    it("all fire for what they are there for, and only they", function () {
        this.timeout(120_000);
        const untested = names(groups()).filter((alert) => !CASES.some((each) => each.alert === alert));
        assert.deepEqual(untested, []);
        test(CASES.map(({ alert, at, fires }, index) => firing(`${index}: ${alert} fires`, fires, at, [alert])));
    });

    it("stay silent just below, and in a quiet world", function () {
        this.timeout(120_000);
        test([
            firing("quiet", {}, "30m", []),
            firing("still quiet", {}, "4h", []),
            ...CASES.map(({ alert, at, silent }, index) => firing(`${index}: ${alert} is silent`, silent, at, [])),
        ]);
    });

    it("are told apart by promtool when one is wrong: the tests above can fail", () => {
        assert.throws(() => test([firing("a false claim", {}, "30m", ["DatabaseDown"])]), /DatabaseDown/);
    });

    it("say what happened, where, and where to read on", () => {
        const [fires] = CASES.filter(({ alert }) => alert === "RoleConnectionsNearLimit");
        const annotations = {
            summary: "The role readonly has almost no connection left",
            description: "85% of its connection limit are in use; beyond it logins are refused.",
            runbook_url: "docs/alerts.md#roleconnectionsnearlimit",
        };
        test([
            {
                interval: "1m",
                input_series: world(fires?.fires ?? {}),
                alert_rule_test: [
                    {
                        eval_time: "30m",
                        alertname: "RoleConnectionsNearLimit",
                        exp_alerts: [
                            {
                                exp_labels: {
                                    namespace: "database",
                                    usename: "readonly",
                                    severity: "warning",
                                    bulwark: "sample",
                                },
                                exp_annotations: annotations,
                            },
                        ],
                    },
                ],
            },
        ]);
    });

    it("name in their texts only labels that their expressions keep", () => {
        for (const { alert, expr, annotations } of groups().flatMap(({ rules }) => rules)) {
            const used = [...`${annotations.summary} ${annotations.description}`.matchAll(LABEL)].map(
                ([, name]) => name,
            );
            const kept = [...expr.matchAll(/by \(([^)]+)\)/g)].flatMap(([, list]) => list?.split(", ") ?? []);
            const own = { DatabaseDown: ["namespace"], IngressConfigurationRefused: ["pod"], ScrapeFailed: ["job"] };
            const known = [...kept, ...(own[alert as keyof typeof own] ?? [])];
            assert.deepEqual(
                used.filter((name) => !known.includes(name ?? "")),
                [],
                alert,
            );
        }
    });

    it("have a section each in the runbook, and the runbook no other", () => {
        const runbook = fs.readFileSync(path.join(__dirname, "../../../docs/alerts.md"), "utf8");
        const sections = [...runbook.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
        assert.deepEqual(sections.sort(), names(groups()).sort());
    });

    it("use metrics that somebody is known to expose, and all of these but the dashboard's", () => {
        const used = new Set(groups().flatMap(({ rules }) => rules.flatMap(({ expr }) => metricsIn(expr))));
        for (const metric of used) {
            assert.ok(metric in METRICS, metric);
        }
    });

    it("are left out with what they watch", () => {
        const bare = groups({
            ingressController: false,
            database: undefined,
            falco: undefined,
            vulnerabilities: false,
            guardrailPrefix: undefined,
            backup: undefined,
            scrapeJobs: [],
        });
        assert.deepEqual(names(bare), ["PodsNotReady", "FailedProbes", "PodMetricsMissing", "ProbeMetricsMissing"]);
        const database = { namespaceName: "db", statefulSetName: "pg", connectionLimits: { readonly: 20 } };
        const blind = groups({ database: { ...database, exporter: false } });
        assert.ok(names(blind).includes("DatabaseDown"));
        assert.ok(!JSON.stringify(blind).includes("pg_"), "without the exporter no metric of its");
    });
});

/** Names that stand before a selector; functions stand before a bracket. */
function metricsIn(expr: string): string[] {
    return [...expr.matchAll(/([a-z_]+)\{/g)].map(([, name]) => name ?? "");
}
