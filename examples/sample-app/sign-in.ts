/** Signing in and out. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { sendPage } from "./html";
import type { Metrics } from "./metrics";
import { type Assets, signInPage } from "./pages";
import { verifyPassword } from "./passwords";
import { Refusal } from "./security";
import { signIn, signOut } from "./session";
import type { Store } from "./store";

interface SignInForm {
    name: string;
    password: string;
}

const FORM_SCHEMA = {
    body: {
        type: "object",
        required: ["name", "password"],
        properties: {
            name: { type: "string", minLength: 1, maxLength: 64 },
            password: { type: "string", minLength: 1, maxLength: 256 },
        },
    },
};

/** Wrong guesses that a pod takes: from one address, and for one account from everywhere. */
const BY_ADDRESS = { max: 10, timeWindow: 60_000 };
const BY_ACCOUNT = { max: 10, timeWindow: 15 * 60_000 };

/** The routes. */
export function signInRoutes(site: FastifyInstance, assets: Assets, store: Store, { signIns }: Metrics): void {
    const limits = [
        site.createRateLimit({ ...BY_ADDRESS, keyGenerator: (request) => request.ip }),
        site.createRateLimit({ ...BY_ACCOUNT, keyGenerator: (request) => accountName(request) }),
    ];

    site.get("/sign-in", async (request, reply) =>
        request.session.account ? reply.redirect("/", 303) : sendPage(reply, signInPage(assets, reply.generateCsrf())),
    );

    site.post<{ Body: SignInForm }>(
        "/sign-in",
        { schema: FORM_SCHEMA, preValidation: site.csrfProtection },
        async (request, reply) => {
            for (const limit of limits) {
                const state = await limit(request, { increment: false });
                if (!state.isAllowed && state.remaining === 0) {
                    signIns.inc({ outcome: "limited" });
                    reply.header("Retry-After", state.ttlInSeconds);
                    throw new Refusal(429, "too many attempts to sign in");
                }
            }
            const account = await store.findAccount(accountName(request));
            const right = await verifyPassword(request.body.password, account?.passwordHash);
            if (account === undefined || !right) {
                signIns.inc({ outcome: "refused" });
                await Promise.all(limits.map((limit) => limit(request)));
                // Not the name: some type their password there.
                request.log.warn("an attempt to sign in was refused");
                const page = signInPage(assets, reply.generateCsrf(), "The name or the password is wrong.");
                return sendPage(reply.code(403), page);
            }
            signIns.inc({ outcome: "accepted" });
            request.log.info({ account: account.name }, "signed in");
            signIn(request, account);
            return reply.redirect("/", 303);
        },
    );

    site.post("/sign-out", { preValidation: site.csrfProtection }, async (request, reply) => {
        signOut(request);
        return reply.redirect("/sign-in", 303);
    });
}

function accountName(request: FastifyRequest): string {
    return (request.body as SignInForm).name.trim().toLowerCase();
}
