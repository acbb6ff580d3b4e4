/** How much of the database one login can take, and whose rows it sees. */
import type { Field } from "../../field";
import { held, type Outcome, type Probe, through, unproven } from "../../probe";
import { EXCLUSIVE as FRONT } from "../application/front";
import { BAIT, layBait, quoted, TENANTS } from "./bait";
import { EXCLUSIVE, inApplication, sql } from "./psql";

/** A larger limit isn't tried on a database that may be in use. */
const MOST_CONNECTIONS = 40;

/** A role may lengthen these for its own session: they stop what goes wrong, and an attacker who doesn't think of it. */
const SESSION_NOTE = "as sessions begin; a session may change it for itself";

/** A timeout that sessions begin with: whether there is one, and whether the server really acts on one, shortened. */
async function timeout(field: Field, setting: string, waiting: string, sign: RegExp): Promise<Outcome> {
    const { stdout } = await inApplication(field, `psql -XAtqc 'SHOW ${setting}' </dev/null 2>&1`);
    const begins = stdout.trim();
    if (!/^\d+(ms|s|min|h|d)?$/.test(begins)) {
        return unproven(`a session says of ${setting}: ${begins}`);
    }
    if (begins === "0") {
        return through(`${setting} is 0: nothing ends it`);
    }
    const control = await inApplication(field, sql(`SELECT pg_sleep(0.1);\n\\echo alive :ERROR`));
    if (!control.stdout.includes("alive false")) {
        return unproven(`the control failed: a short statement doesn't work: ${control.stderr}`);
    }
    const { stdout: left, stderr } = await inApplication(
        field,
        sql(`SET ${setting} = '500ms';\n${waiting}\n\\echo ended :ERROR`),
    );
    if (left.includes("ended false")) {
        return through(`${setting} of 500 ms passed, and nothing happened`);
    }
    return sign.test(stderr)
        ? held(`${begins} ${SESSION_NOTE}; shortened to 500 ms: ${stderr} (control: a short statement works)`)
        : unproven(`it ended for another reason than the timeout: ${stderr}`);
}

