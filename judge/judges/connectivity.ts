/** np-guard's netpol-analyzer: the connections that the policies leave open are exactly the declared ones. */

import { exits, exposures } from "../../docs/exposed-ports";
import { run } from "../../sandbox/shell";
import { yamlStream } from "../../scripts/yaml-stream";
import { type Connection, declared, measured } from "../connectivity";
import { withFiles } from "../files";
import { goJudge } from "../programs";
import { type Answer, type Judge, together } from "../result";
import { judgedStacks } from "../stacks";
import { stageObjects, stageOf } from "../stage";

export const connectivity: Judge = {
    name: "netpol-analyzer",
    version: "1.4.4",
    about: "NetworkPolicies: what they leave open is what docs/exposed-ports.md declares, no more and no less",
    async obtain() {
        const program = await goJudge("netpolicy");
        return async (rendered) => {
            const ways = { exposures: await exposures(), exits: await exits() };
            const answers: Answer[] = [];
            for (const { stack, objects } of rendered) {
                const stage = stageOf(objects);
                const files = { "stage.yaml": yamlStream(stageObjects(stage)) };
                const list = await withFiles(files, (folder) =>
                    run(program, ["list", "--quiet", "--output", "json", "--dirpath", folder]),
                );
                // Also when it couldn't read the file it ends well, with an empty list.
                const found = measured(stage, JSON.parse(list) as Connection[]);
                const has = judgedStacks.find(({ name }) => name === stack)?.has ?? (() => false);
                const ofStack = ({ when }: { when: string }) => has(when);
                const wanted = declared(stage, ways.exposures.filter(ofStack), ways.exits.filter(ofStack));
                answers.push(connectivityAnswer(wanted, found, stack));
            }
            return together(answers);
        };
    },
};

export function connectivityAnswer(wanted: Set<string>, found: Set<string>, stack: string): Answer {
    const findings = (check: string, connections: string[]) =>
        connections.map((object) => ({ judge: connectivity.name, check, object, stack, message: check }));
    return {
        checks: new Set([...wanted, ...found]).size,
        findings: [
            ...findings(
                "open but not declared",
                [...found].filter((each) => !wanted.has(each)),
            ),
            ...findings(
                "declared but not open",
                [...wanted].filter((each) => !found.has(each)),
            ),
        ],
    };
}
