import { all, type Ground, make, patch, type Undo, type Weakness } from "../weakness";

const SERVER = { pod: "pgdb-postgresql-0", adminSecret: "pgdb-postgresql-admin" };

/** Runs SQL as the superuser, in the server's pod; returns what it prints. */
export async function asSuperuser(ground: Ground, sql: string): Promise<string> {
    const { databaseNamespace: namespace, database } = ground.outputs;
    const password = await secretValue(ground, namespace, SERVER.adminSecret, "postgres-password");
    const script = `export PGHOST=127.0.0.1 PGUSER=postgres PGDATABASE='${database}' PGPASSWORD='${password}'
psql -XAtq -v ON_ERROR_STOP=1 <<'END_OF_SQL'\n${sql}\nEND_OF_SQL`;
    const { code, stdout, stderr } = await ground.run({ namespace, pod: SERVER.pod, container: "postgresql" }, script);
    if (code !== 0) {
        throw new Error(stderr);
    }
    return stdout.trim();
}

async function secretValue({ api }: Ground, namespace: string, name: string, key: string): Promise<string> {
    const { data } = await api.get<{ data: Record<string, string> }>(`/api/v1/namespaces/${namespace}/secrets/${name}`);
    return Buffer.from(data[key] ?? "", "base64").toString("utf8");
}

async function bySql(ground: Ground, off: string, on: string): Promise<Undo> {
    await asSuperuser(ground, off);
    return async () => {
        await asSuperuser(ground, on);
    };
}

/** Gives a role another password; it gets its own back as the server has stored it. */
async function passwordOf(ground: Ground, role: string, password: string): Promise<Undo> {
    const stored = await asSuperuser(ground, `SELECT rolpassword FROM pg_authid WHERE rolname = '${role}'`);
    return bySql(ground, `ALTER ROLE ${role} PASSWORD '${password}'`, `ALTER ROLE ${role} PASSWORD '${stored}'`);
}

interface ConfigMap {
    metadata: { name: string };
    data?: Record<string, string>;
}

const HBA = "pg_hba.conf";

/** Gives the server other rules about who may log in from where. */
async function loginRules(ground: Ground, change: (rules: string) => string): Promise<Undo> {
    const { api, outputs } = ground;
    const path = `/api/v1/namespaces/${outputs.databaseNamespace}/configmaps`;
    const map = (await api.list<ConfigMap>(path)).find(({ data }) => data?.[HBA] !== undefined);
    const rules = map?.data?.[HBA] ?? "";
    const name = map?.metadata.name ?? "";
    const undo = await patch(api, `${path}/${name}`, { data: { [HBA]: change(rules) } }, { data: { [HBA]: rules } });
    await reload(ground);
    return async () => {
        await undo();
        await reload(ground);
    };
}

