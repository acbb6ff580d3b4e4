import * as pulumi from "@pulumi/pulumi";
import { moved, type Whereabouts } from "./data-whereabouts";
import { beforeUpdate } from "./update-hook";

/** What a guard says and does when a value would change. */
export interface GuardRules {
    /** Whose data it is, such as `PostgresDatabase "shop"`. */
    subject: string;
    /** What to do instead, as a sentence. */
    advice: string;
    /** Whether the change may happen all the same. */
    allowed?: boolean | undefined;
}

/** Settings that decide where data lies; what is left out is undefined. */
interface GuardedSettings {
    [setting: string]: pulumi.Output<string> | undefined;
}

/**
 * Remembers in the stack's state what decides where data lies, and refuses a change of it before anything happens, in
 * previews too. Without it a change would leave the data behind, or fail half-way. Destroying is another matter: that is
 * what `protect` is for.
 *
 * It is no part of the package's schema: other components are its only users.
 */
class DataGuard extends pulumi.ComponentResource {
    constructor(name: string, settings: GuardedSettings, rules: GuardRules, opts: pulumi.ComponentResourceOptions) {
        const refusal = beforeUpdate(`${name}-refuse`, ({ oldInputs, newInputs }) => {
            const changes = moved(oldInputs as Whereabouts, newInputs as Whereabouts);
            if (changes.length > 0 && !rules.allowed) {
                const lines = [`${rules.subject} keeps its data where it is:`, ...changes, rules.advice];
                throw new pulumi.RunError(lines.join("\n  "));
            }
        });
        const inputs = Object.entries(settings).map(([setting, value]) => [setting, value ?? ""]);
        super("bulwark:index:DataGuard", name, Object.fromEntries(inputs), { ...opts, ...refusal });
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
