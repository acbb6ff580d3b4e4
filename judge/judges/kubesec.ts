/** kubesec: what costs points, and what would earn some. */

import { run } from "../../sandbox/shell";
import { yamlStream } from "../../scripts/yaml-stream";
import { goJudge } from "../programs";
import { type Manifest, nameOfObject } from "../rendering";
import { type Answer, type Judge, together } from "../result";
import { podTemplate } from "../workloads";

interface Rule {
    id: string;
    reason: string;
    points: number;
}

/** The parts of kubesec's JSON that matter here, an entry an object and in their order. */
export interface KubesecReport {
    object: string;
    valid: boolean;
    score: number;
    message?: string;
    scoring: { critical?: Rule[]; passed?: Rule[]; advise?: Rule[] };
}

export const kubesec: Judge = {
    name: "kubesec",
    version: "2.14.2",
    about: "hardening of pods; an advice that isn't followed counts as a finding",
    async obtain() {
        const program = await goJudge("kubesec");
        return async (rendered) =>
            together(
                await Promise.all(
                    rendered.map(async ({ stack, objects }) => {
                        const pods = objects.filter((object) => podTemplate(object) !== undefined);
                        const reports = await run(program, [], { input: yamlStream(pods.map(judgeable)) });
                        return kubesecAnswer(JSON.parse(reports), pods, stack);
                    }),
                ),
            );
    },
};

/** It knows no jobs: their pods are shown instead. */
function judgeable(object: Manifest): Manifest {
    const template = podTemplate(object);
    return ["Job", "CronJob"].includes(object.kind) && template !== undefined
        ? {
              apiVersion: "v1",
              kind: "Pod",
              metadata: { ...object.metadata, ...template.metadata, name: object.metadata.name },
              spec: template.spec,
          }
        : object;
}

export function kubesecAnswer(reports: KubesecReport[], pods: Manifest[], stack: string): Answer {
    if (reports.length !== pods.length) {
        throw new Error(`kubesec judged ${reports.length} of ${pods.length} objects of ${stack}`);
    }
    return together(
        reports.map(({ valid, message, scoring }, index) => {
            const object = nameOfObject(pods[index] as Manifest);
            const { critical = [], passed = [], advise = [] } = scoring;
            const unread = valid ? [] : [{ id: "valid", reason: message ?? "it couldn't be read" }];
            const findings = [...unread, ...critical, ...advise].map(({ id, reason }) => ({
                judge: kubesec.name,
                check: id,
                object,
                stack,
                message: reason,
            }));
            return { checks: passed.length + findings.length, findings };
        }),
    );
}
