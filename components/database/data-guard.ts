import * as pulumi from "@pulumi/pulumi";
import { moved, type Whereabouts } from "./data-whereabouts";
import { leaps } from "./rotation";
import { beforeUpdate } from "./update-hook";

/** What a guard says and does when a value would change. */
export interface GuardRules {
    /** Whose data it is, such as `PostgresDatabase "shop"`. */
    subject: string;
    /** What to do instead, as a sentence. */
    advice: string;
    /** Whether the change may happen all the same. */
    allowed?: boolean | undefined;
    /** Rotations by the setting that counts them; these may change, by one step up. */
    rotations?: Record<string, number> | undefined;
}

/** Settings that decide where data lies; what is left out is undefined. */
interface GuardedSettings {
    [setting: string]: pulumi.Output<string> | undefined;
}

/**
 * Remembers in the stack's state what decides where data lies, and refuses a change of it before anything happens, in
 * previews too. Without it a change would leave the data behind, or fail half-way. So would a rotation by two steps, or
 * back: clients would be left with a password that is good no longer. Destroying is another matter: that is what
 * `protect` is for.
 *
 * It is no part of the package's schema: other components are its only users.
 */
class DataGuard extends pulumi.ComponentResource {
    constructor(name: string, settings: GuardedSettings, rules: GuardRules, opts: pulumi.ComponentResourceOptions) {
        const { rotations = {} } = rules;
        const refusal = beforeUpdate(`${name}-refuse`, ({ oldInputs, newInputs }) => {
            const [before, after] = [oldInputs as Whereabouts, newInputs as Whereabouts];
            const changes = rules.allowed ? [] : moved(before, after, Object.keys(settings));
            const skipped = leaps(before, after, Object.keys(rotations));
            const lines = [
                ...(changes.length > 0
                    ? [`${rules.subject} keeps its data where it is:`, ...changes, rules.advice]
                    : []),
                ...(skipped.length > 0 ? [`${rules.subject} rotates one step at a time:`, ...skipped] : []),
            ];
            if (lines.length > 0) {
                throw new pulumi.RunError(lines.join("\n  "));
            }
        });
        const inputs = Object.entries(settings).map(([setting, value]) => [setting, value ?? ""]);
        const counts = Object.entries(rotations).map(([setting, count]) => [setting, String(count)]);
        super("bulwark:index:DataGuard", name, Object.fromEntries([...inputs, ...counts]), { ...opts, ...refusal });
        this.registerOutputs({});
    }
}

/** The settings as they are, known once a guard has let them pass: what is made with them waits for that. */
export function guarded<S extends GuardedSettings>(
    name: string,
    settings: S,
    rules: GuardRules,
    opts: pulumi.ComponentResourceOptions,
): S {
    const guard = new DataGuard(name, settings, rules, opts);
    const passed = Object.entries(settings).map(([setting, value]) => [setting, value && guard.urn.apply(() => value)]);
    return Object.fromEntries(passed) as S;
}
