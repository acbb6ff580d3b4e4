/** What Falco's plugin for audit events makes of one. */
import type { FalcoEvent } from "./falco-engine";

/** The parts of an audit event that our rules look at. */
export interface ApiEvent {
    stage: string;
    verb: string;
    requestURI: string;
    user: { username: string };
    impersonatedUser?: { username?: string };
    objectRef?: { resource?: string; subresource?: string; namespace?: string; name?: string };
    responseStatus?: { code?: number };
    annotations?: Record<string, string>;
}

/** The fields of an event; those without a value are left out. */
export function auditFields(event: ApiEvent): FalcoEvent {
    const { objectRef } = event;
    const fields = {
        "ka.stage": event.stage,
        "ka.verb": event.verb,
        "ka.uri": event.requestURI,
        "ka.user.name": event.user.username,
        "ka.impuser.name": event.impersonatedUser?.username,
        "ka.target.resource": objectRef?.resource,
        "ka.target.subresource": objectRef?.subresource,
        "ka.target.namespace": objectRef?.namespace,
        "ka.target.name": objectRef?.name,
        "ka.response.code": event.responseStatus?.code?.toString(),
        "ka.auth.decision": event.annotations?.["authorization.k8s.io/decision"],
        "evt.num": "1",
    };
    return Object.fromEntries(
        Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
}
