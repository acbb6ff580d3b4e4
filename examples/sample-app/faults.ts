/** What a visitor is told when something fails: what to do, and nothing about the inside. */
import type { FastifyInstance } from "fastify";
import { sendPage } from "./html";
import { type Assets, faultPage } from "./pages";

const REASONS: Record<number, [title: string, reason: string]> = {
    400: ["Not understood", "The form isn’t filled in as expected."],
    403: ["Refused", "The form is too old or isn’t one of this site’s. Go back to the notes and try again."],
    404: ["Not found", "There is nothing at this address."],
    413: ["Too large", "That is more than this site takes."],
    415: ["Not understood", "This site takes forms only."],
    429: ["Too many attempts", "Wait a few minutes, then try again."],
    503: ["Not available", "The database can’t be reached, or there is too much to do. Try again in a moment."],
};

const UNKNOWN: [string, string] = ["Failed", "Something went wrong. Whoever runs this site finds more in its log."];

/** Answers with pages whenever something fails. */
export function faults(app: FastifyInstance, assets: Assets): void {
    const page = (status: number, requestId: string) => {
        const [title, reason] = REASONS[status] ?? UNKNOWN;
        return faultPage(assets, title, reason, requestId);
    };
    app.setNotFoundHandler((request, reply) => sendPage(reply.code(404), page(404, request.id)));
    app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
        const { statusCode = 500 } = error;
        const level = statusCode >= 500 ? "error" : "info";
        request.log[level](error, `answered with ${statusCode}`);
        return sendPage(reply.code(statusCode), page(statusCode, request.id));
    });
}
