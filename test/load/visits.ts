/** What makes the load, in a pod: it is sent there as text, so it is written as text. */

/** Somebody who has signed in. */
export interface Visitor {
    cookie: string;
    /** Token for the form. */
    token: string;
}

/** What the script reads: one line of JSON on standard input. */
export interface Visits {
    origin: string;
    visitors: Visitor[];
    perSecond: number;
}

/** What became of a request: one line of JSON on standard output. */
export interface Visit {
    /** Requests are numbered from 0 in the order in which they were sent. */
    number: number;
    /** Until the whole answer was there. */
    milliseconds: number;
    wrote: boolean;
    /** What was wrong with it. */
    fault?: string;
}

/** The script goes on until this file is there: on a busy machine the end of standard input may not get through. */
export const STOP = "/tmp/stop";

/** For how long an answer is waited for. */
export const PATIENCE_MS = 15_000;

/** What the body of each note that was written begins with. */
export const NOTE = "under load";

/**
 * Requests are due at a fixed rate, visitor by visitor; who still waits for an answer leaves a turn out, and no request is
 * tried twice. Visitors keep a connection, as a browser or a proxy does; the last two have a new one for each request.
 */
export const SCRIPT = `
const fs = require("fs"), http = require("http"), lines = require("readline").createInterface({ input: process.stdin });
lines.once("line", (line) => {
    const { origin, visitors, perSecond } = JSON.parse(line);
    const agents = visitors.map((_, index) => new http.Agent({ keepAlive: index < visitors.length - 2, maxSockets: 1 }));
    const tls = { "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https" };
    const waits = new Set();
    let number = 0;
    const visit = (visitor) => {
        const sent = performance.now(), own = number++, wrote = own % 3 === 0;
        const { cookie, token } = visitors[visitor], agent = agents[visitor];
        const form = wrote ? new URLSearchParams({ body: "${NOTE} " + own, _csrf: token }).toString() : "";
        const headers = { ...tls, cookie, ...(wrote && { "content-type": "application/x-www-form-urlencoded" }) };
        const signal = AbortSignal.timeout(${PATIENCE_MS});
        const end = (fault) => {
            waits.delete(visitor);
            console.log(JSON.stringify({ number: own, milliseconds: Math.round(performance.now() - sent), wrote, fault }));
        };
        waits.add(visitor);
        const method = wrote ? "POST" : "GET";
        const request = http.request(origin + (wrote ? "/notes" : "/"), { agent, headers, method, signal });
        request.on("response", (answer) => {
            let body = "";
            answer.setEncoding("utf8").on("data", (text) => { body += text; });
            answer.on("error", () => {}).on("close", () => {
                const right = wrote ? answer.statusCode === 303 && answer.headers.location === "/"
                    : answer.statusCode === 200 && /<h1>Notes of [A-Z]/.test(body);
                end(answer.complete ? (right ? undefined : "status " + answer.statusCode) : "the answer was cut off");
            });
        });
        // Once there is a response, it tells how that ended.
        request.on("error", (error) => {
            if (!request.res) end(error.message + (request.reusedSocket ? ", on a kept connection" : ""));
        });
        request.end(form);
    };
    let turn = 0;
    fs.rmSync("${STOP}", { force: true });
    const timer = setInterval(() => {
        const visitor = turn++ % visitors.length;
        if (!waits.has(visitor)) visit(visitor);
    }, 1000 / perSecond);
    const waiting = setInterval(() => {
        if (!fs.existsSync("${STOP}") && !process.stdin.readableEnded) return;
        clearInterval(timer);
        clearInterval(waiting);
        lines.close();
    }, 200);
});`;
