import * as fs from "node:fs";
import { until } from "../../../sandbox/shell";
import type { ApiEvent } from "../../unit/monitoring/support/audit-fields";
import { cluster } from "./stack";

/** What the tests look at of an event of the API server's audit log. */
export interface AuditEvent extends ApiEvent {
    level: string;
    sourceIPs: string[];
    requestObject?: unknown;
    responseObject?: unknown;
}

/** The audit log from a moment on. */
export class AuditLog {
    private constructor(
        private readonly file: string,
        private readonly start: number,
    ) {}

    /** The log from now on. */
    static async fromNow(): Promise<AuditLog> {
        const { auditLog } = await cluster();
        return new AuditLog(auditLog, fs.statSync(auditLog).size);
    }

    /** What has been written since. A log that was begun anew in the meantime counts from its beginning. */
    text(): string {
        const log = fs.readFileSync(this.file);
        return log.subarray(log.length < this.start ? 0 : this.start).toString("utf8");
    }

    /** The events so far; the last line may be half written. */
    events(): AuditEvent[] {
        const lines = this.text().split("\n").slice(0, -1);
        return lines.map((line) => JSON.parse(line) as AuditEvent);
    }

    /** The first event that is meant. It is logged a moment after the client has had its answer. */
    async find(what: string, isMeant: (event: AuditEvent) => boolean): Promise<AuditEvent> {
        let found: AuditEvent | undefined;
        await until(`${what} is in the audit log`, 30_000, async () => {
            found = this.events().find(isMeant);
            return found !== undefined;
        });
        return found as AuditEvent;
    }
}
