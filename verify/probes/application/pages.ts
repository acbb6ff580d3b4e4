/** Attacks on visitors, through the application's own pages and forms. */
import { held, type Probe, stopped, through, unproven } from "../../probe";
import { account, neededAccount } from "./accounts";
import { EXCLUSIVE, front } from "./front";

/** What a browser would run; the word tells whether it came back at all. */
const WORD = "verifymarkup";
const MARKUP = `<img src=x onerror=${WORD}>"'>`;

/** Signs in where there is an account, and goes on with the page that comes. */
const SIGN_IN = `
const who = visitor();
const entrance = await visit(who);
let page = entrance;
const form = signInForm(entrance);
if (given.account && form) {
    const answer = await submit(who, form, login(given.account));
    if (answer.status >= 400) throw new Error("nobody can sign in as " + given.account.name + ": " + answer.status);
    page = await visit(who);
    if (signInForm(page)) throw new Error("signing in as " + given.account.name + " leads back to the form");
}`;

/** What came back of the markup: \`raw\` as it was sent. */
interface Echo {
    where: string;
    status: number;
    raw: boolean;
    word: boolean;
}

const ECHO = `
const echo = (where, { status, body }) => ({ where, status, raw: body.includes(given.markup), word: body.includes(given.word) });`;

function judgeEchoes(echoes: Echo[], nothing: string) {
    const raw = echoes.filter((each) => each.raw);
    if (raw.length > 0) {
        return through(raw.map(({ where }) => `${where}: the markup comes back as it was sent`).join("; "));
    }
    const escaped = echoes.filter((each) => each.word);
    return escaped.length > 0
        ? held(escaped.map(({ where }) => `${where}: it comes back, as the text that it is`).join("; "))
        : unproven(nothing);
}

