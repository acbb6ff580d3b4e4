/** The notes of the visitor's tenant. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { sendPage } from "./html";
import { type Assets, notesPage } from "./pages";
import { Refusal } from "./security";
import type { Account, Store } from "./store";

const SEARCH_SCHEMA = {
    querystring: {
        type: "object",
        properties: { search: { type: "string", maxLength: 100, default: "" } },
    },
};

const NOTE_SCHEMA = {
    body: {
        type: "object",
        required: ["body"],
        properties: { body: { type: "string", minLength: 1, maxLength: 2_000, pattern: "\\S" } },
    },
};

/** The routes. */
export function notesRoutes(site: FastifyInstance, assets: Assets, store: Store): void {
    site.get<{ Querystring: { search: string } }>("/", { schema: SEARCH_SCHEMA }, async (request, reply) => {
        const { account } = request.session;
        if (account === undefined) {
            return reply.redirect("/sign-in", 303);
        }
        const { search } = request.query;
        const [content, connection] = await Promise.all([store.notes(account.tenantId, search), store.connection()]);
        const page = notesPage({
            assets,
            visitor: account.name,
            content,
            search,
            connection,
            token: reply.generateCsrf(),
            writable: store.writable,
        });
        return sendPage(reply, page);
    });

    site.post<{ Body: { body: string } }>(
        "/notes",
        { schema: NOTE_SCHEMA, preValidation: site.csrfProtection },
        async (request, reply) => {
            const author = signedIn(request);
            if (!store.writable) {
                throw new Refusal(403, "no credentials for writing are mounted");
            }
            await store.addNote(author, request.body.body);
            return reply.redirect("/", 303);
        },
    );
}

function signedIn(request: FastifyRequest): Account {
    const { account } = request.session;
    if (account === undefined) {
        throw new Refusal(403, "nobody is signed in");
    }
    return account;
}
