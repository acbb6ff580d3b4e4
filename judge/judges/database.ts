/** The database that runs in the sandbox, looked at from within. */
import * as fs from "node:fs";
import * as path from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { DEFAULTS } from "../../components/defaults";
import { stateFolder } from "../../sandbox/paths";
import { clientPrograms } from "../../sandbox/programs/clients";
import { runWithin, SandboxError } from "../../sandbox/shell";
import { type Place, runScript } from "../../verify/cluster/shell";
import { LINTS, type LintRow, lintStatement, SERVER_LINTS } from "../database-lints";
import type { Answer, Judge } from "../result";

const SELECTOR = "app.kubernetes.io/name=postgresql,app.kubernetes.io/component=primary";
const SECONDS = 20;

/** The namespace may be another one's: `--database NAMESPACE`. */
export function databaseJudge(namespace: string = DEFAULTS.database.namespaceName): Judge {
    return {
        name: DATABASE,
        version: "this repository's",
        about: "a running database: lints as splinter's, assertions as pgTAP's, in plain SQL",
        async obtain() {
            const kubeconfig = path.join(stateFolder, "kubeconfig");
            if (!fs.existsSync(kubeconfig)) {
                throw new SandboxError("no sandbox runs: `npm run sandbox -- up` starts one");
            }
            const place = await primary(kubeconfig, namespace);
            const config = new KubeConfig();
            config.loadFromFile(kubeconfig);
            return async () => {
                // Passwords stay within the container; what is run there goes in by standard input.
                const outcome = await runScript(config, place, SCRIPT);
                if (outcome.code !== 0) {
                    throw new Error(`the database didn't answer: ${outcome.stderr}`);
                }
                return databaseAnswer(outcome.stdout);
            };
        },
    };
}

const DATABASE = "database lints";

const SCRIPT = `export PGPASSWORD="$(cat "$POSTGRES_PASSWORD_FILE")" PGHOST=127.0.0.1 PGUSER=postgres PGAPPNAME=judge
ask() { psql -XAtq -v ON_ERROR_STOP=1 "$1"; }
ask postgres <<'END_OF_SQL' || exit 1
${lintStatement(SERVER_LINTS)}
END_OF_SQL
for database in $(psql -XAtqc "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate" postgres); do
    ask "$database" <<'END_OF_SQL' || exit 1
${lintStatement(LINTS)}
END_OF_SQL
done`;

/** A line of JSON for the server, then one a database. */
export function databaseAnswer(stdout: string): Answer {
    const lines = stdout.split("\n").filter((line) => line.startsWith("["));
    if (lines.length < 2) {
        throw new Error(`the database gave ${lines.length} answers`);
    }
    const rows = lines.flatMap((line) => JSON.parse(line) as LintRow[]);
    return {
        checks: Object.keys(SERVER_LINTS).length + (lines.length - 1) * Object.keys(LINTS).length,
        findings: rows.map(({ check, database, object, message }) => ({
            judge: DATABASE,
            check,
            object: check in SERVER_LINTS ? object : `${object} in ${database}`,
            stack: "sandbox",
            message,
        })),
    };
}

async function primary(kubeconfig: string, namespace: string): Promise<Place> {
    const { kubectl } = await clientPrograms();
    const args = [
        "get",
        "pods",
        "-n",
        namespace,
        "-l",
        SELECTOR,
        "--field-selector=status.phase=Running",
        "-o",
        "json",
    ];
    const list = await runWithin(SECONDS, kubectl, args, { env: { KUBECONFIG: kubeconfig } }).catch(() => {
        throw new SandboxError("the sandbox's cluster doesn't answer");
    });
    const [pod] = (JSON.parse(list) as { items: Pod[] }).items;
    const container = pod?.spec.containers[0]?.name;
    if (pod === undefined || container === undefined) {
        throw new SandboxError(`no database runs in the namespace ${namespace} of the sandbox's cluster`);
    }
    return { namespace, pod: pod.metadata.name, container };
}

interface Pod {
    metadata: { name: string };
    spec: { containers: { name: string }[] };
}
