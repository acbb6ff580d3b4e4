import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
    ALLOWED_RESPONSE_HEADERS,
    headersFault,
    headersVersion,
    responseHeaders,
    SECURITY_HEADERS,
} from "../../../components/application/security-headers";

describe("security headers", () => {
    it("are strict by default", () => {
        assert.deepEqual(responseHeaders({}), {
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
        });
    });

    it("leave HSTS to the controller, which knows where the certificate is real", () => {
        assert.ok(!ALLOWED_RESPONSE_HEADERS.includes("Strict-Transport-Security"));
    });

    it("are all accepted by the controller, in name and value", () => {
        assert.equal(headersFault(SECURITY_HEADERS), undefined);
        for (const name of ALLOWED_RESPONSE_HEADERS) {
            // The controller's own rule for names.
            assert.match(name, /^[a-zA-Z\d\-_]+$/);
        }
        assert.equal(new Set(ALLOWED_RESPONSE_HEADERS).size, ALLOWED_RESPONSE_HEADERS.length);
    });

    it("give way to the user's, and an empty one is left to the application", () => {
        const headers = responseHeaders({ "X-Frame-Options": "SAMEORIGIN", "Content-Security-Policy": "" });
        assert.equal(headers["X-Frame-Options"], "SAMEORIGIN");
        assert.ok(!("Content-Security-Policy" in headers));
        assert.equal(headers["X-Content-Type-Options"], "nosniff");
        assert.equal(headersFault({ "Content-Security-Policy": "" }), undefined);
    });

    it("are refused where the controller would answer 503", () => {
        assert.equal(
            headersFault({ "x-frame-options": "DENY" }),
            'must spell the header "X-Frame-Options" just so, is "x-frame-options"',
        );
        assert.equal(
            headersFault({ "Set-Cookie": "a=b" }),
            `must name headers that the controller lets an Ingress set, is "Set-Cookie"; they are ${ALLOWED_RESPONSE_HEADERS.join(", ")}`,
        );
        assert.equal(
            headersFault({ "Cache-Control": "no-store\nSet-Cookie: a=b" }),
            'must have values of one line in ASCII, is "no-store\\nSet-Cookie: a=b" for "Cache-Control"',
        );
    });

    it("never let a line break through", () => {
        fc.assert(
            fc.property(fc.string(), fc.string(), fc.constantFrom("\r", "\n"), (before, after, lineBreak) => {
                assert.notEqual(headersFault({ "Cache-Control": before + lineBreak + after }), undefined);
            }),
        );
    });

    it("have a version that depends on content, not on order", () => {
        const version = headersVersion({ A: "1", B: "2" });
        assert.match(version, /^[0-9a-f]{10}$/);
        assert.equal(headersVersion({ B: "2", A: "1" }), version);
        assert.notEqual(headersVersion({ A: "1", B: "3" }), version);
    });
});
