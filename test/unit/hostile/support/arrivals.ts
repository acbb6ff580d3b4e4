/** Makes components, and finds what arrived of the texts that they were given. */
import { strict as assert } from "node:assert";
import * as bulwark from "../../../../components/index";
import { type Registration, record } from "../../support/recorder";
import { decoded } from "./decoded";

/** Stands in every planted text. */
export const MARK = "MARK";

/** A text of a registration that holds the mark. */
export interface Arrival {
    where: string;
    text: string;
}

type Component = new (name: string, args: Record<string, unknown>) => unknown;

/** What a component of the package registers when it is made. */
export async function make(component: string, args: Record<string, unknown>): Promise<Registration[]> {
    const Class = (bulwark as unknown as Record<string, Component>)[component];
    assert.ok(Class, component);
    return record(() => new Class("sample", args));
}

/** Every text of the registrations that holds a part of the planted one. */
export function arrived(all: Registration[]): Arrival[] {
    const found: Arrival[] = [];
    const walk = (value: unknown, where: string) => {
        if (typeof value === "string" && value.includes(MARK)) {
            found.push({ where, text: value });
        } else if (typeof value === "object" && value !== null) {
            for (const [key, member] of Object.entries(value)) {
                walk(key, `${where} (key)`);
                walk(member, `${where}.${key}`);
            }
        }
    };
    for (const { type, name, inputs } of all) {
        walk(name, `name of ${type}`);
        walk(inputs, type);
    }
    return found;
}

/** Whether who reads the text gets one of the planted ones out of it, as it was given. */
export function isExact({ where, text }: Arrival, given: string[]): boolean {
    const read = decoded(text);
    return given.some((each) => read.includes(each) || (where.endsWith(".runbook_url") && text.startsWith(`${each}#`)));
}
