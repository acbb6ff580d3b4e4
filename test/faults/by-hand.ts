/** What docs/operations.md tells to do by hand when an update says that something is there already. */
import { CommandError } from "@pulumi/pulumi/automation";
import { kubectl } from "../e2e/support/kubectl";
import { unknownTo } from "./orphans";
import { recover } from "./recovery";
import { sql } from "./server";
import type { SmallStack } from "./small-stack";

/** A line of a stack trace, of which nobody should see one. */
export const STACK_TRACE = /\n\s+at (async )?[\w.<>]+ \(|node:internal/;

/** How many objects may be in the way, one `up` after the other. */
const ATTEMPTS = 5;

/** Runs `up` until it succeeds, and between two takes away what is in the way; returns what that was. */
export async function converge(small: SmallStack): Promise<string[]> {
    const removed: string[] = [];
    for (let attempt = 1; ; attempt++) {
        try {
            await small.stack.up();
            return removed;
        } catch (error) {
            const known = attempt < ATTEMPTS && error instanceof CommandError;
            const found = known ? await takeAway(error.message, small) : [];
            if (found.length === 0) {
                throw error;
            }
            removed.push(...found);
        }
    }
}

async function takeAway(message: string, { stack, node, prefix, database }: SmallStack): Promise<string[]> {
    if (/another operation \(install\/upgrade\/rollback\) is in progress/.test(message)) {
        await recover(stack, node);
        return ["helm's operation"];
    }
    const named = [...message.matchAll(/(\w+) "([\w.-]+)" already exists/g)].map(([, kind = "", name = ""]) => ({
        kind,
        name,
    }));
    const inServer = named.filter(({ kind }) => kind === "role" || kind === "database");
    for (const { kind, name } of inServer) {
        await sql(database, `DROP ${kind} "${name}"`, "postgres");
    }
    const inCluster = named.length > inServer.length ? await unknownTo(stack, prefix) : [];
    const objects = inCluster
        .map((title) => /^(\w+) (.*)\/(.*)$/.exec(title) ?? [])
        .filter(([, , , name]) => named.some((each) => each.name === name))
        .map(([, kind = "", namespace = "", name = ""]) => [kind, name, ...(namespace ? ["-n", namespace] : [])]);
    const releases = [...message.matchAll(/Helm release ([\w-]+)\/([\w-]+) .*cannot re-?use a name/g)].map(
        ([, namespace = "", name = ""]) => ["secret", "-n", namespace, "-l", `owner=helm,name=${name}`],
    );
    for (const args of [...objects, ...releases]) {
        await kubectl("delete", ...args);
    }
    return [
        ...inServer.map(({ kind, name }) => `${kind} ${name}`),
        ...[...objects, ...releases].map((args) => args.join(" ")),
    ];
}