export const PAGES: Probe[] = [
    {
        name: "cookies",
        layer: "application",
        attack: "looks for cookies that scripts, other sites and plain connections get",
        gain: "takes a visitor's session over",
        expected: "Secure, HttpOnly and SameSite on each",
        ifOff: "a cookie without one of them",
        attackers: ["stranger"],
        exclusive: EXCLUSIVE,
        async run(field) {
            const { run } = await front(field);
            const cookies = await run<string[]>(`${SIGN_IN}\nreturn who.seen;`, { account: account(field) });
            if (cookies.length === 0) {
                return unproven("it sets no cookie; name somebody who can sign in by --accounts");
            }
            return stopped(
                [...new Set(cookies)].map((cookie) => {
                    const missing = ["Secure", "HttpOnly", "SameSite=(Lax|Strict)"].filter(
                        (flag) => !new RegExp(`; *${flag}(;|$)`, "i").test(cookie),
                    );
                    return {
                        what: cookie,
                        worked: missing.length > 0,
                        seen: missing.length > 0 ? `without ${missing.join(", ")}` : "as it must be",
                    };
                }),
            );
        },
    },
    {
        name: "forged-form",
        layer: "application",
        attack: "sends a form in a visitor's name from another site: without its token, with a wrong one, and with another session's",
        gain: "has visitors change things without knowing it",
        expected: "each is refused, while the form itself works",
        ifOff: "it is taken",
        attackers: ["stranger"],
        exclusive: EXCLUSIVE,
        async run(field) {
            const { run } = await front(field);
            const program = `
const again = async (change, headers) => {
    const who = visitor();
    const form = signInForm(await visit(who));
    if (!form) throw new Error("there is no form to sign in by");
    if (!form.fields.some(({ type }) => type === "hidden")) form.bare = true;
    const answer = await submit(who, form, (field) => field.type === "hidden" ? change(field) : login(given.account)(field), headers);
    return { status: answer.status, bare: !!form.bare };
};
const foreign = signInForm(await visit(visitor()));
const token = (name) => (foreign && foreign.fields.find((field) => field.name === name) || { value: "" }).value;
return { missing: await again(() => ""), wrong: await again(({ value }) => value.replace(/^.{4}/, "AAAA").split("").reverse().join("")),
    foreign: await again(({ name }) => token(name)), site: await again(({ value }) => value, { "sec-fetch-site": "cross-site", origin: "https://evil.example" }),
    control: await again(({ value }) => value) };`;
            type Sent = { status: number; bare: boolean };
            const { control, ...sent } = await run<Record<string, Sent> & { control: Sent }>(program, {
                account: neededAccount(field),
            });
            if (control.status === 0 || control.status >= 400) {
                return unproven(`the control failed: the form with its own token was answered with ${control.status}`);
            }
            const kinds: Record<string, string> = {
                missing: "without the token",
                wrong: "with a wrong token",
                foreign: "with another session's token",
                site: "from another site",
            };
            const attempts = Object.entries(sent).map(([kind, { status }]) => ({
                what: kinds[kind] ?? kind,
                worked: status > 0 && status < 400,
                seen: String(status),
            }));
            const { verdict, evidence } = stopped(attempts);
            return { verdict, evidence: `${evidence} (control: ${control.status} with its own token)` };
        },
    },
    {
        name: "reflected-script",
        layer: "application",
        attack: "puts markup into every field of a form that comes back on the page",
        gain: "sends a link that runs a script of his own in the visitor's session",
        expected: "it comes back as text",
        ifOff: "it comes back as markup",
        attackers: ["stranger"],
        exclusive: EXCLUSIVE,
        async run(field) {
            const { run } = await front(field);
            const program = `${ECHO}${SIGN_IN}
const echoes = [echo("an unknown path", await send(who, { path: "/" + encodeURIComponent(given.markup) }))];
for (const form of forms(page).filter(({ method, fields }) => method === "GET" && fields.length > 0))
    echoes.push(echo("GET " + form.path + " (" + form.fields.map(({ name }) => name) + ")", await submit(who, form, ({ type, value }) => type === "hidden" ? value : given.markup)));
return echoes;`;
            const echoes = await run<Echo[]>(program, { account: account(field), markup: MARKUP, word: WORD });
            return judgeEchoes(echoes, "nothing that is sent comes back; name somebody who can sign in by --accounts");
        },
    },
    {
        name: "stored-script",
        layer: "application",
        attack: "keeps markup in the application by a form, and looks how it is shown (the text stays there)",
        gain: "runs a script of his own in the session of everybody who looks",
        expected: "it is shown as text",
        ifOff: "it is shown as markup",
        attackers: ["stranger"],
        exclusive: EXCLUSIVE,
        async run(field) {
            const { run } = await front(field);
            const program = `${ECHO}${SIGN_IN}
const note = forms(page).find(({ method, fields }) => method === "POST" && fields.some(({ type }) => type === "textarea"));
if (!note) return [];
const kept = await submit(who, note, ({ type, value }) => type === "textarea" ? given.markup : value);
if (kept.status >= 400) throw new Error("the form that keeps something was answered with " + kept.status);
return [echo("the page after it was kept", await visit(who))];`;
            const needed = neededAccount(field);
            const echoes = await run<Echo[]>(program, { account: needed, markup: MARKUP, word: WORD });
            return echoes.length === 0
                ? unproven(`${needed.name} finds no form that keeps a text`)
                : judgeEchoes(echoes, "what was kept isn't shown on the page");
        },
    },
    {
        name: "path-tricks",
        layer: "application",
        attack: "asks for metrics and for files outside of the site, by paths that are written in other ways",
        gain: "reads how the inside fares, its source, or files of the container",
        expected: "none of them is there",
        ifOff: "one is answered",
        attackers: ["stranger"],
        exclusive: EXCLUSIVE,
        async run(field) {
            const { run } = await front(field);
            const program = `
const tricks = ["/metrics", "//metrics", "/%6detrics", "/x/../metrics", "/x/..%2fmetrics", "/metrics/", "/metrics;x", "/metrics%00",
    "/.env", "/.git/config", "/../../../../etc/passwd", "/..%2f..%2f..%2fetc%2fpasswd", "/assets/..%2f..%2f..%2fetc%2fpasswd", "/assets/%2e%2e/%2e%2e/etc/passwd"];
const answers = [];
for (const path of tricks) {
    const { status, headers, body } = await patiently({ path });
    const found = /^root:.*:0:0:/m.test(body) || /^# (HELP|TYPE) /m.test(body) || /^\\[core\\]/m.test(body) || (/env$/.test(path) && /^[A-Z_]+=/m.test(body));
    answers.push({ path, status, found: status >= 200 && status < 300 && found });
}
return { control: (await patiently()).status, answers };`;
            type Tried = { path: string; status: number; found: boolean };
            const { control, answers } = await run<{ control: number; answers: Tried[] }>(program);
            if (control === 0 || control === 429 || answers.some(({ status }) => status === 429)) {
                return unproven(`the control failed: the site itself was answered with ${control}`);
            }
            const { verdict, evidence } = stopped(
                answers.map(({ path, status, found }) => ({
                    what: path,
                    worked: found,
                    seen: String(status || "refused"),
                })),
            );
            return { verdict, evidence: `${evidence} (control: ${control} for the site itself)` };
        },
    },
];
