/** Reads single settings for the rules between them. Pure; no Pulumi import. */
import type { Fault } from "./faults";
import type { Field } from "./field";
import { shown } from "./show";

/** A rule between settings: yields a fault for each violation. */
export type Rule = (read: Reader) => Iterable<Fault>;

/** Path of a setting without the namespace, such as `database.access.ownerRole`. */
export type SettingPath = string;

/**
 * The settings as the user gave them, over their defaults. A setting with a fault of its own reads as left out without
 * a default, so that no rule reports it a second time.
 */
export class Reader {
    private readonly fallbacks: Map<SettingPath, unknown>;
    private readonly faulty: SettingPath[];

    constructor(
        private readonly raw: Record<string, unknown>,
        fields: Field[],
        faults: Fault[],
        private readonly secretKeys: ReadonlySet<string>,
    ) {
        this.fallbacks = new Map(fields.map(({ path, value }) => [path.join("."), value]));
        this.faulty = faults.map(({ path }) => path.join("."));
    }

    /** Whether the groups around a setting, or the group itself, are what they should be. */
    reaches(path: SettingPath): boolean {
        return !this.faulty.some((fault) => `${path}.`.startsWith(`${fault}.`));
    }

    /** Whether the configuration holds the setting, right or wrong. A switch that is off counts as left out. */
    given(path: SettingPath): boolean {
        const value = this.at(path);
        return value !== undefined && value !== false;
    }

    text(path: SettingPath): string | undefined {
        const value = this.value(path);
        return typeof value === "number" ? String(value) : typeof value === "string" ? value : undefined;
    }

    number(path: SettingPath): number | undefined {
        const value = this.value(path);
        return typeof value === "number" ? value : undefined;
    }

    isOn(path: SettingPath): boolean {
        return this.value(path) === true;
    }

    isEmpty(path: SettingPath): boolean {
        const value = this.value(path);
        return typeof value === "object" && value !== null && Object.keys(value).length === 0;
    }

    list(path: SettingPath): unknown[] | undefined {
        const value = this.value(path);
        return Array.isArray(value) ? value : undefined;
    }

    /** Whether the configuration keeps the setting secret. */
    isSecret(path: SettingPath): boolean {
        const [key = ""] = path.split(".");
        return this.secretKeys.has(key);
    }

    /** The setting's value for a message. */
    shown(path: SettingPath): string {
        return this.isSecret(path) ? "[secret]" : shown(this.at(path) ?? this.fallbacks.get(path));
    }

    private value(path: SettingPath): unknown {
        return this.isUnsound(path) ? undefined : (this.at(path) ?? this.fallbacks.get(path));
    }

    /** Whether there is a fault of the setting itself, of one of its members or of a group around it. */
    private isUnsound(path: SettingPath): boolean {
        return this.faulty.some((fault) => `${fault}.`.startsWith(`${path}.`) || `${path}.`.startsWith(`${fault}.`));
    }

    private at(path: SettingPath): unknown {
        return path.split(".").reduce<unknown>((value, step) => {
            const isGroup = typeof value === "object" && value !== null && Object.hasOwn(value, step);
            return isGroup ? (value as Record<string, unknown>)[step] : undefined;
        }, this.raw);
    }
}

/** A fault at a setting. */
export function at(path: SettingPath, reason: string): Fault {
    return { path: path.split("."), reason };
}
