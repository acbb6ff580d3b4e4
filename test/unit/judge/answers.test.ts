/** What judges say is read right: the answers are short ones of the forms that the programs have. */
import { strict as assert } from "node:assert";
import { LINTS, SERVER_LINTS } from "../../../judge/database-lints";
import { checkovAnswer } from "../../../judge/judges/checkov";
import { databaseAnswer } from "../../../judge/judges/database";
import { kubeScoreAnswer } from "../../../judge/judges/kube-score";
import { kubesecAnswer } from "../../../judge/judges/kubesec";
import { podSecurityAnswer, questions } from "../../../judge/judges/pod-security";
import { promtoolAnswer } from "../../../judge/judges/promtool";
import { trivyAnswer } from "../../../judge/judges/trivy";
import type { Manifest } from "../../../judge/rendering";
import type { Answer } from "../../../judge/result";

const NAMESPACE: Manifest = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
        name: "a",
        labels: {
            "pod-security.kubernetes.io/enforce": "restricted",
            "pod-security.kubernetes.io/enforce-version": "v1.34",
        },
    },
};
const POD: Manifest = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "b.c", namespace: "a" },
    spec: { containers: [] },
};
const ROLE: Manifest = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "r" } };

function told({ findings }: Answer): string[] {
    return findings.map(({ check, object, stack, message }) => `${check} | ${object} | ${stack} | ${message}`);
}

describe("the answers of", () => {
    it("the Pod Security evaluator: what it forbids, by its own words", () => {
        const forbidden = [{ reason: "host ports", detail: "80" }];
        const answer = podSecurityAnswer([{ object: "Pod a/b.c", checks: 17, forbidden }], "dev");
        assert.equal(answer.checks, 17);
        assert.deepEqual(told(answer), ["host ports | Pod a/b.c | dev | 80"]);
    });

    it("the Pod Security evaluator: it is asked at the level of the namespace, and not at all without one", () => {
        const job: Manifest = {
            apiVersion: "batch/v1",
            kind: "CronJob",
            metadata: { name: "j", namespace: "nowhere" },
            spec: { jobTemplate: { spec: { template: { spec: {} } } } },
        };
        const { templates, unlabelled } = questions([NAMESPACE, POD, job, ROLE]);
        assert.deepEqual(
            templates.map(({ object, level, version }) => [object, level, version]),
            [["Pod a/b.c", "restricted", "v1.34"]],
        );
        assert.deepEqual(unlabelled, ["CronJob nowhere/j"]);
    });

    it("checkov: what failed, with the names that the objects have", () => {
        const failed = (resource: string) => ({ check_id: "CKV_K8S_1", check_name: "be good", resource });
        const report = {
            results: { failed_checks: [failed("Pod.a.b.c"), failed("ClusterRole.default.r")] },
            summary: { passed: 3, failed: 2, parsing_errors: 0 },
        };
        const answer = checkovAnswer(report, [POD, ROLE], "dev");
        assert.equal(answer.checks, 5);
        assert.deepEqual(told(answer), [
            "CKV_K8S_1 | Pod a/b.c | dev | be good",
            "CKV_K8S_1 | ClusterRole r | dev | be good",
        ]);
        const unread = { ...report, summary: { ...report.summary, parsing_errors: 1 } };
        assert.throws(() => checkovAnswer(unread, [POD, ROLE], "dev"), /couldn't read 1 files/);
    });

    it("kube-score: what isn't perfect, without what was skipped", () => {
        const check = (id: string, grade: number, skipped = false) => ({
            check: { id },
            grade,
            skipped,
            comments:
                grade < 10
                    ? [
                          { path: "app", summary: "no probe" },
                          { path: "", summary: "at all" },
                      ]
                    : null,
        });
        const report = {
            type_meta: { kind: "Pod" },
            object_meta: { name: "b.c", namespace: "a" },
            checks: [check("probes", 1), check("warned", 5), check("fine", 10), check("left-out", 0, true)],
        };
        const answer = kubeScoreAnswer([report], "prod");
        assert.equal(answer.checks, 3);
        assert.deepEqual(told(answer), [
            "probes | Pod a/b.c | prod | app: no probe; at all",
            "warned | Pod a/b.c | prod | app: no probe; at all",
        ]);
    });

    it("kubesec: what costs points and what would bring some, by the order of the objects", () => {
        const rule = (id: string, points: number) => ({ id, reason: `because of ${id}`, points });
        const scoring = { critical: [rule("Bad", -30)], passed: [rule("Good", 1)], advise: [rule("Better", 3)] };
        const answer = kubesecAnswer([{ object: "Pod/b.c.a", valid: true, score: -29, scoring }], [POD], "dev");
        assert.equal(answer.checks, 3);
        assert.deepEqual(told(answer), [
            "Bad | Pod a/b.c | dev | because of Bad",
            "Better | Pod a/b.c | dev | because of Better",
        ]);
        assert.throws(() => kubesecAnswer([], [POD], "dev"), /judged 0 of 1/);
    });

    it("Trivy: what failed, and namespaces without an object that must exist", () => {
        const objects = [NAMESPACE, POD, { ...POD, kind: "LimitRange" }];
        const result = (file: number, successes: number, ...ids: string[]) => ({
            Target: `${file}.yaml`,
            MisconfSummary: { Successes: successes, Failures: ids.length },
            Misconfigurations: ids.map((ID) => ({ ID, Message: "tut" })),
        });
        const Results = [
            result(0, 1, "KSV-0039", "KSV-0040"),
            result(1, 5, "KSV-0001", "KSV-0039", "KSV-0040"),
            result(2, 1, "KSV-0040"),
        ];
        assert.deepEqual(told(trivyAnswer({ Results }, objects, "dev")), [
            "KSV-0001 | Pod a/b.c | dev | tut",
            "KSV-0040 | Namespace a | dev | no ResourceQuota that passes",
        ]);
        assert.throws(() => trivyAnswer({ Results: [result(7, 0, "KSV-0001")] }, objects, "dev"), /no object was in/);
    });

    it("promtool: a fault a line, and none when there is none", () => {
        const fine = "Checking rules.yaml\n  SUCCESS: 12 rules found\n";
        assert.deepEqual(promtoolAnswer(fine, "PrometheusRule a/b"), { checks: 12, findings: [] });
        const bad = `Checking rules.yaml\n  FAILED:\nrules.yaml: group "g", rule 1, "A": could not parse expression`;
        assert.deepEqual(told(promtoolAnswer(bad, "PrometheusRule a/b")), [
            'check rules | PrometheusRule a/b | any | rules.yaml: group "g", rule 1, "A": could not parse expression',
        ]);
    });

    it("the database: a row a finding, and no answer is no good one", () => {
        const row = { check: "superusers_are", database: "postgres", object: "ROLE r", message: "one too many" };
        const other = { check: "rls_not_forced", database: "d", object: "TABLE t", message: "open" };
        const answer = databaseAnswer([JSON.stringify([row]), JSON.stringify([other]), "[]"].join("\n"));
        assert.equal(answer.checks, Object.keys(SERVER_LINTS).length + 2 * Object.keys(LINTS).length);
        assert.deepEqual(told(answer), [
            "superusers_are | ROLE r | sandbox | one too many",
            "rls_not_forced | TABLE t in d | sandbox | open",
        ]);
        assert.throws(() => databaseAnswer(""), /0 answers/);
    });
});
