/** The attackers' HTTP client: a program of Node.js without packages, run outside the cluster or in a stranger's pod. Pure. */

/** An answer. */
export interface Answer {
    /** 0 when there was none; `error` says why. */
    status: number;
    headers: Record<string, string | string[] | undefined>;
    body: string;
    error?: string;
}

/**
 * `ask` sends one request, `patiently` again as long as the limits refuse it, `visit` as a browser does that keeps cookies and follows
 * redirects. The certificate isn't checked: who attacks doesn't mind.
 */
export const CLIENT = `
const http = require("http"), https = require("https"), tls = require("tls");
const tell = (value) => { console.log(JSON.stringify({ value: value === undefined ? null : value })); process.exit(0); };
const fail = (error) => { console.log(JSON.stringify({ failed: String(error && error.message || error) })); process.exit(0); };
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const reason = ({ code, message }) => [code, (/routines:[^:]*:([^:]*):/.exec(message) || [])[1] || (code && message.includes(code) ? "" : message)].filter(Boolean).join(" ");
const place = (name = given.host) => ({ host: given.address, port: 443, servername: name, rejectUnauthorized: false });
const ask = ({ method = "GET", path = given.path, host = given.host, name = given.host, headers = {}, body, plain, options = {} } = {}) =>
    new Promise((resolve) => {
        const done = (answer) => resolve({ status: 0, headers: {}, body: "", ...answer });
        const where = plain ? { host: given.address, port: 80 } : { ...place(name), ...options };
        const size = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
        const request = (plain ? http : https).request(
            { agent: false, timeout: 15000, ...where, method, path, headers: { host, ...size, ...headers }, insecureHTTPParser: true },
            (answer) => {
                let text = "";
                answer.setEncoding("utf8").on("data", (chunk) => { if (text.length < 200000) text += chunk; })
                    .on("end", () => done({ status: answer.statusCode, headers: answer.headers, body: text }))
                    .on("error", (error) => done({ error: error.code || error.message }));
            });
        request.on("timeout", () => request.destroy(new Error("no answer within 15 s")));
        request.on("error", (error) => done({ error: reason(error) }));
        request.end(body);
    });
const patiently = async (question) => {
    for (let tries = 1; ; tries++) {
        const answer = await ask(question);
        if (answer.status !== 429 || tries === 12) return answer;
        await sleep(700);
    }
};
const visitor = () => ({ cookies: {}, seen: [] });
const remember = (visit, answer) => {
    for (const line of [].concat(answer.headers["set-cookie"] || [])) {
        visit.seen.push(line.replace(/=[^;]*/, "=…"));
        const [, key, value] = /^([^=]+)=([^;]*)/.exec(line) || [];
        if (value === "") delete visit.cookies[key]; else if (key) visit.cookies[key] = value;
    }
};
const send = async (visit, question) => {
    const cookie = Object.entries(visit.cookies).map(([key, value]) => key + "=" + value).join("; ");
    const headers = { accept: "text/html", ...(cookie && { cookie }), ...question.headers };
    const answer = await patiently({ ...question, headers });
    remember(visit, answer);
    return answer;
};
const visit = async (who, path = given.path) => {
    for (let steps = 0; steps < 5; steps++) {
        const answer = await send(who, { path });
        const { location } = answer.headers;
        if (answer.status < 300 || answer.status > 399 || !location) return { ...answer, path };
        const next = new URL(location, "https://" + given.host + path);
        if (next.hostname !== given.host) return { ...answer, path };
        path = next.pathname + next.search;
    }
    return { status: 0, headers: {}, body: "", error: "it redirects without end", path };
};
const unescaped = (text) => text.replace(/&#(\\d+);/g, (_, code) => String.fromCharCode(code)).replace(/&quot;/g, '"').replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
const attribute = (tag, name) => unescaped((new RegExp("\\\\b" + name + "=(?:\\"([^\\"]*)\\"|'([^']*)'|([^\\\\s>]+))", "i").exec(tag) || []).slice(1).find((each) => each !== undefined) || "");
const forms = ({ body, path }) => [...body.matchAll(/<form\\b([^>]*)>([\\s\\S]*?)<\\/form>/gi)].map(([, head, inside]) => ({
    method: (attribute(head, "method") || "get").toUpperCase(),
    path: new URL(attribute(head, "action") || path, "https://" + given.host + path).pathname,
    fields: [...inside.matchAll(/<(input|textarea)\\b([^>]*)>/gi)].map(([, tag, rest]) => ({
        name: attribute(rest, "name"), value: attribute(rest, "value"), type: tag.toLowerCase() === "textarea" ? "textarea" : (attribute(rest, "type") || "text").toLowerCase(),
    })).filter(({ name }) => name),
}));
const filled = (form, choose) => new URLSearchParams(form.fields.map((field) => [field.name, choose(field)])).toString();
const submit = (who, form, choose, headers = {}) => {
    const values = filled(form, choose);
    return form.method === "GET"
        ? send(who, { path: form.path + "?" + values, headers })
        : send(who, { method: "POST", path: form.path, body: values, headers: { "content-type": "application/x-www-form-urlencoded", ...headers } });
};
const signInForm = (page) => forms(page).find(({ fields }) => fields.some(({ type }) => type === "password"));
const login = ({ name, password }) => (field) => field.type === "password" ? password : field.type === "hidden" ? field.value : name;
`;
