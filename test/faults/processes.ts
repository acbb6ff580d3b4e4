/** Processes as the kernel tells of them, and their sudden end. */
import * as fs from "node:fs";
import { isAlive, processIdentity } from "../../sandbox/cluster/daemons";
import { until } from "../../sandbox/shell";

/** A process and everything that it has started, and what that has started: by id and start time, the eldest first. */
export function family(id: number): string[] {
    const children = new Map<number, number[]>();
    for (const name of fs.readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
        const parent = parentOf(Number(name));
        children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    }
    const below = (eldest: number): number[] => [eldest, ...(children.get(eldest) ?? []).flatMap(below)];
    return below(id)
        .map(processIdentity)
        .filter((identity) => identity !== undefined);
}

/** Kills them all at once, as far as that goes: what stands still starts nothing new meanwhile. */
export function killTogether(ids: number[]): void {
    const stopped = new Set<string>();
    for (let found = families(ids, stopped); found.length > 0; found = families(ids, stopped)) {
        for (const identity of found) {
            signal(identity, "SIGSTOP");
            stopped.add(identity);
        }
    }
    for (const identity of stopped) {
        signal(identity, "SIGKILL");
    }
}

/** Waits until none of them is there any more. */
export function untilGone(identities: string[], seconds: number): Promise<void> {
    return until(`the end of ${identities.length} processes`, seconds * 1000, () => !identities.some(isAlive));
}

function families(ids: number[], known: Set<string>): string[] {
    return ids.flatMap(family).filter((identity) => !known.has(identity));
}

function signal(identity: string, name: NodeJS.Signals): void {
    if (isAlive(identity)) {
        try {
            process.kill(Number(identity.split(" ")[0]), name);
        } catch {} // it ended meanwhile
    }
}

function parentOf(id: number): number {
    try {
        const stat = fs.readFileSync(`/proc/${id}/stat`, "utf8");
        return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    } catch {
        return 0; // it ended meanwhile
    }
}
