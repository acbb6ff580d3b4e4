/** The pods of backups: the one that makes them, and the one that hands them out. Pure; no Pulumi import. */
import {
    type ClientPodParts,
    CREDENTIALS_MOUNT,
    clientPodSpec,
    credentialsVolume,
    TEMPORARY_MOUNT,
    TEMPORARY_VOLUME,
} from "./client-pod";
import { clientScript } from "./client-script";

const VOLUME_FOLDER = "/backups";
const RECIPIENTS_FOLDER = "/recipients";

/** How long the pod that hands backups out stays. */
const READER_SECONDS = 3_600;

/**
 * What makes a backup: a folder of encrypted parts and their checksums, under a name of its own only when it is whole.
 *
 * In parts, because OpenSSL reads a whole CMS message into memory to decrypt it. What a try leaves behind whose node went
 * away is removed by a later one, once it is too old to be in use: a Job made by hand may run beside the CronJob's.
 */
export const BACKUP_SCRIPT = `set -euo pipefail
umask 077
export SHELL=/bin/sh
${clientScript("bulwark-backup")}
cd ${VOLUME_FOLDER}
now=$(date +%s)
for left in .partial-*; do
    if [ -d "$left" ] && [ $((now - $(stat -c %Y "$left"))) -gt "$BACKUP_DEADLINE_SECONDS" ]; then
        rm -rf "$left"
    fi
done

backup="$PGDATABASE-$(date -u +%Y%m%dT%H%M%SZ)"
partial=".partial-$backup-$HOSTNAME"
trap 'rm -rf "${VOLUME_FOLDER}/$partial"' EXIT
mkdir "$partial"
RECIPIENTS=
for certificate in ${RECIPIENTS_FOLDER}/*.crt; do
    RECIPIENTS="$RECIPIENTS -recip $certificate -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256"
done
export RECIPIENTS
pg_dump --format=custom --no-password --lock-wait-timeout=5min |
    split --bytes=64M --numeric-suffixes=1 --suffix-length=6 --additional-suffix=.cms --filter='
        openssl cms -encrypt -binary -stream -outform DER -aes-256-gcm -out "$FILE" $RECIPIENTS' - "$partial/part-"
cd "$partial"
sha256sum part-*.cms >SHA256SUMS
parts=(part-*.cms)
cd ..
sync
mv -T "$partial" "$backup"
sync
echo "made $backup, \${#parts[@]} parts"

backups=("$PGDATABASE"-????????T??????Z)
for ((i = 0; i < \${#backups[@]} - BACKUP_KEEP; i++)); do
    rm -rf "\${backups[i]}"
    echo "removed \${backups[i]}"
done
`;

/** What the pod that makes backups is made of; each value is only put in its place, and may be known later. */
export interface BackupPodParts extends ClientPodParts {
    credentialsSecretName: unknown;
    recipientsConfigMapName: unknown;
    volumeClaimName: unknown;
    /** As text, like every variable of a container. */
    keepText: unknown;
    deadlineText: unknown;
}

/** The `spec` of the pod that makes backups, as the Pod Security level `restricted` demands and beyond. */
export function backupPodSpec<P extends BackupPodParts>(parts: P) {
    return {
        ...clientPodSpec("pg-dump", parts, {
            command: ["bash", "-c", BACKUP_SCRIPT],
            env: [
                { name: "BACKUP_KEEP", value: parts.keepText as P["keepText"] },
                { name: "BACKUP_DEADLINE_SECONDS", value: parts.deadlineText as P["deadlineText"] },
            ],
            volumeMounts: [
                CREDENTIALS_MOUNT,
                { name: "recipients", mountPath: RECIPIENTS_FOLDER, readOnly: true },
                { name: "backups", mountPath: VOLUME_FOLDER },
                TEMPORARY_MOUNT,
            ],
        }),
        volumes: [
            credentialsVolume(parts),
            {
                name: "recipients",
                configMap: { name: parts.recipientsConfigMapName as P["recipientsConfigMapName"] },
            },
            claim(parts),
            TEMPORARY_VOLUME,
        ],
    };
}

/** What the pod that hands backups out is made of. */
export type ReaderPodParts = Pick<BackupPodParts, "image" | "resources" | "volumeClaimName">;

/** The `spec` of a pod that does nothing but hold the volume, to copy from. It has no credentials and no network. */
export function readerPodSpec<P extends ReaderPodParts>(parts: P) {
    return {
        ...clientPodSpec("reader", parts, {
            command: ["sleep", String(READER_SECONDS)],
            workingDir: VOLUME_FOLDER,
            volumeMounts: [{ name: "backups", mountPath: VOLUME_FOLDER, readOnly: true }],
        }),
        // `sleep` as a container's first process hears no signal.
        terminationGracePeriodSeconds: 1,
        volumes: [claim(parts)],
    };
}

function claim<P extends Pick<BackupPodParts, "volumeClaimName">>(parts: P) {
    return {
        name: "backups",
        persistentVolumeClaim: { claimName: parts.volumeClaimName as P["volumeClaimName"] },
    };
}
