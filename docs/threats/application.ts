/** Threats that the application layer stops, with the application's own part. */
import type { Threat } from "./threat";

const VALUES = "components/application/ingress-nginx-values.ts";
const ANNOTATIONS = "components/application/annotations.ts";
const HEADERS = "components/application/security-headers.ts";

export const APPLICATION: Threat[] = [
    {
        threat: "Bots flood an endpoint",
        defence: "Limits on requests and connections of each client address; 429 beyond them",
        code: [ANNOTATIONS, VALUES],
        probes: ["application/request-flood", "application/open-connections"],
    },
    {
        threat: "A client gets round the limits by naming another address in each request",
        defence: "Forwarding headers count from `ingress.controller.trustedProxyCidrs` alone, which is empty",
        code: [VALUES],
        probes: ["application/spoofed-client"],
    },
    {
        threat: "A client holds connections open by sending slowly",
        defence: "Ten seconds between two pieces of the head or the body",
        code: [VALUES],
        probes: ["application/slow-header", "application/slow-body"],
    },
    {
        threat: "A client fills memory or disk with one request",
        defence: "`ingress.maxBodySize`, 1 MB",
        code: [ANNOTATIONS],
        probes: ["application/huge-body"],
    },
    {
        threat: "Somebody on the way reads or changes what is sent",
        defence: "TLS 1.2 or 1.3 alone; plain HTTP is redirected; HSTS tells browsers to stay with it",
        code: [ANNOTATIONS, VALUES, "components/application/ingress-tls.ts"],
        probes: ["application/plain-http", "application/old-tls"],
    },
    {
        threat: "A scanner learns what runs there, by address, names, versions or odd paths",
        defence: "No answer and no certificate for unknown hosts, no versions, no metrics from outside",
        code: [VALUES, "examples/sample-app/operations.ts"],
        probes: ["application/unknown-host", "application/version-disclosure", "application/path-tricks"],
    },
    {
        threat: "Another site frames the application, or a foreign script runs in its pages",
        defence: "Secure response headers by default, without snippets: CSP, no frames, nosniff, and others",
        code: [HEADERS, "components/application/protected-ingress.ts"],
        probes: ["application/security-headers", "application/inline-script"],
    },
    {
        threat: "Whoever may write an Ingress injects configuration into the controller",
        defence: "No snippets, annotations up to risk level Medium, a list of refused words, a list of allowed headers",
        code: [VALUES, HEADERS],
        probes: [],
        tests: ["test/unit/application/ingress-nginx-values.test.ts"],
    },
    {
        threat: "A session is stolen or forged in a browser, by another site or by markup that somebody left",
        defence:
            "The application's own part, which the sample application shows: `__Host-` cookies, tokens in forms, escaped templates",
        code: ["examples/sample-app/session.ts", "examples/sample-app/security.ts", "examples/sample-app/html.ts"],
        probes: [
            "application/cookies",
            "application/forged-form",
            "application/reflected-script",
            "application/stored-script",
        ],
    },
];
