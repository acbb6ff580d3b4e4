/** A line of JSON for each event, without anything that would let its reader in: no cookie, token, query or form. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { type DestinationStream, type Logger, pino } from "pino";

/** The logger. Headers and bodies aren't left out by name: they never get in. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
    const serializers = { req: requestFields, res: responseFields, err: errorFields };
    return pino({ level, serializers, timestamp: pino.stdTimeFunctions.isoTime, base: null }, destination);
}

function requestFields(request: FastifyRequest) {
    const [path] = request.url.split("?");
    return { method: request.method, path, client: request.ip };
}

function responseFields(reply: FastifyReply) {
    return { status: reply.statusCode };
}

/** Not the whole of it: what the database tells of a row (`detail`, `where`) is a visitor's. */
function errorFields(error: Error & { code?: string }): Record<string, unknown> {
    const { cause } = error;
    return {
        type: error.name,
        code: error.code,
        message: error.message,
        stack: error.stack,
        ...(cause instanceof Error && { cause: errorFields(cause) }),
    };
}
