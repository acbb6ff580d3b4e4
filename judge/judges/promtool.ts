/** promtool: the alert rules are what Prometheus takes. That they fire when they should is tested with the unit tests. */
import * as path from "node:path";
import { stringify } from "yaml";
import { VARIANTS } from "../../docs/exposed-ports-data";
import { promtoolProgram } from "../../sandbox/programs/promtool";
import { record } from "../../test/unit/support/recorder";
import { withFiles } from "../files";
import { outputOf } from "../programs";
import { type Answer, type Judge, objectName, together } from "../result";

const RULES = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";

export const promtool: Judge = {
    name: "promtool",
    version: "Debian's",
    about: "alert rules",
    async obtain() {
        const program = await promtoolProgram();
        return async () => {
            const { program: alerts } = VARIANTS.find(({ when }) => when === "Alerts") ?? {};
            const registered = alerts === undefined ? [] : await record(alerts);
            const answers: Answer[] = [];
            for (const { inputs } of registered.filter(({ type }) => type === RULES)) {
                const { metadata, spec } = inputs as { metadata: { name: string; namespace?: string }; spec: object };
                const object = objectName("PrometheusRule", metadata.namespace, metadata.name);
                const said = await withFiles({ "rules.yaml": stringify(spec) }, (folder) => {
                    const args = ["check", "rules", "--lint=all", path.join(folder, "rules.yaml")];
                    // It says on standard error what is wrong.
                    return outputOf("sh", ["-c", 'exec "$0" "$@" 2>&1', program, ...args]);
                });
                answers.push(promtoolAnswer(said, object));
            }
            return together(answers);
        };
    },
};

/** Faults are told a line each, before or after a count of the rules, which comes only when the file could be read. */
export function promtoolAnswer(said: string, object: string): Answer {
    const rules = Number(/(\d+) rules found/.exec(said)?.[1] ?? 0);
    const faults = said
        .split("\n")
        .filter((line) => line.trim() !== "" && !/^Checking |SUCCESS: |^\s*FAILED:$/.test(line));
    return {
        checks: rules + faults.length,
        findings: faults.map((message) => ({
            judge: promtool.name,
            check: "check rules",
            object,
            stack: "any",
            message: message.trim(),
        })),
    };
}
