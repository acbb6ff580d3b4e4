#!/bin/bash
# Starts PostgreSQL with the environment and the mounts that the Bitnami image understands, as far as the sandbox's
# chart uses them. The root file system may be read-only: only the volume and /tmp are written to.
set -euo pipefail
umask 077

: "${PGDATA:=/bitnami/postgresql/data}"
conf=/bitnami/postgresql/conf
run=/tmp/postgresql
password_file=${POSTGRESQL_PASSWORD_FILE:-${POSTGRES_PASSWORD_FILE:-/opt/bitnami/postgresql/secrets/postgres-password}}

setting() { # setting NAME VALUE
    printf "%s = '%s'\n" "$1" "${2//\'/\'\'}"
}

if [ $# -gt 0 ]; then
    exec "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # Made beside and renamed: a first start that is cut short begins again.
    rm -rf "$PGDATA" "$PGDATA.new"
    initdb --pgdata="$PGDATA.new" --username=postgres --pwfile="$password_file" --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C.UTF-8
    echo "host all all all scram-sha-256" >>"$PGDATA.new/pg_hba.conf"
    mv "$PGDATA.new" "$PGDATA"
fi
chmod 700 "$PGDATA" # at every start: the kubelet's fsGroup pass gives the group access, which PostgreSQL refuses

mkdir -p "$run"
{
    setting listen_addresses '*'
    setting port "${POSTGRESQL_PORT_NUMBER:-5432}"
    setting unix_socket_directories /tmp
    [ ! -f "$conf/pg_hba.conf" ] || setting hba_file "$conf/pg_hba.conf"
    setting shared_preload_libraries "${POSTGRESQL_SHARED_PRELOAD_LIBRARIES:-}"
    if [ "${POSTGRESQL_ENABLE_TLS:-no}" = yes ]; then
        # PostgreSQL wants the key to be its own and private, which a mounted Secret isn't.
        cp --remove-destination "$POSTGRESQL_TLS_CERT_FILE" "$run/server.crt"
        cp --remove-destination "$POSTGRESQL_TLS_KEY_FILE" "$run/server.key"
        chmod 600 "$run/server.key"
        setting ssl on
        setting ssl_cert_file "$run/server.crt"
        setting ssl_key_file "$run/server.key"
    fi
    for pair in LOG_CONNECTIONS=log_connections LOG_DISCONNECTIONS=log_disconnections LOG_HOSTNAME=log_hostname \
        LOG_LINE_PREFIX=log_line_prefix LOG_TIMEZONE=log_timezone CLIENT_MIN_MESSAGES=client_min_messages \
        PGAUDIT_LOG=pgaudit.log PGAUDIT_LOG_CATALOG=pgaudit.log_catalog; do
        variable=POSTGRESQL_${pair%%=*}
        [ -z "${!variable:-}" ] || setting "${pair#*=}" "${!variable}"
    done
    [ ! -d "$conf/conf.d" ] || echo "include_dir '$conf/conf.d'" # last, so that it wins
} >"$run/postgresql.conf"

exec postgres -D "$PGDATA" -c config_file="$run/postgresql.conf"
