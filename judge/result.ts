/** What judges are, and what they answer. Pure. */
import type { Rendered } from "./rendering";

/** One thing that a judge holds against one object. */
export interface Finding {
    judge: string;
    /** The judge's own name of the check, such as `CKV_K8S_40`. */
    check: string;
    /** Such as `Deployment secure-app/secure-app`. */
    object: string;
    /** The stack whose object it is. */
    stack: string;
    /** The judge's own words. */
    message: string;
}

/** What a judge says of what it was shown. */
export interface Answer {
    /** How many answers it gave, good and bad ones; none would mean that it saw nothing. */
    checks: number;
    findings: Finding[];
}

/** A judge that is ready. */
export type Sitting = (rendered: Rendered[]) => Promise<Answer>;

/** An outside judge. */
export interface Judge {
    name: string;
    /** The version that is asked, always the same one. */
    version: string;
    /** What it looks at, for the table. */
    about: string;
    /**
     * Gets the judge ready.
     *
     * @throws SandboxError when it can't be had here, with the reason.
     */
    obtain(): Promise<Sitting>;
}

/** What became of a judge in a run. */
export interface Verdict extends Answer {
    judge: Judge;
    /** Why it wasn't asked; undefined when it was. */
    notRun?: string;
}

/** The answers about several stacks, in one. */
export function together(answers: Answer[]): Answer {
    return {
        checks: answers.reduce((sum, { checks }) => sum + checks, 0),
        findings: answers.flatMap(({ findings }) => findings),
    };
}

/** An object's name as findings and exceptions say it, without the hash of its content that a name may end with. */
export function objectName(kind: string, namespace: string | undefined, name: string): string {
    const stable = name.replace(/-[0-9a-f]{10}$/, "-HASH");
    return namespace ? `${kind} ${namespace}/${stable}` : `${kind} ${stable}`;
}
