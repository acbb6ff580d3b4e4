/** What Falco would say against a file of rules when it loads them, and more. */
import { parse } from "yaml";
import { type Check, type Condition, parseCondition } from "./falco-grammar";
import names from "./falco-names.json";

/** An element of a file of rules. */
export interface Item {
    rule?: string;
    macro?: string;
    list?: string;
    items?: (string | number)[];
    desc?: string;
    condition?: string;
    output?: string;
    priority?: string;
    source?: string;
    tags?: string[];
    override?: Record<string, string>;
}

/** Where events come from, with what is there before our file. */
export type Source = "syscall" | "k8s_audit";

const PRIORITIES = ["EMERGENCY", "ALERT", "CRITICAL", "ERROR", "WARNING", "NOTICE", "INFO", "DEBUG"];
const KINDS = ["rule", "macro", "list"] as const;
const OVERRIDABLE = {
    rule: ["condition", "output", "desc", "tags", "exceptions", "priority", "enabled"],
    macro: ["condition"],
    list: ["items"],
};

/** The elements of a file of rules. */
export function itemsOf(text: string): Item[] {
    return parse(text) as Item[];
}

/** The faults of a file of rules, each with the name of the element that has it. */
export function rulesFaults(text: string, source: Source): string[] {
    const upstream = source === "syscall" ? names : { macros: [], lists: [], rules: [] };
    const known = {
        rule: new Set<string>(upstream.rules),
        macro: new Set<string>(upstream.macros),
        list: new Set<string>(upstream.lists),
    };
    const fields = new Set<string>(source === "syscall" ? names.syscallFields : names.auditFields);
    const used = new Set<string>();
    const own: string[] = [];
    const faults: string[] = [];

    for (const item of itemsOf(text)) {
        const kind = KINDS.find((each) => item[each] !== undefined);
        if (kind === undefined) {
            faults.push(`${JSON.stringify(item)}: neither rule nor macro nor list`);
            continue;
        }
        const name = item[kind] as string;
        const report = (fault: string) => faults.push(`${name}: ${fault}`);
        if (item.override) {
            overrideFaults(kind, item).forEach(report);
            if (!known[kind].has(name)) {
                report("overrides what isn't there");
            }
        } else if (known[kind].has(name)) {
            report("is there already, and this is no override");
        } else if (kind !== "rule") {
            own.push(name);
        }
        if (kind === "rule" && !item.override) {
            ruleFaults(item, source).forEach(report);
        }
        for (const [field] of (item.output ?? "").matchAll(/(?<=%)[\w.]*/g)) {
            if (!fields.has(field)) {
                report(`the output has the unknown field "${field}"`);
            }
        }
        for (const fault of conditionFaults(item, { ...known, fields, used })) {
            report(fault);
        }
        known[kind].add(name);
    }
    for (const name of own.filter((each) => !used.has(each))) {
        faults.push(`${name}: is never used`);
    }
    return faults;
}

function overrideFaults(kind: (typeof KINDS)[number], item: Item): string[] {
    return Object.entries(item.override ?? {}).flatMap(([member, way]) => [
        ...(OVERRIDABLE[kind].includes(member) ? [] : [`"${member}" can't be overridden`]),
        ...(way === "append" || way === "replace" ? [] : [`"${way}" is no way to override`]),
        ...(member in item ? [] : [`overrides "${member}" and gives none`]),
    ]);
}

function ruleFaults(item: Item, source: Source): string[] {
    const missing = (["desc", "condition", "output", "priority"] as const).filter((member) => !item[member]);
    return [
        ...missing.map((member) => `has no ${member}`),
        ...(item.priority && !PRIORITIES.includes(item.priority) ? [`"${item.priority}" is no priority`] : []),
        ...((item.source ?? "syscall") === source ? [] : [`is for events of ${item.source ?? "syscall"}`]),
    ];
}

interface Known {
    macro: Set<string>;
    list: Set<string>;
    fields: Set<string>;
    used: Set<string>;
}

function conditionFaults(item: Item, known: Known): string[] {
    if (item.condition === undefined) {
        return [];
    }
    let condition: Condition;
    try {
        condition = parseCondition(item.condition);
    } catch (error) {
        return [(error as Error).message];
    }
    return leaves(condition).flatMap((leaf) =>
        leaf.kind === "macro" ? macroFaults(leaf.name, known) : checkFaults(leaf, known),
    );
}

/** Falco resolves a macro only where it was defined before. */
function macroFaults(name: string, { macro, used }: Known): string[] {
    used.add(name);
    return macro.has(name) ? [] : [`there is no macro "${name}" before it`];
}

/** A bare word with an underscore is meant for a list: nothing that our rules compare with is written so. */
function checkFaults({ field, values }: Check, { list, fields, used }: Known): string[] {
    const bare = values.filter(({ quoted }) => !quoted);
    for (const { text } of bare) {
        used.add(text);
    }
    const words = bare.filter(({ text }) => /^[a-z]+(_[a-z0-9]+)+$/.test(text));
    return [
        ...(fields.has(field) ? [] : [`there is no field "${field}"`]),
        ...words.filter(({ text }) => !list.has(text)).map(({ text }) => `there is no list "${text}" before it`),
    ];
}

/** The macros and comparisons that a condition is made of. */
function leaves(condition: Condition): Extract<Condition, { kind: "macro" | "check" }>[] {
    switch (condition.kind) {
        case "and":
        case "or":
            return condition.parts.flatMap(leaves);
        case "not":
            return leaves(condition.part);
        default:
            return [condition];
    }
}
