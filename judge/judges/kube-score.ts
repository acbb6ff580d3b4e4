/** kube-score: workloads, Services, policies and budgets, and how they fit together. */

import * as path from "node:path";
import { yamlStream } from "../../scripts/yaml-stream";
import { withFiles } from "../files";
import { goJudge, outputOf } from "../programs";
import { type Answer, type Judge, objectName, together } from "../result";

/** The parts of kube-score's JSON that matter here. */
export interface KubeScoreReport {
    type_meta: { kind: string };
    object_meta: { name: string; namespace?: string };
    checks: {
        check: { id: string };
        grade: number;
        skipped: boolean;
        comments: { path: string; summary: string }[] | null;
    }[];
}

const GOOD = 10;
/** Not its wishes for limits that equal requests: a burst above what is reserved is meant. */
const OPTIONAL = ["container-seccomp-profile", "container-ports-check"];

export const kubeScore: Judge = {
    name: "kube-score",
    version: "1.20.0",
    about: "workloads, Services, policies, budgets, and how they fit together; warnings count",
    async obtain() {
        const program = await goJudge("kube-score");
        const options = ["score", "--kubernetes-version", "v1.35", "--output-format", "json"];
        return async (rendered) => {
            const answers: Answer[] = [];
            for (const { stack, objects } of rendered) {
                const optional = OPTIONAL.flatMap((test) => ["--enable-optional-test", test]);
                const report = await withFiles({ "stack.yaml": yamlStream(objects) }, (folder) =>
                    outputOf(program, [...options, ...optional, path.join(folder, "stack.yaml")]),
                );
                answers.push(kubeScoreAnswer(JSON.parse(report), stack));
            }
            return together(answers);
        };
    },
};

export function kubeScoreAnswer(reports: KubeScoreReport[], stack: string): Answer {
    const asked = reports.flatMap(({ type_meta, object_meta, checks }) =>
        checks
            .filter(({ skipped }) => !skipped)
            .map((each) => ({ ...each, object: objectName(type_meta.kind, object_meta.namespace, object_meta.name) })),
    );
    return {
        checks: asked.length,
        findings: asked
            .filter(({ grade }) => grade < GOOD)
            .map(({ check, comments, object }) => ({
                judge: kubeScore.name,
                check: check.id,
                object,
                stack,
                message: (comments ?? [])
                    .map(({ path: where, summary }) => (where ? `${where}: ${summary}` : summary))
                    .join("; "),
            })),
    };
}
