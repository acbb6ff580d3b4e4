import { strict as assert } from "node:assert";
import { METRICS } from "../../../components/monitoring/alert-metrics";
import type { AlertSubjects } from "../../../components/monitoring/alert-subjects";
import { dashboard } from "../../../components/monitoring/dashboard";

const ALL: AlertSubjects = {
    instance: "shop-alerts",
    workload: { namespaceName: "shop" },
    ingressController: true,
    vulnerabilities: true,
    database: { namespaceName: "database", statefulSetName: "pg", exporter: true, connectionLimits: {} },
    falco: { namespaceName: "falco" },
    guardrailPrefix: "bulwark",
    backup: { namespaceName: "database", cronJobName: "backup" },
    scrapeJobs: [],
};
const BARE: AlertSubjects = {
    instance: "shop-alerts",
    workload: { namespaceName: "shop" },
    ingressController: false,
    vulnerabilities: false,
    scrapeJobs: [],
};

function expressions(subjects: AlertSubjects): string[] {
    return dashboard(subjects).panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
}

describe("the dashboard", () => {
    it("shows only metrics that somebody is known to expose", () => {
        const used = expressions(ALL).flatMap((expr) => [...expr.matchAll(/(\w+)\{/g)].map(([, name]) => name ?? ""));
        assert.ok(used.length >= 12);
        for (const metric of used) {
            assert.ok(metric in METRICS, metric);
        }
    });

    it("lays its panels out without overlap, each with a title and a query of its own", () => {
        const { panels } = dashboard(ALL);
        const places = panels.map(({ gridPos }) => `${gridPos.x},${gridPos.y}`);
        for (const distinct of [places, panels.map(({ id }) => id), panels.map(({ title }) => title)]) {
            assert.equal(new Set<number | string>(distinct).size, panels.length);
        }
        for (const { targets, datasource, gridPos } of panels) {
            assert.ok(targets.length > 0 && gridPos.x + gridPos.w <= 24);
            assert.equal(datasource.uid, "${datasource}");
        }
    });

    it("leaves out what isn't watched", () => {
        assert.ok(expressions(BARE).length >= 3);
        assert.doesNotMatch(expressions(BARE).join(), /nginx|pg_|falco|apiserver|trivy|cronjob/);
    });

    it("fits Grafana's limits", () => {
        assert.ok(dashboard({ ...ALL, instance: "a".repeat(63) }).uid.length <= 40);
        assert.deepEqual(
            dashboard(ALL).templating.list.map(({ type }) => type),
            ["datasource"],
        );
    });
});
