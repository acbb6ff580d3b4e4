/** The pod that runs SQL. Pure; no Pulumi import. */
import {
    type ClientPodParts,
    CREDENTIALS_MOUNT,
    clientPodSpec,
    credentialsVolume,
    TEMPORARY_MOUNT,
    TEMPORARY_VOLUME,
} from "./client-pod";
import { clientScript } from "./client-script";

const SQL_FOLDER = "/sql";

/** Key of the SQL in its ConfigMap. */
export const SQL_FILE = "script.sql";

/** Entry of the credentials with a password to be tried when the other isn't the server's (any longer); few have one. */
export const FALLBACK_FILE = "password.fallback";

/** What the container runs. Terse errors are one line, which says it all and repeats no row. */
export const SCRIPT = `set -eu
${clientScript("bulwark-sql-job")}if [ -e ${FALLBACK_FILE} ] && ! psql -X -q --command '' 2>/dev/null; then
    export PGPASSWORD="$(cat ${FALLBACK_FILE})"
fi
exec psql -X -q --set ON_ERROR_STOP=1 --set VERBOSITY=terse --single-transaction --file ${SQL_FOLDER}/${SQL_FILE} --output /dev/null
`;

/** What the pod is made of; each value is only put in its place, and may be known later. */
export interface SqlPodParts extends ClientPodParts {
    credentialsSecretName: unknown;
    configMapName: unknown;
}

/** The pod's `spec`, as the Pod Security level `restricted` demands and beyond. */
export function sqlPodSpec<P extends SqlPodParts>(parts: P) {
    return {
        ...clientPodSpec("psql", parts, {
            command: ["sh", "-c", SCRIPT],
            volumeMounts: [CREDENTIALS_MOUNT, { name: "sql", mountPath: SQL_FOLDER, readOnly: true }, TEMPORARY_MOUNT],
        }),
        volumes: [
            credentialsVolume(parts),
            { name: "sql", configMap: { name: parts.configMapName as P["configMapName"] } },
            TEMPORARY_VOLUME,
        ],
    };
}
