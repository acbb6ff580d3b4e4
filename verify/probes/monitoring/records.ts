/** Whether somebody who looks can see what was done: in the API server's audit log, and in the database's. */
import * as fs from "node:fs";
import type { Field } from "../../field";
import { held, type Outcome, type Probe, through, Unproven, unproven } from "../../probe";
import { BAIT, layBait } from "../database/bait";
import { inApplication, EXCLUSIVE as ONE_DATABASE, serverPlace } from "../database/psql";
import { within } from "./within";

const SECONDS = 20;

/** The part of an event that is looked at. */
export interface AuditEvent {
    verb: string;
    user?: { username?: string };
    objectRef?: { resource?: string; subresource?: string; namespace?: string; name?: string };
    responseObject?: unknown;
    responseStatus?: { code?: number };
}

/** Waits for an event that is written after something was done. */
async function recorded(
    field: Field,
    deed: () => Promise<unknown>,
    isMeant: (event: AuditEvent) => boolean,
): Promise<AuditEvent | undefined> {
    const { auditLog: file } = field.surroundings;
    if (file === undefined) {
        throw new Unproven("the API server's log can't be read from here: name its file by --audit-log");
    }
    const size = () => {
        try {
            return fs.statSync(file).size;
        } catch {
            throw new Unproven(`${file} can't be read`);
        }
    };
    const start = size();
    await deed();
    let events: AuditEvent[] = [];
    const found = await within(SECONDS, async () => {
        // A log that was begun anew in the meantime counts from its beginning.
        events = readEvents(readFrom(file, size() < start ? 0 : start));
        return events.find(isMeant);
    });
    if (found === undefined && events.length === 0) {
        throw new Unproven(`nothing at all was written to ${file} meanwhile: it may be another cluster's`);
    }
    return found;
}

/** The rest of a file that may be large. */
export function readFrom(file: string, start: number): string {
    const descriptor = fs.openSync(file, "r");
    try {
        const rest = Buffer.alloc(Math.max(0, fs.fstatSync(descriptor).size - start));
        return rest.toString("utf8", 0, fs.readSync(descriptor, rest, 0, rest.length, start));
    } finally {
        fs.closeSync(descriptor);
    }
}

/** The last line may be half written, and the first one may be the rest of one. */
export function readEvents(text: string): AuditEvent[] {
    return text.split("\n").flatMap((line) => {
        try {
            const event = JSON.parse(line) as AuditEvent | null;
            return typeof event === "object" && event !== null ? [event] : [];
        } catch {
            return [];
        }
    });
}

/** The last line that matches and wasn't there before. Each line has its time, so that no two are alike. */
export function newLine(before: string, now: string, pattern: RegExp): string | undefined {
    const known = new Set(before.split("\n"));
    return now.split("\n").findLast((line) => pattern.test(line) && !known.has(line));
}

/** Waits for a line of the database's log that is written after something was done. */
async function logged(field: Field, deed: () => Promise<unknown>, pattern: RegExp, control: RegExp): Promise<Outcome> {
    const { namespace, pod, container } = await serverPlace(field);
    const query = `container=${container}&timestamps=true&sinceSeconds=${SECONDS + 40}`;
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log?${query}`;
    const before = await field.api.text(path);
    await deed();
    let log = "";
    const found = await within(SECONDS, async () => {
        log = await field.api.text(path);
        return newLine(before, log, pattern);
    });
    if (found !== undefined) {
        return held(`the server's log has it: ${found}`);
    }
    return control.test(log) || log === ""
        ? through(`nothing of it in the server's log of the last ${SECONDS + 40} s`)
        : unproven("the server's log holds none of its usual lines: it may be kept elsewhere");
}

const event = (what: AuditEvent) => {
    const { resource, subresource, namespace, name } = what.objectRef ?? {};
    const object = [resource, subresource].filter(Boolean).join("/");
    return `${what.verb} ${object} ${namespace}/${name} by ${what.user?.username}, ${what.responseStatus?.code}`;
};

export const RECORDS: Probe[] = [
    {
        name: "exec-recorded",
        layer: "monitoring",
        attack: "runs a shell in the application's pod through the API server",
        gain: "looks around and leaves no trace",
        expected: "the API server's audit log says who did it, and in which pod",
        ifOff: "the log has nothing",
        attackers: ["twin"],
        async run(field) {
            const { place } = field.attacker("twin");
            const found = await recorded(
                field,
                () => field.run(place, "true"),
                ({ objectRef }) => objectRef?.subresource === "exec" && objectRef.name === place.pod,
            );
            return found ? held(event(found)) : through(`no exec in ${place.pod} in ${SECONDS} s`);
        },
    },
    {
        name: "secret-read-recorded",
        layer: "monitoring",
        attack: "reads the Secret with the application's credentials through the API server",
        gain: "has the credentials, and nobody changes them",
        expected: "the API server's audit log says who did it, without what is in the Secret",
        ifOff: "the log has nothing, or the Secret itself",
        attackers: [],
        async run(field) {
            const { namespace, credentialsSecret: name } = field.target.application;
            if (name === undefined) {
                return unproven("the stack doesn't tell the Secret with the application's credentials");
            }
            const found = await recorded(
                field,
                () => field.api.ask("GET", `/api/v1/namespaces/${namespace}/secrets/${name}`),
                ({ verb, objectRef }) =>
                    verb === "get" &&
                    objectRef?.resource === "secrets" &&
                    objectRef.namespace === namespace &&
                    objectRef.name === name,
            );
            if (found === undefined) {
                return through(`no read of ${namespace}/${name} in ${SECONDS} s`);
            }
            return found.responseObject === undefined
                ? held(event(found))
                : through("the log holds the Secret's content for everybody who reads logs");
        },
    },
    {
        name: "failed-login-recorded",
        layer: "monitoring",
        attack: "tries a wrong password at the database",
        gain: "guesses on for as long as it takes",
        expected: "the server's log has each failed attempt",
        ifOff: "the log has nothing",
        attackers: ["twin"],
        exclusive: ONE_DATABASE,
        run: (field) =>
            logged(
                field,
                () =>
                    inApplication(field, "(PGPASSWORD=wrong; psql -XAtqc 'SELECT 1' >/dev/null 2>&1 </dev/null); true"),
                /FATAL: +password authentication failed for user/,
                /connection/,
            ),
    },
    {
        name: "schema-change-recorded",
        layer: "monitoring",
        attack: "changes a table in the name of the database's owner",
        gain: "plants something, or drops a table, and nobody can say who it was",
        expected: "the server's audit log has it",
        ifOff: "the log has nothing",
        attackers: [],
        exclusive: ONE_DATABASE,
        run: async (field) => {
            await layBait(field);
            return logged(
                field,
                () => layBait(field, `COMMENT ON TABLE ${BAIT} IS 'verify'`),
                new RegExp(`AUDIT: .*${BAIT}`),
                /connection/,
            );
        },
    },
];
