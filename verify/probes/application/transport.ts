/** How clients may speak to the application at all. */
import { held, type Probe, stopped, through, unproven } from "../../probe";
import type { Answer } from "./client";
import { EXCLUSIVE, front } from "./front";

const OTHER_HOST = "other.invalid.example.com";

/** How a handshake went: the version, or the reason of its failure. */
interface Handshake {
    version: string | undefined;
    error: string;
}

const HANDSHAKE = `
const handshake = (options) => new Promise((resolve) => {
    const socket = tls.connect({ ...place(), ...options }, () => { resolve({ version: socket.getProtocol(), error: "" }); socket.destroy(); });
    socket.setTimeout(8000, () => socket.destroy(new Error("no answer")));
    socket.on("error", (error) => resolve({ error: error.code || error.message }));
});`;

export const TRANSPORT: Probe[] = [
    {
        name: "plain-http",
        layer: "application",
        attack: "asks over HTTP without TLS",
        gain: "reads and changes pages, passwords and cookies on their way",
        expected:
            "a redirect to HTTPS on the same host, and nothing else; browsers are told to come by HTTPS only (HSTS)",
        ifOff: "the page itself",
        attackers: ["stranger"],
        exclusive: EXCLUSIVE,
        async run(field) {
            const { run, host } = await front(field);
            const program = "return { plain: await ask({ plain: true }), secure: await patiently() };";
            const { plain, secure } = await run<{ plain: Answer; secure: Answer }>(program);
            if (secure.status === 0) {
                return unproven(`the control failed: no answer over HTTPS: ${secure.error}`);
            }
            const location = String(plain.headers.location ?? "");
            const hsts = String(secure.headers["strict-transport-security"] ?? "");
            const redirected = plain.status >= 301 && plain.status <= 308 && location.startsWith(`https://${host}/`);
            const closed = plain.status === 0 && /ECONNREFUSED|no answer/.test(plain.error ?? "");
            if (!redirected && !closed) {
                return plain.status === 0
                    ? unproven(`over HTTP: ${plain.error}`)
                    : through(`answered with ${plain.status} in the clear ${location}`);
            }
            if (plain.headers["set-cookie"] !== undefined) {
                return through("the answer in the clear sets a cookie");
            }
            const age = Number(/max-age=(\d+)/.exec(hsts)?.[1] ?? 0);
            const seen = `${redirected ? `${plain.status} to ${location}` : "closed"}, HSTS ${hsts || "missing"}`;
            return age > 0 ? held(`${seen} (control: HTTPS answers with ${secure.status})`) : through(seen);
        },
    },
    {
        name: "old-tls",
        layer: "application",
        attack: "offers TLS 1.0 and 1.1 only",
        gain: "breaks what was recorded, by flaws that these versions have",
        expected: "the handshake fails for the version",
        ifOff: "the handshake succeeds",
        attackers: ["stranger"],
        async run(field) {
            const { run } = await front(field);
            const program = `${HANDSHAKE}
const old = (version) => handshake({ minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" });
return { control: await handshake({}), one: await old("TLSv1"), two: await old("TLSv1.1") };`;
            const { control, one, two } = await run<Record<"control" | "one" | "two", Handshake>>(program);
            if (control.version === undefined) {
                return unproven(`the control failed: no handshake at all: ${control.error}`);
            }
            const attempts = [
                { what: "TLS 1.0", ...one },
                { what: "TLS 1.1", ...two },
            ];
            // A client whose library can't offer them proves nothing.
            const unable = attempts.find(({ version, error }) => !version && !/ALERT|RESET|EPROTO/i.test(error));
            if (unable !== undefined) {
                return unproven(`${unable.what} couldn't be offered: ${unable.error}`);
            }
            const { verdict, evidence } = stopped(
                attempts.map(({ what, version, error }) => ({ what, worked: !!version, seen: version ?? error })),
            );
            return { verdict, evidence: `${evidence} (control: ${control.version})` };
        },
    },
    {
        name: "unknown-host",
        layer: "application",
        attack: "asks for another host: in the TLS handshake, in the request, in both, and in the clear",
        gain: "learns from the address alone what runs there; poisons links and caches with a host of his own",
        expected: "neither a certificate nor the application",
        ifOff: "the application answers",
        attackers: ["stranger"],
        exclusive: EXCLUSIVE,
        async run(field) {
            const { run } = await front(field);
            const program = `
const other = given.other;
return { control: await patiently(), name: await patiently({ name: other }), request: await patiently({ host: other }),
    both: await patiently({ name: other, host: other }), plain: await ask({ plain: true, host: other }) };`;
            const { control, ...answers } = await run<Record<string, Answer> & { control: Answer }>(program, {
                other: OTHER_HOST,
            });
            if (control.status === 0 || control.status === 429) {
                return unproven(`the control failed: its own host: ${control.error ?? control.status}`);
            }
            const kinds: Record<string, string> = {
                name: "in the handshake",
                request: "in the request",
                both: "in both",
                plain: "in the clear",
            };
            const attempts = Object.entries(answers).map(([kind, { status, error, headers }]) => ({
                what: kinds[kind] ?? kind,
                // 404 and 421 say that there is no such host; 400 that the request is none.
                worked: ![0, 400, 404, 421, 429].includes(status),
                seen: status === 0 ? (error ?? "no answer") : `${status} ${headers.location ?? ""}`.trim(),
                limited: status === 429,
                silent: status === 0 && !/alert|unrecognized|handshake|EPROTO|ECONNRESET|hang up/i.test(error ?? ""),
            }));
            if (attempts.some(({ limited }) => limited)) {
                return unproven("the limits on requests came first");
            }
            const strange = attempts.find(({ silent }) => silent);
            if (strange !== undefined) {
                return unproven(`${strange.what}: ${strange.seen}`);
            }
            const { verdict, evidence } = stopped(attempts);
            return { verdict, evidence: `${evidence} (control: ${control.status} for its own host)` };
        },
    },
];
