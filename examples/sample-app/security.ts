/** Headers for browsers, and requests that are refused before anything looks into them. */
import { BlockList, isIPv6 } from "node:net";
import helmet from "@fastify/helmet";
import type { FastifyInstance, FastifyRequest } from "fastify";

/** A request that is refused, with the status of the answer. */
export class Refusal extends Error {
    override name = "Refusal";

    constructor(
        readonly statusCode: number,
        message: string,
    ) {
        super(message);
    }
}

/** Whether the headers of the peer are believed. Of the chain only the last proxy is: it alone has seen its client. */
export function trustOf(proxies: BlockList): (address: string, hop: number) => boolean {
    return (address, hop) => hop === 0 && proxies.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/**
 * The headers. HSTS is missing on purpose: whether all of the host's name has TLS for a year is known to the ingress
 * controller, which sends it.
 */
export async function useSecurityHeaders(app: FastifyInstance): Promise<void> {
    await app.register(helmet, {
        contentSecurityPolicy: {
            useDefaults: false,
            directives: {
                defaultSrc: ["'none'"],
                styleSrc: ["'self'"],
                imgSrc: ["'self'"],
                formAction: ["'self'"],
                frameAncestors: ["'none'"],
                baseUri: ["'none'"],
            },
        },
        frameguard: { action: "deny" },
        // Not `no-referrer`: forms would be sent with `Origin: null`.
        referrerPolicy: { policy: "same-origin" },
        strictTransportSecurity: false,
    });
}

/** Refuses requests that change something and come in the clear or from another site, whatever their token says. */
export function refuseForeignWrites(scope: FastifyInstance): void {
    scope.addHook("onRequest", async (request) => {
        if (request.method !== "POST") {
            return;
        }
        if (!isConfidential(request)) {
            throw new Refusal(403, "the request came without TLS");
        }
        const site = request.headers["sec-fetch-site"];
        if (site !== undefined && site !== "same-origin") {
            throw new Refusal(403, "the request came from another site");
        }
    });
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** By TLS as far as the proxy, or by `kubectl port-forward`, which is one TLS connection and ends within the pod. */
function isConfidential(request: FastifyRequest): boolean {
    const peer = request.socket.remoteAddress ?? "";
    return request.protocol === "https" || LOOPBACK.check(peer, isIPv6(peer) ? "ipv6" : "ipv4");
}
