"""The database alone: PostgreSQL, a role that can only read, and tenants kept apart by row."""

import pulumi
import pulumi_bulwark as bulwark

config = pulumi.Config()
client_namespace = config.require("clientNamespace")

server = bulwark.PostgresDatabase(
    "database",
    storage_size="20Gi",
    minimum_tls_version=bulwark.TlsVersion.TLS13,
    audit={"log": [bulwark.AuditClass.ROLE, bulwark.AuditClass.DDL]},
    labels={"team": "payments"},
)

access = bulwark.DatabaseAccess(
    "access",
    server={
        "namespace_name": server.namespace_name,
        "pod_name": server.pod_name,
        "host": server.host,
        "admin_password": server.admin_password,
        "ca_certificate": server.ca_certificate,
        "release_urn": server.release_urn,
    },
    client_namespace_name=client_namespace,
    database_name="shop",
    statement_timeout="30s",
    tunnel={"local_port": config.require_int("localPort")},
    labels={"team": "payments"},
)

# The only way to the server: it denies everybody else, and the clients' namespace lets their pods out to it.
bulwark.AllowedFlow(
    "clients",
    from_={"namespace_name": client_namespace},
    to={"namespace_name": server.namespace_name, "pod_labels": server.pod_labels},
    ports=[{"port": 5432}],
)

tenants = bulwark.RowLevelSecurity(
    "tenants",
    server={
        "namespace_name": server.namespace_name,
        "pod_labels": server.pod_labels,
        "host": server.host,
        "admin_password": server.admin_password,
        "ca_certificate": server.ca_certificate,
    },
    database_name=access.database_name,
    role_names=[access.readonly_role],
    tenant_column="customer_id",
)

pulumi.export("databaseName", tenants.database_name)
pulumi.export("credentialsSecretName", access.credentials_secret_name)
pulumi.export("adminPassword", server.admin_password)
