/**
 * Sessions in a cookie that only the application can read or make (a JWE). The pods keep nothing about visitors, and the
 * database role can only read: any pod serves any visitor.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { EncryptJWT, jwtDecrypt } from "jose";
import type { SessionKeys } from "./session-keys";
import type { Account } from "./store";

/** What is known of a visitor. */
export interface Session {
    /** Secret behind the tokens of this session's forms; the CSRF plugin looks for it under this name. */
    _csrf?: string;
    account?: Account;
    /** When the visitor signed in, in milliseconds. */
    since?: number;
}

declare module "fastify" {
    interface FastifyRequest {
        session: Session;
    }
}

/** With this prefix browsers take the cookie only over TLS, from this very host, for all of its paths. */
export const SESSION_COOKIE = "__Host-session";

/** A visitor who does nothing is signed out after half an hour, everybody after eight hours. */
const IDLE_MS = 30 * 60_000;
const LONGEST_MS = 8 * 3_600_000;

const COOKIE_OPTIONS = { path: "/", secure: true, httpOnly: true, sameSite: "strict" } as const;

/** Gives every request of a scope its session. Needs the cookie plugin. */
export function useSessions(scope: FastifyInstance, keys: SessionKeys): void {
    // The hook gives each its own; an object here would be one for all requests.
    scope.decorateRequest("session", undefined as unknown as Session);
    scope.addHook("onRequest", async (request) => {
        const cookie = request.cookies[SESSION_COOKIE];
        request.session = cookie === undefined ? {} : await open(keys, cookie);
    });
    scope.addHook("onSend", (request, reply) => store(keys, request, reply));
}

/** Starts a session that shares nothing with the one before, so that one prepared by somebody else is worth nothing. */
export function signIn(request: FastifyRequest, { name, tenantId }: Account): void {
    request.session = { account: { name, tenantId }, since: Date.now() };
}

/** Ends the session in this browser. */
export function signOut(request: FastifyRequest): void {
    request.session = {};
}

async function open(keys: SessionKeys, cookie: string): Promise<Session> {
    try {
        const { payload } = await jwtDecrypt(cookie, ({ kid }) => keyOf(keys, kid), {
            keyManagementAlgorithms: ["dir"],
            contentEncryptionAlgorithms: ["A256GCM"],
            requiredClaims: ["exp"],
        });
        return payload.session as Session;
    } catch {
        return {}; // expired, forged, or sealed with a key of long ago: a visitor like any other
    }
}

function keyOf(keys: SessionKeys, id: string | undefined): Uint8Array {
    const found = keys.find(id);
    if (found === undefined) {
        throw new Error("no such key");
    }
    return found.key;
}

/** Sealed again with every answer: that is how the half hour begins anew. */
async function store(keys: SessionKeys, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { session } = request;
    if (session === undefined || Object.keys(session).length === 0) {
        if (request.cookies[SESSION_COOKIE] !== undefined) {
            reply.clearCookie(SESSION_COOKIE, COOKIE_OPTIONS);
        }
        return;
    }
    const now = Date.now();
    const expires = Math.min(now + IDLE_MS, (session.since ?? now) + LONGEST_MS);
    const { id, key } = keys.current();
    const sealed = await new EncryptJWT({ session: { ...session } })
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: id })
        .setExpirationTime(new Date(expires))
        .encrypt(key);
    reply.setCookie(SESSION_COOKIE, sealed, COOKIE_OPTIONS);
}
