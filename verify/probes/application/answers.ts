/** What the application's answers give away, and what they leave open in a browser. */
import { held, type Probe, stopped, through, unproven } from "../../probe";
import type { Answer } from "./client";
import { EXCLUSIVE, front } from "./front";

const HALF_A_YEAR = 15_768_000;

type Headers = Answer["headers"];

/** What is wrong with an answer's headers. Pure. */
export function headerFaults(headers: Headers): string[] {
    const value = (name: string) => [headers[name] ?? []].flat().join(", ").toLowerCase();
    const csp = value("content-security-policy");
    const age = Number(/max-age=(\d+)/.exec(value("strict-transport-security"))?.[1] ?? 0);
    const framed = csp.includes("frame-ancestors")
        ? /frame-ancestors [^;]*(\*|https?:)/.test(csp)
        : !/^(deny|sameorigin)/.test(value("x-frame-options"));
    return [
        ...(age >= HALF_A_YEAR
            ? []
            : [`Strict-Transport-Security is ${value("strict-transport-security") || "missing"}`]),
        ...(csp === "" ? ["Content-Security-Policy is missing"] : []),
        ...(value("x-content-type-options").startsWith("nosniff") ? [] : ["X-Content-Type-Options isn't nosniff"]),
        ...(framed ? ["other sites may frame it"] : []),
        ...(/^$|unsafe-url|no-referrer-when-downgrade/.test(value("referrer-policy"))
            ? [`Referrer-Policy is ${value("referrer-policy") || "missing"}`]
            : []),
        ...(value("permissions-policy") === "" ? ["Permissions-Policy is missing"] : []),
    ];
}

/** How a page's policy lets foreign code in. Several policies hold together. Pure. */
export function scriptHoles(policy: string | string[] | undefined): string[] {
    const policies = [policy ?? []].flat().flatMap((text) => text.split(","));
    const holes = policies.map((text) => {
        const directives = new Map(
            text.split(";").map((part) => {
                const [name = "", ...sources] = part.trim().toLowerCase().split(/\s+/);
                return [name, sources] as const;
            }),
        );
        const sources = directives.get("script-src") ?? directives.get("default-src");
        if (sources === undefined) {
            return ["no rule for scripts"];
        }
        const strict = sources.some((source) => /^'(nonce-|sha(256|384|512)-|strict-dynamic)/.test(source));
        return sources.filter((source) =>
            source === "'unsafe-inline'" ? !strict : /^('unsafe-eval'|\*|https?:|data:|blob:)$/.test(source),
        );
    });
    // The strictest one decides.
    return holes.length === 0
        ? ["no Content-Security-Policy"]
        : holes.reduce((least, some) => (some.length < least.length ? some : least));
}

/** Names of products with a version, in headers and pages. Pure. */
export function versions({ headers, body }: Pick<Answer, "headers" | "body">): string[] {
    const told = ["server", "x-powered-by", "x-aspnet-version", "x-generator", "via"].flatMap((name) =>
        headers[name] === undefined || !/\d/.test(String(headers[name])) ? [] : [`${name}: ${headers[name]}`],
    );
    const inPage =
        body.match(/\b(nginx|openresty|apache|express|fastify|node(?:\.js)?|python|werkzeug|php|tomcat)\/\d[\w.]*/gi) ??
        [];
    return [...told, ...inPage, ...(/^\s+at .+\(.+:\d+:\d+\)/m.test(body) ? ["a stack trace"] : [])];
}

export const ANSWERS: Probe[] = [
    {
        name: "security-headers",
        layer: "application",
        attack: "looks which protections of browsers the application leaves off",
        gain: "frames it under a page of his own, has files run as scripts, and takes the first visit over HTTP",
        expected: "HSTS, CSP, nosniff, no frames, a referrer policy and a permissions policy, on pages and on errors",
        ifOff: "a header is missing",
        attackers: ["stranger"],
        exclusive: EXCLUSIVE,
        async run(field) {
            const { run } = await front(field);
            const program = `return { page: await visit(visitor()), missing: await patiently({ path: "/verify-is-not-here" }) };`;
            const { page, missing } = await run<{ page: Answer; missing: Answer }>(program);
            if (page.status === 0 || page.status === 429) {
                return unproven(`no page: ${page.error ?? page.status}`);
            }
            return stopped(
                [
                    { what: `a page (${page.status})`, answer: page },
                    { what: `an error (${missing.status})`, answer: missing },
                ].map(({ what, answer }) => {
                    const faults = headerFaults(answer.headers);
                    return { what, worked: faults.length > 0, seen: faults.join(", ") || "all there" };
                }),
            );
        },
    },
    {
        name: "version-disclosure",
        layer: "application",
        attack: "reads names and versions of programs in headers, pages and errors",
        gain: "knows which flaws to try",
        expected: "none, in no kind of answer",
        ifOff: "such as Server: nginx/1.22.1",
        attackers: ["stranger"],
        exclusive: EXCLUSIVE,
        async run(field) {
            const { run } = await front(field);
            const program = `return { page: await visit(visitor()), missing: await patiently({ path: "/verify-is-not-here" }),
    plain: await ask({ plain: true }), malformed: await patiently({ headers: { x: "x".repeat(40000) } }), method: await patiently({ method: "PROPFIND" }) };`;
            const answers = await run<Record<string, Answer>>(program);
            const seen = Object.entries(answers).filter(([, { status }]) => status !== 0);
            if (seen.length < 3) {
                return unproven("too few kinds of answers came to judge by");
            }
            return stopped(
                seen.map(([kind, answer]) => {
                    const told = versions(answer);
                    return {
                        what: `${kind} (${answer.status})`,
                        worked: told.length > 0,
                        seen: told.join(", ") || "nothing",
                    };
                }),
            );
        },
    },
    {
        name: "inline-script",
        layer: "application",
        attack: "looks whether a browser would run a script that got into a page",
        gain: "acts as the visitor, through one forgotten escape",
        expected: "a Content-Security-Policy that forbids inline and foreign scripts on every page",
        ifOff: "no policy, or one with unsafe-inline",
        attackers: ["stranger"],
        exclusive: EXCLUSIVE,
        async run(field) {
            const { run } = await front(field);
            const page = await run<Answer & { path: string }>("return visit(visitor());");
            if (page.status === 0 || !String(page.headers["content-type"] ?? "").startsWith("text/html")) {
                return unproven(
                    `no page of HTML to look at: ${page.error ?? page.headers["content-type"] ?? page.status}`,
                );
            }
            const policy = page.headers["content-security-policy"];
            const holes = scriptHoles(policy);
            return holes.length > 0
                ? through(`${page.path}: ${holes.join(", ")}`)
                : held(`${page.path}: ${[policy ?? []].flat().join(", ").slice(0, 200)}`);
        },
    },
];
