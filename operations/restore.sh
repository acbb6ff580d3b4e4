#!/usr/bin/env bash
# Lists, fetches and restores the backups that DatabaseBackup makes. Needs bash, kubectl, openssl 3 and sha256sum on this
# machine, and rights in the database's namespace to create Jobs and to exec. docs/restore.md is the manual.
set -euo pipefail

usage="usage: restore.sh [-n NAMESPACE] [-c CRONJOB] list
       restore.sh [-n NAMESPACE] [-c CRONJOB] fetch BACKUP FOLDER
       restore.sh [-n NAMESPACE] [-p POD] restore FOLDER PRIVATE_KEY
NAMESPACE defaults to database, CRONJOB to database-backup, POD (the server's) to pgdb-postgresql-0."

fail() {
    echo "$1" >&2
    exit 1
}

namespace=database cronjob=database-backup pod=pgdb-postgresql-0
while getopts n:c:p: option; do
    case $option in
        n) namespace=$OPTARG ;;
        c) cronjob=$OPTARG ;;
        p) pod=$OPTARG ;;
        *) fail "$usage" ;;
    esac
done
shift $((OPTIND - 1))

# A pod that holds the volume, for as long as this script runs.
open_volume() {
    reader=$cronjob-reader-$(date +%s)
    trap 'kubectl delete job -n "$namespace" "$reader" --wait=false >/dev/null' EXIT
    kubectl create job -n "$namespace" "$reader" --from="cronjob/$cronjob-reader" >/dev/null
    for ((i = 0; i < 120; i++)); do
        on_volume true 2>/dev/null && return
        sleep 1
    done
    fail "no pod of job $reader runs: kubectl describe job,pod -n $namespace -l batch.kubernetes.io/job-name=$reader"
}

on_volume() {
    kubectl exec -n "$namespace" "job/$reader" -- "$@" </dev/null
}

list() {
    open_volume
    on_volume bash -c 'shopt -s nullglob; for folder in *-????????T??????Z; do echo "$folder"; done'
}

fetch() {
    local backup=$1 target=$2/$1 file
    open_volume
    mkdir -p "$target"
    for file in SHA256SUMS $(on_volume sed 's/^.*  //' "$backup/SHA256SUMS"); do
        on_volume cat "$backup/$file" >"$target/$file"
    done
    (cd "$target" && sha256sum --quiet --check SHA256SUMS)
    echo "$target"
}

# Runs in the server's pod, where the superuser's password is. What was there keeps its data under another name: when
# the restore fails it gets its own back, otherwise it waits for somebody to drop it.
in_server='set -eu
database=$1 before=$1_before_$(date -u +%Y%m%d%H%M%S)
export PGHOST=127.0.0.1 PGUSER=postgres PGPASSWORD="$(cat "$POSTGRES_PASSWORD_FILE")" PGDATABASE=postgres
sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1" </dev/null; }
there=$(sql "SELECT count(*) FROM pg_database WHERE datname = '\''$database'\''")
if [ "$there" = 1 ]; then
    sql "ALTER DATABASE \"$database\" ALLOW_CONNECTIONS false"
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\''$database'\''" >/dev/null
    sql "ALTER DATABASE \"$database\" RENAME TO \"$before\""
fi
if pg_restore --no-password --exit-on-error --create --dbname=postgres; then
    echo "restored $database"
    [ "$there" = 0 ] || echo "what it was before is now $before; drop it when you are content"
    exit 0
fi
sql "DROP DATABASE IF EXISTS \"$database\" WITH (FORCE)"
if [ "$there" = 1 ]; then
    sql "ALTER DATABASE \"$before\" RENAME TO \"$database\""
    sql "ALTER DATABASE \"$database\" ALLOW_CONNECTIONS true"
fi
echo "$database is as it was before" >&2
exit 1'

restore() {
    local folder=$1 key=$2 backup database part
    backup=$(basename "$folder") database=${backup%-*}
    [[ $database =~ ^[a-z_][a-z0-9_]*$ ]] || fail "$folder is not named as a backup is, such as mydb-20260131T021700Z"
    (cd "$folder" && sha256sum --quiet --check SHA256SUMS)
    # Before anything is touched.
    openssl cms -decrypt -binary -inform DER -in "$folder/part-000001.cms" -inkey "$key" -out /dev/null 2>/dev/null ||
        fail "$key doesn't decrypt $folder"
    for part in "$folder"/part-*.cms; do
        openssl cms -decrypt -binary -inform DER -in "$part" -inkey "$key"
    done | kubectl exec -i -n "$namespace" "$pod" -- sh -c "$in_server" restore "$database"
}

case "${1:-} $#" in
    "list 1") list ;;
    "fetch 3") fetch "$2" "$3" ;;
    "restore 3") restore "$2" "$3" ;;
    *) fail "$usage" ;;
esac
