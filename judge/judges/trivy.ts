/** Trivy's checks of settings, all severities: Kubernetes' and those of the CIS and NSA guides. */

import { TRIVY_VERSION } from "../../sandbox/programs/pins";
import { run } from "../../sandbox/shell";
import { trivyProgram } from "../../scripts/trivy-program";
import { filesOf, objectOf, withFiles } from "../files";
import { type Manifest, nameOfObject } from "../rendering";
import { type Answer, type Finding, type Judge, objectName, together } from "../result";

/** The parts of Trivy's JSON that matter here. */
export interface TrivyReport {
    Results?: {
        Target: string;
        MisconfSummary: { Successes: number; Failures: number };
        Misconfigurations?: { ID: string; Message: string }[];
    }[];
}

/**
 * Checks for the existence of an object: Trivy asks each object whether it is the one, and all others fail. A namespace
 * passes when one of its objects does.
 */
const EXISTENCE: Record<string, string> = { "KSV-0039": "LimitRange", "KSV-0040": "ResourceQuota" };

export const trivy: Judge = {
    name: "trivy config",
    version: TRIVY_VERSION,
    about: "workloads, RBAC, ConfigMaps, at every severity",
    async obtain() {
        const program = await trivyProgram();
        const options = ["config", "--quiet", "--skip-check-update", "--skip-version-check", "--format", "json"];
        return async (rendered) => {
            const answers: Answer[] = [];
            for (const { stack, objects } of rendered) {
                const report = await withFiles(filesOf(objects), (folder) => run(program, [...options, folder]));
                answers.push(trivyAnswer(JSON.parse(report), objects, stack));
            }
            return together(answers);
        };
    },
};

export function trivyAnswer({ Results = [] }: TrivyReport, objects: Manifest[], stack: string): Answer {
    const failures = Results.flatMap(({ Target, Misconfigurations = [] }) =>
        Misconfigurations.map(({ ID, Message }) => ({ ID, Message, object: objectOf(Target, objects) })),
    );
    const finding = (check: string, object: string, message: string): Finding => ({
        judge: trivy.name,
        check,
        object,
        stack,
        message,
    });
    const ordinary = failures.filter(({ ID }) => EXISTENCE[ID] === undefined);
    const missing = Object.entries(EXISTENCE).flatMap(([check, kind]) => {
        const failing = failures.filter(({ ID }) => ID === check).map(({ object }) => object);
        const passing = objects.filter((object) => object.kind === kind && !failing.includes(object));
        return objects
            .filter((object) => object.kind === "Namespace")
            .filter(({ metadata }) => !passing.some((object) => object.metadata.namespace === metadata.name))
            .map(({ metadata }) =>
                finding(check, objectName("Namespace", undefined, metadata.name), `no ${kind} that passes`),
            );
    });
    const successes = Results.reduce((sum, { MisconfSummary }) => sum + MisconfSummary.Successes, 0);
    const findings = [
        ...ordinary.map(({ ID, Message, object }) => finding(ID, nameOfObject(object), Message)),
        ...missing,
    ];
    return { checks: successes + findings.length, findings };
}
