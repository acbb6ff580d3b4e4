/** checkov: its rules about Kubernetes, those about how objects relate included. */
import * as path from "node:path";
import { run } from "../../sandbox/shell";
import { yamlStream } from "../../scripts/yaml-stream";
import { withFiles } from "../files";
import { checkovCommand } from "../programs";
import { type Manifest, nameOfObject } from "../rendering";
import { type Answer, type Judge, together } from "../result";

/** The parts of checkov's JSON that matter here. */
export interface CheckovReport {
    results: { failed_checks: { check_id: string; check_name: string; resource: string }[] };
    summary: { passed: number; failed: number; parsing_errors: number };
}

export const checkov: Judge = {
    name: "checkov",
    version: "3.3.30",
    about: "workloads, RBAC, Secrets, and how objects relate",
    async obtain() {
        const [python, ...module] = await checkovCommand();
        const options = ["--framework", "kubernetes", "--output", "json", "--compact", "--quiet", "--soft-fail"];
        return async (rendered) => {
            const answers: Answer[] = [];
            for (const { stack, objects } of rendered) {
                const report = await withFiles({ "stack.yaml": yamlStream(objects) }, (folder) =>
                    // Without this option it asks its makers' server for the texts of guidelines.
                    run(python, [...module, ...options, "--skip-download", "-f", path.join(folder, "stack.yaml")]),
                );
                answers.push(checkovAnswer(JSON.parse(report), objects, stack));
            }
            return together(answers);
        };
    },
};

export function checkovAnswer({ results, summary }: CheckovReport, objects: Manifest[], stack: string): Answer {
    if (summary.parsing_errors > 0) {
        throw new Error(`checkov couldn't read ${summary.parsing_errors} files of ${stack}`);
    }
    // It puts what has no namespace into the default one.
    const names = new Map(
        objects.map((object) => {
            const { namespace = "default", name } = object.metadata;
            return [`${object.kind}.${namespace}.${name}`, nameOfObject(object)];
        }),
    );
    return {
        checks: summary.passed + summary.failed,
        findings: results.failed_checks.map(({ check_id, check_name, resource }) => ({
            judge: checkov.name,
            check: check_id,
            object: names.get(resource) ?? resource,
            stack,
            message: check_name,
        })),
    };
}