export const LIMITS: Probe[] = [
    {
        name: "endless-statement",
        layer: "database",
        attack: "runs a statement without end",
        gain: "keeps a processor and a connection busy for good",
        expected: "sessions begin with a timeout, and the server acts on it",
        ifOff: "no timeout, or one that does nothing",
        attackers: ["twin"],
        exclusive: EXCLUSIVE,
        run: (field) => timeout(field, "statement_timeout", "SELECT pg_sleep(5);", /statement timeout/),
    },
    {
        name: "idle-transaction",
        layer: "database",
        attack: "begins a transaction and leaves it open",
        gain: "holds locks, and keeps the server from clearing old rows away, until its disk is full",
        expected: "sessions begin with a timeout, and the server acts on it",
        ifOff: "no timeout, or one that does nothing",
        attackers: ["twin"],
        exclusive: EXCLUSIVE,
        run: (field) =>
            timeout(
                field,
                "idle_in_transaction_session_timeout",
                "BEGIN;\n\\! sleep 3 </dev/null\nSELECT 1;",
                /idle-in-transaction timeout/,
            ),
    },
    {
        name: "connection-flood",
        layer: "database",
        attack: "opens more and more connections",
        gain: "takes the last one, so that nobody else gets in, not even for repairs",
        expected: "the role has fewer connections than the server, and no more than these",
        ifOff: "no limit for the role",
        attackers: ["twin"],
        // While it lasts, the application has no connection left for its own pages.
        exclusive: [...EXCLUSIVE, ...FRONT],
        async run(field) {
            const ask =
                "SELECT rolconnlimit, current_setting('max_connections') FROM pg_roles WHERE rolname = current_user";
            const { stdout } = await inApplication(field, `psql -XAtqc "${ask}" </dev/null 2>&1`);
            const [, word = "", server = ""] = /^(-?\d+)\|(\d+)$/.exec(stdout.trim()) ?? [];
            const limit = Number(word);
            if (word === "") {
                return unproven(`the role's limit can't be read: ${stdout.trim()}`);
            }
            if (limit < 0 || limit >= Number(server)) {
                return through(`the role's limit is ${limit}, of the server's ${server} connections`);
            }
            if (limit > MOST_CONNECTIONS) {
                return unproven(`a limit of ${limit} is too much to try on a database that may be in use`);
            }
            const count = limit + 1;
            const flood = `for number in $(seq ${count}); do psql -XAtqc 'SELECT pg_sleep(5)' </dev/null 2>&1 | sed 's/^$/ended/' & done; wait`;
            const said = (await inApplication(field, flood)).stdout;
            const refused = said.split("\n").filter((line) => /too many connections for role/.test(line)).length;
            const got = said.split("\n").filter((line) => line === "ended").length;
            return refused > 0 && got > 0
                ? held(
                      `of ${count} connections ${refused} were refused: too many for the role, whose limit is ${limit} of the server's ${server}`,
                  )
                : got === count
                  ? through(`all ${count} connections were there at once; the role's limit is ${limit}`)
                  : unproven(
                        `${got} of ${count} connections were there, none refused for the limit: ${said.slice(0, 200)}`,
                    );
        },
    },
    {
        name: "other-tenants",
        layer: "database",
        attack: "reads rows of other tenants: without a tenant, as one of them, by asking for the other, without row security",
        gain: "sees every customer's rows through one flaw of the application",
        expected: "a session sees the rows of its own tenant only",
        ifOff: "it sees them all",
        attackers: ["twin"],
        exclusive: EXCLUSIVE,
        async run(field) {
            const { tenants } = field.target;
            if (tenants === undefined) {
                return unproven("the stack keeps no tenants apart (database.rowLevelSecurity)");
            }
            await layBait(field);
            const [one, other] = TENANTS;
            const count = `SELECT 'rows', count(*) FROM ${BAIT}`;
            const column = quoted(tenants.column);
            const as = (tenant: string) => `SET ${tenants.setting} = '${tenant}';`;
            // Each its own session: a setting stays.
            const sights: [what: string, sql: string, most: number][] = [
                ["its own tenant", `${as(one)} ${count} WHERE ${column} = '${one}'`, 1],
                ["no tenant", count, 0],
                ["an empty tenant", `${as("")} ${count}`, 0],
                ["all rows", `${as(one)} ${count}`, 1],
                ["the other tenant", `${as(one)} ${count} WHERE ${column} = '${other}'`, 0],
                ["without row security", `${as(one)} SET row_security = off; ${count}`, 0],
            ];
            const script = sights.map(
                ([what, text], index) =>
                    `said=$(psql -XAtq 2>&1 <<'END_OF_SQL'\n${text};\nEND_OF_SQL\n); echo "${index}|${what}|$said" | tr '\\n' ' '; echo`,
            );
            const { stdout } = await inApplication(field, script.join("\n"));
            const seen = sights.map(([what, , most], index) => {
                const line = stdout.split("\n").find((each) => each.startsWith(`${index}|`)) ?? "";
                const rows = /\|rows\|(\d+)/.exec(line)?.[1];
                const said = line.split("|").slice(2).join("|").trim();
                return { what, most, said, rows: rows === undefined ? undefined : Number(rows) };
            });
            const [control, ...attempts] = seen;
            const leaks = attempts.filter(({ rows = 0, most }) => rows > most);
            if (leaks.length > 0) {
                return through(leaks.map(({ what, rows }) => `${what}: ${rows} rows`).join("; "));
            }
            if (control?.rows !== 1) {
                return unproven(`the control failed: a tenant doesn't see its own row: ${control?.said}`);
            }
            const strange = attempts.find(({ rows, said }) => rows === undefined && !/row-level security/.test(said));
            return strange
                ? unproven(`${strange.what}: failed for another reason: ${strange.said}`)
                : held(
                      `${attempts.map(({ what, rows }) => `${what}: ${rows ?? "refused"}`).join("; ")} (control: its own row is there)`,
                  );
        },
    },
];
