/** Response headers that browsers turn into protection. Pure; no Pulumi import. */
import { entriesFingerprint } from "../fingerprint";

/**
 * Strict without knowing the application: everything comes from its own origin, nobody frames it, and no device is
 * asked for. HSTS is missing on purpose: the controller sends it, and only where the certificate is real.
 */
export const SECURITY_HEADERS: Record<string, string> = {
    "Content-Security-Policy":
        "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy":
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
};

/**
 * The only response headers that an Ingress may set, for the controller's `global-allowed-response-headers`. The
 * controller compares them case-sensitively and answers 503 for an Ingress that sets another one.
 */
export const ALLOWED_RESPONSE_HEADERS = [
    ...Object.keys(SECURITY_HEADERS),
    "Content-Security-Policy-Report-Only",
    "Cross-Origin-Embedder-Policy",
    "Origin-Agent-Cluster",
    "Reporting-Endpoints",
    "X-DNS-Prefetch-Control",
    "X-Robots-Tag",
    "X-XSS-Protection",
    "Cache-Control",
];

/** What the controller accepts as a value (internal/ingress/annotations/customheaders), else it answers 503. */
const VALUE = /^[a-zA-Z\d_ :;.,\\/"'?!(){}[\]@<>=\-+*#$&`|~^%]+$/;

/** The secure defaults with the user's own headers over them; an empty value leaves the header to the application. */
export function responseHeaders(own: Record<string, string>): Record<string, string> {
    const all = Object.entries({ ...SECURITY_HEADERS, ...own });
    return Object.fromEntries(all.filter(([, value]) => value !== ""));
}

/** What is wrong with the user's headers, or undefined. */
export function headersFault(own: Record<string, string>): string | undefined {
    for (const [name, value] of Object.entries(own)) {
        if (!ALLOWED_RESPONSE_HEADERS.includes(name)) {
            return unknownHeader(name);
        }
        if (value !== "" && !VALUE.test(value)) {
            return `must have values of one line in ASCII, is ${JSON.stringify(value)} for "${name}"`;
        }
    }
    return undefined;
}

/** A part for a name that changes whenever a header does. */
export function headersVersion(headers: Record<string, string>): string {
    return entriesFingerprint(headers, 10);
}

function unknownHeader(name: string): string {
    const meant = ALLOWED_RESPONSE_HEADERS.find((allowed) => allowed.toLowerCase() === name.toLowerCase());
    return meant
        ? `must spell the header "${meant}" just so, is "${name}"`
        : `must name headers that the controller lets an Ingress set, is "${name}"; they are ${ALLOWED_RESPONSE_HEADERS.join(", ")}`;
}
