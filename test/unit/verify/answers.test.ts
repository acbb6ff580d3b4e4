/** What is read out of the application's answers. */
import { strict as assert } from "node:assert";
import * as vm from "node:vm";
import { SECURITY_HEADERS } from "../../../components/application/security-headers";
import { headerFaults, scriptHoles, versions } from "../../../verify/probes/application/answers";
import { CLIENT } from "../../../verify/probes/application/client";
import { readLimits } from "../../../verify/probes/application/front";
import { newLine, readEvents } from "../../../verify/probes/monitoring/records";

const SOUND = {
    ...Object.fromEntries(Object.entries(SECURITY_HEADERS).map(([name, value]) => [name.toLowerCase(), value])),
    "strict-transport-security": "max-age=31536000",
};

describe("the headers of an answer", () => {
    it("are sound as the ingress sets them, and not without one of them", () => {
        assert.deepEqual(headerFaults(SOUND), []);
        assert.equal(headerFaults({}).length, 6);
        const needed = [
            "strict-transport-security",
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
        ];
        for (const name of [...needed, "permissions-policy"]) {
            assert.notDeepEqual(headerFaults({ ...SOUND, [name]: undefined }), [], name);
        }
    });

    it("are weak with a short HSTS, with frames from anywhere, and with the whole address to everybody", () => {
        const faults = (headers: Record<string, string>) => headerFaults({ ...SOUND, ...headers }).length;
        assert.equal(faults({ "strict-transport-security": "max-age=300" }), 1);
        assert.equal(faults({ "content-security-policy": "frame-ancestors *", "x-frame-options": "DENY" }), 1);
        assert.equal(faults({ "referrer-policy": "unsafe-url" }), 1);
    });

    it("tell versions, and pages do", () => {
        const told = (headers: Record<string, string>, body = "") => versions({ headers, body }).length;
        assert.equal(told({ server: "nginx/1.22.1" }), 1);
        assert.equal(told({ server: "nginx" }, "<center>nginx</center>"), 0);
        assert.equal(told({}, "<center>nginx/1.22.1</center>"), 1);
        assert.equal(told({}, "Error: x\n    at run (/app/server.js:1:2)\n"), 1);
    });
});

describe("a Content-Security-Policy", () => {
    const holes = {
        "no policy": undefined,
        "no rule for scripts": "img-src 'self'",
        "inline scripts": "script-src 'self' 'unsafe-inline'",
        "any host": "default-src *",
        "any host by TLS": "default-src 'self' https:",
        eval: "default-src 'self' 'unsafe-eval'",
    };
    for (const [what, policy] of Object.entries(holes)) {
        it(`has a hole: ${what}`, () => assert.notDeepEqual(scriptHoles(policy), []));
    }

    it("has none when a nonce takes the place of inline scripts, or one of several policies is strict", () => {
        assert.deepEqual(scriptHoles("script-src 'nonce-abc' 'unsafe-inline'"), []);
        assert.deepEqual(scriptHoles(["default-src *", "default-src 'none'"]), []);
        assert.deepEqual(scriptHoles(SOUND["content-security-policy" as keyof typeof SOUND]), []);
    });
});

describe("the limits of an Ingress", () => {
    it("are read as the controller reads them", () => {
        const annotations = {
            "limit-rps": "5",
            "limit-burst-multiplier": "3",
            "limit-connections": "20",
            "proxy-body-size": "1m",
        };
        const full = Object.entries(annotations).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]);
        const limits = { requestsPerSecond: 5, burst: 15, connections: 20, bodySize: 1024 ** 2 };
        assert.deepEqual(readLimits(Object.fromEntries(full)), limits);
        const none = { requestsPerSecond: undefined, burst: 0, connections: undefined, bodySize: undefined };
        assert.deepEqual(readLimits({}), none);
        assert.equal(readLimits({ "nginx.ingress.kubernetes.io/limit-rps": "2" }).burst, 10);
    });
});

describe("the attackers' client", () => {
    it("finds forms and their fields as a browser does", () => {
        const context = {
            require,
            process,
            console,
            setTimeout,
            URL,
            URLSearchParams,
            given: { host: "h", path: "/" },
        };
        const body = `<form method="post" action='/in'><input type="hidden" name="_csrf" value="a&amp;b">
            <input name=user><input name="pass" type="password"><button>Go</button></form><form><textarea name="t"></textarea></form>`;
        const page = JSON.stringify({ body, path: "/start" });
        const found = vm.runInNewContext(
            `${CLIENT}\nJSON.stringify([forms(${page}), signInForm(${page}).path])`,
            context,
        );
        assert.deepEqual(JSON.parse(found as string), [
            [
                {
                    method: "POST",
                    path: "/in",
                    fields: [
                        { name: "_csrf", value: "a&b", type: "hidden" },
                        { name: "user", value: "", type: "text" },
                        { name: "pass", value: "", type: "password" },
                    ],
                },
                { method: "GET", path: "/start", fields: [{ name: "t", value: "", type: "textarea" }] },
            ],
            "/in",
        ]);
    });
});

describe("an audit log", () => {
    it("may begin and end in the middle of an event", () => {
        assert.deepEqual(readEvents(`b":1}\n{"verb":"get"}\nnull\n{"verb":"li`), [{ verb: "get" }]);
    });
});

describe("a server's log", () => {
    it("has a line that is new, also while older ones of its kind fall out of what is read", () => {
        const [old, later] = ["2026-11-01T10:00:00.000000001Z refused", "2026-11-01T10:00:59.000000001Z refused"];
        assert.equal(newLine(`${old}\n`, `${later}\n`, /refused/), later);
        assert.equal(newLine("", `${old}\n${later}\n`, /refused/), later);
    });

    it("has none when all that match were there before", () => {
        const old = "2026-11-01T10:00:00.000000001Z refused";
        assert.equal(newLine(`${old}\n`, `${old}\n2026-11-01T10:00:01.000000001Z connected\n`, /refused/), undefined);
    });
});
