/** Tells which rules hold for an event, as Falco would: a small interpreter of conditions. */
import { BlockList, isIPv6 } from "node:net";
import { type Item, itemsOf } from "./falco-checker";
import { type Check, type Condition, parseCondition } from "./falco-grammar";

/** Fields of an event that have a value. */
export type FalcoEvent = Record<string, string>;

/** What the macros and lists of Falco's own rules come down to, for the events that the tests make up. */
const OF_FALCO: { macros: Record<string, (event: FalcoEvent) => boolean>; lists: Record<string, string[]> } = {
    macros: {
        never_true: () => false,
        container: (event) => event["container.id"] !== "host",
        spawned_process: (event) => event["evt.type"] === "execve",
        shell_procs: (event) => ["sh", "bash"].includes(event["proc.name"] ?? ""),
        container_entrypoint: (event) => event["proc.pname"] === "runc",
        open_read: (event) => event["evt.is_open_read"] === "true",
        outbound: (event) => event["evt.type"] === "connect" && !/^(10|127)\./.test(event["fd.ip"] ?? ""),
    },
    lists: { shell_binaries: ["sh", "bash"], package_mgmt_binaries: ["apk", "apt", "npm", "pip"] },
};

/** The rules of files that Falco loads one after the other. */
export class Rules {
    private readonly rules = new Map<string, Condition>();
    private readonly macros = new Map<string, Condition>();
    private readonly lists = new Map<string, string[]>(Object.entries(OF_FALCO.lists));

    constructor(...texts: string[]) {
        for (const item of texts.flatMap(itemsOf)) {
            this.add(item);
        }
    }

    /** Names of the rules that hold for an event. */
    matching(event: FalcoEvent): string[] {
        return [...this.rules].filter(([, condition]) => this.holds(condition, event)).map(([name]) => name);
    }

    private add({ rule, macro, list, items = [], condition = "", override }: Item): void {
        if (list !== undefined) {
            const before = override?.items === "append" ? (this.lists.get(list) ?? []) : [];
            this.lists.set(list, [...before, ...items.map(String)]);
        } else if (macro !== undefined) {
            this.macros.set(macro, parseCondition(condition));
        } else if (rule !== undefined) {
            this.rules.set(rule, parseCondition(condition));
        }
    }

    private holds(condition: Condition, event: FalcoEvent): boolean {
        switch (condition.kind) {
            case "and":
                return condition.parts.every((part) => this.holds(part, event));
            case "or":
                return condition.parts.some((part) => this.holds(part, event));
            case "not":
                return !this.holds(condition.part, event);
            case "macro":
                return this.macroHolds(condition.name, event);
            case "check":
                return this.checkHolds(condition, event);
        }
    }

    private macroHolds(name: string, event: FalcoEvent): boolean {
        const own = this.macros.get(name);
        if (own) {
            return this.holds(own, event);
        }
        const ofFalco = OF_FALCO.macros[name];
        if (ofFalco === undefined) {
            throw new ReferenceError(`no macro ${name}`);
        }
        return ofFalco(event);
    }

    /** A field without a value makes every comparison false. */
    private checkHolds({ field, operator, values }: Check, event: FalcoEvent): boolean {
        const actual = event[field];
        const [wanted = ""] = values.map(({ text }) => text);
        if (actual === undefined) {
            return false;
        }
        switch (operator) {
            case "exists":
                return true;
            case "=":
                return matches(field, actual, wanted);
            case "!=":
                return !matches(field, actual, wanted);
            case "startswith":
                return actual.startsWith(wanted);
            case "contains":
                return actual.includes(wanted);
            case "glob":
                return new RegExp(`^${wanted.replaceAll("*", ".*")}$`).test(actual);
            case "in":
                return values.flatMap(({ text }) => this.lists.get(text) ?? [text]).includes(actual);
            default:
                throw new RangeError(`the tests know no operator ${operator}`);
        }
    }
}

function matches(field: string, actual: string, wanted: string): boolean {
    if (field !== "fd.net") {
        return actual === wanted;
    }
    const [network = "", prefix] = wanted.split("/");
    const range = new BlockList();
    range.addSubnet(network, Number(prefix), "ipv4");
    return !isIPv6(actual) && range.check(actual, "ipv4");
}
