/** Faults in the settings, and the error that reports them all. */
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { sortOf } from "../components/sort-of";
import { type Field, hiddenReason, namesAt } from "./field";
import { configPath, printable } from "./show";
import { nearest } from "./suggest";

/** What is wrong with one setting. */
export interface Fault {
    /** Path of the setting, without the namespace. */
    path: PropertyKey[];
    /** What it must be, what it is, and what to do. */
    reason: string;
}

/** All faults in the stack's settings. The user sees the message alone, without a stack trace. */
export class SettingsError extends pulumi.RunError {
    constructor(public readonly faults: readonly Fault[]) {
        const lines = faults.map(({ path, reason }) => `  ${configPath(path)}: ${printable(reason)}`);
        const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
        super(`The stack's settings have ${count}:\n${lines.join("\n")}`);
        this.name = "SettingsError";
    }
}

/** What the schema and the configuration say about where a fault is. */
export interface Place {
    schema: z.core.$ZodType;
    fields: Field[];
    secretKeys: ReadonlySet<string>;
}

/** The faults in what zod found. */
export function faultsOf(issue: z.core.$ZodIssue, raw: Record<string, unknown>, place: Place): Fault[] {
    const [key] = issue.path;
    const isSecret = place.secretKeys.has(String(key));
    if (issue.code === "unrecognized_keys") {
        return issue.keys.map((name) => unknownSetting(issue.path, name, place));
    }
    if (issue.code === "custom") {
        const path = isSecret ? maskedPath(issue.path, place.fields) : issue.path;
        return [{ path, reason: (isSecret && hiddenReason(issue)) || issue.message }];
    }
    const names = namesAt(place.schema, issue.path) ?? [];
    const sort = sortOf(valueAt(raw, issue.path));
    if (names.length === 0) {
        return [{ path: issue.path, reason: `must be a list of settings, is ${sort}` }];
    }
    const example = configPath([...issue.path, names[0] ?? ""]);
    return [
        {
            path: issue.path,
            reason: `must be an object of settings (${names.join(", ")}), is ${sort}; set its members, for example by "pulumi config set --path ${example} …"`,
        },
    ];
}

function unknownSetting(group: PropertyKey[], name: string, place: Place): Fault {
    const known = namesAt(place.schema, group) ?? [];
    if (place.secretKeys.has(String(group[0]))) {
        return { path: group, reason: `holds a setting that does not exist; it may hold ${known.join(", ")}` };
    }
    const here = nearest(name, known);
    const elsewhere = place.fields.filter(({ path }) => path.length > 1 && path.at(-1) === name);
    const advice = here
        ? `did you mean ${configPath([...group, here])}?`
        : elsewhere.length > 0
          ? `did you mean ${elsewhere.map(({ path }) => configPath(path)).join(" or ")}?`
          : `${group.length > 0 ? configPath(group) : "a stack"} may hold ${known.join(", ")}`;
    return { path: [...group, name], reason: `is not a setting; ${advice}` };
}

/** Names within a secret object are secret too; only what the schema knows is shown. */
function maskedPath(path: PropertyKey[], fields: Field[]): PropertyKey[] {
    const field = fields.find((each) =>
        each.path.every((step, index) => path[index] === step || (step === 0 && typeof path[index] === "number")),
    );
    return field?.path ?? path;
}

function valueAt(raw: unknown, path: PropertyKey[]): unknown {
    return path.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step], raw);
}
