/** How a pod's shell script reaches the database. Pure; no Pulumi import. */

/** Folder of a pod in which a Secret in the Service Binding layout is mounted. */
export const BINDING_FOLDER = "/bindings/database";

/** Seconds that a script waits until the database accepts connections: less than any deadline, so that it can tell why. */
export const WAIT_SECONDS = 60;

/**
 * The lines that a script begins with. Everything that PostgreSQL's programs need comes from files: nothing of it shows
 * up in the pod's spec or in a list of processes.
 */
export function clientScript(applicationName: string): string {
    return `cd ${BINDING_FOLDER}
export PGHOST="$(cat host)" PGPORT="$(cat port)" PGDATABASE="$(cat database)" PGUSER="$(cat username)"
export PGPASSWORD="$(cat password)" PGSSLMODE=verify-full PGSSLROOTCERT="$PWD/ca.crt"
export PGCONNECT_TIMEOUT=10 PGAPPNAME=${applicationName} PGOPTIONS='-c client_min_messages=warning'
end=$(($(date +%s) + ${WAIT_SECONDS}))
until said="$(pg_isready -t 5)"; do
    if [ "$(date +%s)" -ge "$end" ]; then
        echo "the database doesn't answer: $said" >&2
        exit 1
    fi
    sleep 1
done
`;
}
