/** Attacks from within the application's container, tried in its twin: the same pod, with tools. */
import type { Field } from "../../field";
import { type Outcome, type Probe, stopped, unproven } from "../../probe";

/** What a script found, line by line: what was tried, `worked` or `failed`, and what was seen. */
export interface Attempt {
    what: string;
    worked: boolean;
    seen: string;
}

/** An attack by a script that prints its attempts. */
export interface ScriptAttack extends Omit<Probe, "layer" | "attackers" | "run"> {
    script: (field: Field) => string;
    /** Attempts that must work in an ordinary pod, to show that the script can succeed at all. Defaults to all of them. */
    controls?: string[];
}

/** Shell function that runs a command and prints whether it worked. */
export const TRY = `try() { what="$1"; shift
    if seen=$( "$@" 2>&1 ); then echo "$what|worked|$seen" | tr '\\n' ' '; else echo "$what|failed|$seen" | tr '\\n' ' '; fi; echo; }`;

export function readAttempts(stdout: string): Attempt[] {
    return stdout
        .split("\n")
        .map((line) => line.trim().split("|"))
        .filter(([, word]) => word === "worked" || word === "failed")
        .map(([what = "", word, ...seen]) => ({
            what,
            worked: word === "worked",
            seen: seen.join("|").trim() || word || "",
        }));
}

/** A probe that runs the same script in the twin, where it must fail, and in an ordinary pod, where it must work. */
export function inTwin({ script, controls, ...probe }: ScriptAttack): Probe {
    return {
        ...probe,
        layer: "container",
        attackers: ["twin", "stranger"],
        run: async (field) => {
            const [inside, ordinary] = await Promise.all(
                (["twin", "stranger"] as const).map(async (name) =>
                    readAttempts((await field.run(field.attacker(name).place, script(field))).stdout),
                ),
            );
            return judge(inside ?? [], ordinary ?? [], controls);
        },
    };
}

export function judge(inside: Attempt[], ordinary: Attempt[], controls?: string[]): Outcome {
    const needed = controls ?? inside.map(({ what }) => what);
    const dead = needed.find((what) => !ordinary.some((each) => each.what === what && each.worked));
    if (dead !== undefined && !inside.some(({ worked }) => worked)) {
        return unproven(`the control failed: "${dead}" doesn't work in an ordinary pod either`);
    }
    const { verdict, evidence } = stopped(inside);
    return { verdict, evidence: needed.length > 0 ? `${evidence} (control: works in an ordinary pod)` : evidence };
}
