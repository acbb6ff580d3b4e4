/** The pod that runs SQL. Pure; no Pulumi import. */
import { hardenedContexts } from "../container/security-contexts";

const BINDING = "/bindings/database";
const SQL_FOLDER = "/sql";

/** Key of the SQL in its ConfigMap. */
export const SQL_FILE = "script.sql";

/** Entry of the credentials with a password to be tried when the other isn't the server's (any longer); few have one. */
export const FALLBACK_FILE = "password.fallback";

/** User and group of the process: those of PostgreSQL in the Bitnami image. */
const ID = 1001;

/** Seconds that a try waits until the database accepts connections: less than any deadline, so that it can tell why. */
export const WAIT_SECONDS = 60;

/**
 * What the container runs. Everything that psql needs comes from files: nothing of it shows up in the pod's spec or in a
 * list of processes. Terse errors are one line, which says it all and repeats no row.
 */
export const SCRIPT = `set -eu
cd ${BINDING}
export PGHOST="$(cat host)" PGPORT="$(cat port)" PGDATABASE="$(cat database)" PGUSER="$(cat username)"
export PGPASSWORD="$(cat password)" PGSSLMODE=verify-full PGSSLROOTCERT="$PWD/ca.crt"
export PGCONNECT_TIMEOUT=10 PGAPPNAME=bulwark-sql-job PGOPTIONS='-c client_min_messages=warning'
end=$(($(date +%s) + ${WAIT_SECONDS}))
until said="$(pg_isready -t 5)"; do
    if [ "$(date +%s)" -ge "$end" ]; then
        echo "the database doesn't answer: $said" >&2
        exit 1
    fi
    sleep 1
done
if [ -e ${FALLBACK_FILE} ] && ! psql -X -q --command '' 2>/dev/null; then
    export PGPASSWORD="$(cat ${FALLBACK_FILE})"
fi
exec psql -X -q --set ON_ERROR_STOP=1 --set VERBOSITY=terse --single-transaction --file ${SQL_FOLDER}/${SQL_FILE} --output /dev/null
`;

/** What the pod is made of; each value is only put in its place, and may be known later. */
export interface SqlPodParts {
    image: unknown;
    resources: unknown;
    credentialsSecretName: unknown;
    configMapName: unknown;
}

/** The pod's `spec`, as the Pod Security level `restricted` demands and beyond. */
export function sqlPodSpec<P extends SqlPodParts>(parts: P) {
    const contexts = hardenedContexts(ID, ID);
    return {
        // A new pod for each try: the failed ones keep the server's words.
        restartPolicy: "Never",
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: contexts.pod,
        containers: [
            {
                name: "psql",
                image: parts.image as P["image"],
                command: ["sh", "-c", SCRIPT],
                resources: parts.resources as P["resources"],
                securityContext: contexts.container,
                // The server's error becomes the container's, and from there Pulumi's.
                terminationMessagePolicy: "FallbackToLogsOnError",
                volumeMounts: [
                    { name: "credentials", mountPath: BINDING, readOnly: true },
                    { name: "sql", mountPath: SQL_FOLDER, readOnly: true },
                    { name: "tmp", mountPath: "/tmp" },
                ],
            },
        ],
        volumes: [
            {
                name: "credentials",
                secret: {
                    secretName: parts.credentialsSecretName as P["credentialsSecretName"],
                    defaultMode: 0o440,
                },
            },
            { name: "sql", configMap: { name: parts.configMapName as P["configMapName"] } },
            { name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "16Mi" } },
        ],
    };
}
