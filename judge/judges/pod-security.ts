/** The API server's own Pod Security evaluator, at the level that each pod's namespace enforces. */
import { run } from "../../sandbox/shell";
import { goJudge } from "../programs";
import { type Manifest, nameOfObject, type Rendered } from "../rendering";
import { type Answer, type Judge, together } from "../result";
import { podTemplate } from "../workloads";

const ENFORCE = "pod-security.kubernetes.io/enforce";

/** What judge/programs/current/podsecurity answers. */
export interface PodVerdict {
    object: string;
    checks: number;
    forbidden: { reason: string; detail: string }[];
}

export const podSecurity: Judge = {
    name: "Pod Security",
    version: "0.37.2",
    about: "the API server's own evaluator, on each pod at the level that its namespace enforces",
    async obtain() {
        const program = await goJudge("podsecurity");
        return async (rendered) =>
            together(
                await Promise.all(
                    rendered.map(async ({ stack, objects }) => {
                        const { templates, unlabelled } = questions(objects);
                        const verdicts = JSON.parse(await run(program, [], { input: JSON.stringify(templates) }));
                        return together([podSecurityAnswer(verdicts, stack), withoutLevel(unlabelled, stack)]);
                    }),
                ),
            );
    },
};

/** What the evaluator is asked, and the objects for which there is no level to ask for. */
export function questions(objects: Rendered["objects"]) {
    const namespaces = new Map(
        objects
            .filter(({ kind }) => kind === "Namespace")
            .map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
    );
    const pods = objects.filter((object) => podTemplate(object) !== undefined);
    const labelsOf = ({ metadata }: Manifest) => namespaces.get(metadata.namespace ?? "") ?? {};
    const templates = pods.flatMap((object) => {
        const labels = labelsOf(object);
        const { metadata, spec } = podTemplate(object) ?? { spec: {} };
        const level = labels[ENFORCE];
        return level === undefined
            ? []
            : [
                  {
                      object: nameOfObject(object),
                      level,
                      version: labels[`${ENFORCE}-version`] ?? "latest",
                      metadata: { labels: metadata?.labels, annotations: metadata?.annotations },
                      spec,
                  },
              ];
    });
    return {
        templates,
        unlabelled: pods.filter((object) => labelsOf(object)[ENFORCE] === undefined).map(nameOfObject),
    };
}

export function podSecurityAnswer(verdicts: PodVerdict[], stack: string): Answer {
    return {
        checks: verdicts.reduce((sum, { checks }) => sum + checks, 0),
        findings: verdicts.flatMap(({ object, forbidden }) =>
            forbidden.map(({ reason, detail }) => ({
                judge: podSecurity.name,
                check: reason,
                object,
                stack,
                message: detail,
            })),
        ),
    };
}

function withoutLevel(objects: string[], stack: string): Answer {
    const message = `its namespace has no label ${ENFORCE}`;
    const findings = objects.map((object) => ({ judge: podSecurity.name, check: "level", object, stack, message }));
    return { checks: objects.length, findings };
}
