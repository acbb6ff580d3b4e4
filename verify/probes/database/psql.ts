/** The database, attacked with the credentials and the tools of the application's pod. */
import type { Place } from "../../cluster/shell";
import type { Field } from "../../field";
import { type Outcome, stopped, Unproven } from "../../probe";
import { type Attempt, readAttempts } from "../container/in-twin";

/** What no two probes may do at once: the application's role has few connections. */
export const EXCLUSIVE = ["database"];

/** Exit statuses of the script's own. */
const NO_BINDING = 90;
const NO_PSQL = 91;

/** Shell: everything that libpq must know, from the mounted binding. */
const BINDING = `binding=
for folder in "\${SERVICE_BINDING_ROOT:-/bindings}"/*; do
    if [ "$(cat "$folder/type" 2>/dev/null)" = postgresql ]; then binding=$folder; break; fi
done
[ -n "$binding" ] || exit ${NO_BINDING}
command -v psql >/dev/null 2>&1 || exit ${NO_PSQL}
entry() { cat "$binding/$1"; }
export LC_ALL=C PGCONNECT_TIMEOUT=10 PGSSLMODE=verify-full PGSSLROOTCERT="$binding/ca.crt" PGHOST="$(entry host)" \\
    PGPORT="$(entry port)" PGDATABASE="$(entry database)" PGUSER="$(entry username)" PGPASSWORD="$(entry password)"`;

/** Runs a script in the application's twin, where psql has the application's credentials. */
export async function inApplication(field: Field, script: string): Promise<{ stdout: string; stderr: string }> {
    const outcome = await field.run(field.attacker("twin").place, `${BINDING}\n${script}`);
    if (outcome.code === NO_BINDING) {
        throw new Unproven("the application's pod has no credentials of a database in files");
    }
    if (outcome.code === NO_PSQL) {
        throw new Unproven("the attackers' image has no psql; give another by --probe-image");
    }
    return outcome;
}

/** A way to log in, as assignments of a shell that has the application's credentials in libpq's variables. */
export interface Login {
    what: string;
    /** Such as `PGUSER=postgres`. */
    assignments: string;
}

/** Logins of which each must be refused for the reason; the application's own must work. */
export async function refusedLogins(field: Field, logins: Login[], reason: RegExp): Promise<Outcome> {
    const all: Login[] = [{ what: OWN, assignments: ":" }, ...logins];
    const script = all.map(({ what, assignments }) => {
        const attempt = `(${assignments}; psql -XAtqc 'SELECT 1' 2>&1 </dev/null)`;
        return `if seen=$${attempt}; then word=worked; else word=failed; fi; echo "${what}|$word|$seen" | tr '\\n' ' '; echo`;
    });
    const { stdout } = await inApplication(field, script.join("\n"));
    return judge(readAttempts(stdout), logins.length, ({ seen }) => reason.test(seen));
}

export const OWN = "the application's own login";

/** Statements of which each must be refused for want of a privilege, tried in transactions that are rolled back. */
export async function refusedStatements(field: Field, control: string, statements: string[]): Promise<Outcome> {
    const all = [control, ...statements];
    const lines = all.map(
        (sql, index) => `BEGIN READ WRITE;\n${sql};\n\\echo ${index} :SQLSTATE :LAST_ERROR_MESSAGE\nROLLBACK;`,
    );
    const { stdout, stderr } = await inApplication(field, sql(lines.join("\n")));
    const attempts = stdout.split("\n").flatMap((line) => {
        const [, index = "", state = "", said = ""] = /^(\d+) ([0-9A-Z]{5}) ?(.*)$/.exec(line.trim()) ?? [];
        const worked = state === DONE;
        const what = index === "0" ? OWN : (all[Number(index)] ?? "");
        return state === "" ? [] : [{ what, worked, seen: worked ? "done" : `${state} ${said}` }];
    });
    if (attempts.length === 0) {
        throw new Unproven(`the application's own login failed: ${stderr}`);
    }
    return judge(attempts, statements.length, ({ seen }) => seen.startsWith(INSUFFICIENT_PRIVILEGE));
}

/** Shell: psql with some SQL, which must not hold secrets that the script hasn't got otherwise. */
export function sql(text: string): string {
    return `psql -XAtq <<'END_OF_SQL'\n\\o /dev/null\n${text}\nEND_OF_SQL`;
}

const DONE = "00000";
const INSUFFICIENT_PRIVILEGE = "42501";

/** One that works is enough; one that fails for another reason than the defence proves nothing. */
export function judge(attempts: Attempt[], count: number, isRefusal: (attempt: Attempt) => boolean): Outcome {
    const control = attempts.find(({ what }) => what === OWN);
    const tried = attempts.filter(({ what }) => what !== OWN);
    const outcome = stopped(tried);
    if (outcome.verdict === "through") {
        return outcome;
    }
    if (!control?.worked) {
        throw new Unproven(`the control failed: ${control ? control.seen : "no answer"}`);
    }
    const other = tried.find((attempt) => !isRefusal(attempt));
    if (other !== undefined || tried.length < count) {
        throw new Unproven(
            other
                ? `${other.what} failed for another reason: ${other.seen}`
                : "the connection ended before all was tried",
        );
    }
    return { ...outcome, evidence: `${summary(tried)} (control: ${OWN} works)` };
}

/** What comes before the server's own words. */
const NOISE = /^(42501 |.*psql: error: connection to server at .* failed: (FATAL: +)?)/;

/** What many attempts were told, once each. */
function summary(attempts: Attempt[]): string {
    const said = [...new Set(attempts.map(({ seen }) => seen.replace(NOISE, "")))];
    return `${attempts.length === 1 ? "" : `${attempts.length} attempts: `}${said.join("; ")}`;
}

/** The first container of the database's pod. */
export async function serverPlace(field: Field): Promise<Place> {
    const [pod] = await field.readyPods(field.target.database);
    const { name = "", namespace = "" } = pod?.metadata ?? {};
    return { namespace, pod: name, container: pod?.spec.containers[0]?.name ?? "" };
}