/** Until the server has read the rules that are in the ConfigMap. */
async function reload(ground: Ground): Promise<void> {
    const { databaseNamespace } = ground.outputs;
    const rules = "SELECT md5(pg_read_file(current_setting('hba_file')))";
    const before = await asSuperuser(ground, rules);
    // A pod that changes is looked at anew, with its files; else that takes a minute.
    const pod = `/api/v1/namespaces/${databaseNamespace}/pods/${SERVER.pod}`;
    const mark = { metadata: { annotations: { "bulwark.dev/verify-test": String(Date.now()) } } };
    await patch(ground.api, pod, mark, {});
    for (const end = Date.now() + 120_000; (await asSuperuser(ground, rules)) === before; ) {
        if (Date.now() > end) {
            throw new Error("the server's pod doesn't get the ConfigMap");
        }
        await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await asSuperuser(ground, "SELECT pg_reload_conf()");
}

export const DATABASE: Weakness[] = [
    {
        what: "what the application's role may not do in the database",
        probes: [
            "database/write-rows",
            "database/change-schema",
            "database/temporary-tables",
            "database/run-programs",
            "database/server-files",
            "database/large-objects",
            "database/become-another-role",
            "database/cover-tracks",
        ],
        switchOff: (ground) => {
            const { database } = ground.outputs;
            return bySql(
                ground,
                `GRANT CREATE ON SCHEMA public TO readonly;
GRANT CREATE, TEMPORARY ON DATABASE ${database} TO readonly;
GRANT pg_execute_server_program TO readonly;
GRANT EXECUTE ON FUNCTION pg_read_file(text), lo_creat(int) TO readonly;
GRANT SET ON PARAMETER log_statement TO readonly;
GRANT app_owner TO readonly;`,
                `REVOKE CREATE ON SCHEMA public FROM readonly;
REVOKE CREATE, TEMPORARY ON DATABASE ${database} FROM readonly;
REVOKE pg_execute_server_program FROM readonly;
REVOKE EXECUTE ON FUNCTION pg_read_file(text), lo_creat(int) FROM readonly;
REVOKE SET ON PARAMETER log_statement FROM readonly;
REVOKE app_owner FROM readonly;`,
            );
        },
    },
    {
        what: "the limits of the application's role, and what keeps tenants apart",
        probes: [
            "database/endless-statement",
            "database/idle-transaction",
            "database/connection-flood",
            "database/other-tenants",
        ],
        switchOff: async (ground) => {
            const settings = ["statement_timeout", "idle_in_transaction_session_timeout"];
            const limit = await asSuperuser(ground, "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'readonly'");
            const before = await Promise.all(
                settings.map((name) =>
                    asSuperuser(
                        ground,
                        `SELECT split_part(entry, '=', 2) FROM pg_db_role_setting, unnest(setconfig) entry
                            WHERE setrole = 'readonly'::regrole AND split_part(entry, '=', 1) = '${name}'`,
                    ),
                ),
            );
            const back = settings.map((name, index) => `ALTER ROLE readonly SET ${name} = '${before[index]}';`);
            return bySql(
                ground,
                `ALTER ROLE readonly BYPASSRLS CONNECTION LIMIT -1;
${settings.map((name) => `ALTER ROLE readonly SET ${name} = 0;`).join("\n")}`,
                `ALTER ROLE readonly NOBYPASSRLS CONNECTION LIMIT ${limit};\n${back.join("\n")}`,
            );
        },
    },
    {
        what: "passwords of the roles' own",
        probes: ["database/guessed-password", "database/shared-password"],
        switchOff: async (ground) => {
            const { namespace, credentialsSecret } = ground.outputs;
            const own = await secretValue(ground, namespace, credentialsSecret, "password");
            return all(
                () => passwordOf(ground, "app_owner", own),
                () => passwordOf(ground, "readonly", "readonly"),
            );
        },
    },
    {
        what: "the server's rules about encryption and databases",
        probes: ["database/plaintext", "database/other-databases"],
        switchOff: (ground) =>
            all(
                () => loginRules(ground, (rules) => `host all all all scram-sha-256\n${rules}`),
                () =>
                    bySql(
                        ground,
                        "GRANT CONNECT ON DATABASE postgres TO readonly",
                        "REVOKE CONNECT ON DATABASE postgres FROM readonly",
                    ),
            ),
    },
    {
        what: "what clients check about the server",
        probes: ["database/impostor"],
        switchOff: async (ground) => {
            const { namespace, credentialsSecret } = ground.outputs;
            const uri = await secretValue(ground, namespace, credentialsSecret, "uri");
            const data = (text: string) => ({ data: { uri: Buffer.from(text).toString("base64") } });
            const path = `/api/v1/namespaces/${namespace}/secrets/${credentialsSecret}`;
            return patch(ground.api, path, data(uri.replace(/\?.*/, "?sslmode=require")), data(uri));
        },
    },
    {
        what: "the API server's refusal of Secrets to the application",
        probes: ["database/read-secrets"],
        switchOff: ({ api, outputs }) =>
            make(api, "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
                apiVersion: "rbac.authorization.k8s.io/v1",
                kind: "ClusterRoleBinding",
                metadata: { name: `${outputs.namespace}-application-is-admin` },
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
                subjects: [
                    {
                        kind: "Group",
                        name: `system:serviceaccounts:${outputs.namespace}`,
                        apiGroup: "rbac.authorization.k8s.io",
                    },
                ],
            } as { metadata: { name: string } }),
    },
];
