#!/usr/bin/env bash
# The steps of a write-up, by hand: kubectl and helm, one after the other, each waited for, with nobody thinking or typing
# in between. What it says is done as it says it, and as well as the program does the same thing: the same images, charts,
# probes and limits. Secrets are files in a folder of its own, since a write-up has them in files.
set -euo pipefail
k() { "$KUBECTL" "$@" >/dev/null; }
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
password() { openssl rand -hex 16; }

for namespace in "$APP" "$DATABASE" "$INGRESS"; do k create namespace "$namespace"; done

# Cluster: nothing in, but from the ingress controller; nothing to the database, but from the application.
k apply -f - <<YAML
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny-all, namespace: $APP }
spec: { podSelector: {}, policyTypes: [Ingress] }
YAML
k apply -f - <<YAML
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: from-ingress, namespace: $APP }
spec:
    podSelector: { matchLabels: { app: secure-app } }
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: $INGRESS } } }], ports: [{ port: 8000 }] }]
YAML
k apply -f - <<YAML
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny-all, namespace: $DATABASE }
spec: { podSelector: {}, policyTypes: [Ingress] }
YAML
k apply -f - <<YAML
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: from-app, namespace: $DATABASE }
spec:
    podSelector: { matchLabels: { app.kubernetes.io/name: postgresql } }
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: $APP } } }], ports: [{ port: 5432 }] }]
YAML
k create serviceaccount -n "$APP" operator
k create rolebinding -n "$APP" operator --clusterrole=view --serviceaccount="$APP:operator"

# Application: the controller.
"$HELM" install "$INGRESS" "$INGRESS_CHART" -n "$INGRESS" -f "$INGRESS_VALUES" --wait --timeout 5m >/dev/null

# Database: the superuser's password, a certificate, the chart, a role that reads.
password >"$folder/postgres-password"
k create secret generic -n "$DATABASE" pgdb-admin --from-file="$folder/postgres-password"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=pgdb-postgresql.$DATABASE" \
    -keyout "$folder/tls.key" -out "$folder/tls.crt" 2>/dev/null
k create secret tls -n "$DATABASE" pgdb-tls --cert="$folder/tls.crt" --key="$folder/tls.key"
"$HELM" install pgdb "$DATABASE_CHART" -n "$DATABASE" -f "$DATABASE_VALUES" --wait --timeout 5m >/dev/null
password >"$folder/password"
{
    cat "$folder/postgres-password"
    cat <<SQL
CREATE DATABASE mydb;
\connect mydb
CREATE ROLE readonly LOGIN PASSWORD '$(<"$folder/password")';
ALTER ROLE readonly SET idle_in_transaction_session_timeout = '15min';
ALTER ROLE readonly SET statement_timeout = '10min';
GRANT USAGE ON SCHEMA public TO readonly;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO readonly;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO readonly;
SQL
} | k exec -i -n "$DATABASE" pgdb-postgresql-0 -c postgresql -- \
    sh -c 'read -r PGPASSWORD; export PGPASSWORD; exec psql -h 127.0.0.1 -U postgres -v ON_ERROR_STOP=1 postgres'
k create secret generic -n "$APP" app-db-creds --from-literal=username=readonly --from-file="$folder/password"

# Container: the Deployment and its Service.
k apply -n "$APP" -f "$DEPLOYMENT"
k rollout status -n "$APP" deployment/secure-app --timeout=5m
k apply -f - <<YAML
apiVersion: v1
kind: Service
metadata: { name: app-service, namespace: $APP }
spec: { selector: { app: secure-app }, ports: [{ port: 80, targetPort: 8000 }] }
YAML

# Application: its way in.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj /CN=app.example.com \
    -addext subjectAltName=DNS:app.example.com -keyout "$folder/site.key" -out "$folder/site.crt" 2>/dev/null
k create secret tls -n "$APP" site-tls --cert="$folder/site.crt" --key="$folder/site.key"
k apply -f - <<YAML
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
    name: secure-app
    namespace: $APP
    annotations:
        nginx.ingress.kubernetes.io/limit-rps: "5"
        nginx.ingress.kubernetes.io/limit-burst-multiplier: "3"
        nginx.ingress.kubernetes.io/proxy-body-size: 1m
        nginx.ingress.kubernetes.io/ssl-redirect: "true"
spec:
    ingressClassName: $INGRESS
    tls: [{ hosts: [app.example.com], secretName: site-tls }]
    rules:
        - host: app.example.com
          http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: app-service, port: { number: 80 } } } }] }
YAML
k wait -n "$APP" ingress/secure-app --for='jsonpath={.status.loadBalancer.ingress[0].ip}' --timeout=2m
