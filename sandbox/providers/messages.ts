/** What a provider says: errors as gRPC statuses, messages through the engine, and never a secret. */
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, type LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { PartialFailure } from "./resource-type";
import { type Decoded, decode, encode, redact } from "./wire";

/** An error with a gRPC status of its own. */
export class StatusError extends Error {
    constructor(
        readonly code: grpc.status,
        message: string,
    ) {
        super(message);
    }
}

/** The secrets seen in one call, kept out of every message that the call produces. */
export class Secrets {
    /** The properties to mark when a call fails after it made something. */
    marked = new Set<string>();
    private readonly texts: Set<string>;

    constructor(configSecrets: Set<string>) {
        this.texts = new Set(configSecrets);
    }

    decode(struct: Struct | undefined): Decoded {
        const decoded = decode(struct);
        for (const text of decoded.secretTexts) {
            this.texts.add(text);
        }
        return decoded;
    }

    hide(message: string): string {
        return redact(message, this.texts);
    }
}

/** Messages to the user, through the engine. */
export class EngineLog {
    private client: EngineClient | undefined;

    constructor(address: string | undefined) {
        if (address) {
            this.attach(address);
        }
    }

    attach(address: string): void {
        this.client = new EngineClient(address, grpc.credentials.createInsecure());
    }

    log(severity: LogSeverity, message: string, urn: string): void {
        const request = new LogRequest().setSeverity(severity).setMessage(message).setUrn(urn);
        // A message that can't be delivered is no reason to fail the operation it is about.
        this.client?.log(request, () => undefined);
    }
}

export function statusOf(error: unknown, secrets: Secrets): Partial<grpc.StatusObject> {
    const message = secrets.hide(error instanceof Error ? error.message : String(error));
    if (error instanceof StatusError) {
        return { code: error.code, details: message };
    }
    if (error instanceof PartialFailure) {
        return {
            code: grpc.status.UNKNOWN,
            details: message,
            metadata: partialFailureDetails(error, message, secrets),
        };
    }
    return { code: grpc.status.UNKNOWN, details: message };
}

/** gRPC carries structured errors in this metadata key; the Node library leaves it to its users. */
function partialFailureDetails(error: PartialFailure, message: string, secrets: Secrets): grpc.Metadata {
    const failure = new ErrorResourceInitFailed()
        .setId(error.id)
        .setProperties(encode(error.outputs, secrets.marked))
        .setReasonsList(error.reasons.map((reason) => secrets.hide(reason)));
    const detail = new Any();
    detail.pack(failure.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status();
    status.setCode(grpc.status.UNKNOWN).setMessage(message).addDetails(detail);
    const metadata = new grpc.Metadata();
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    return metadata;
}
