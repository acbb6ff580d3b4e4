/** Credentials of others. */
import { type Probe, stopped, unproven } from "../../probe";

interface Account {
    spec: { template: { spec: { serviceAccountName?: string } } };
}

export const SECRETS: Probe[] = [
    {
        name: "read-secrets",
        layer: "database",
        attack: "reads Secrets in the name of the application's ServiceAccount: its own, the owner's, and all of both namespaces",
        gain: "owns the database, by a token that the application should not even have",
        expected: "the API server refuses each",
        ifOff: "a role gives the account the right to read Secrets",
        attackers: [],
        async run(field) {
            const { application, database } = field.target;
            const { spec } = application.deployment as Account;
            const as = {
                namespace: application.namespace,
                account: spec.template.spec.serviceAccountName ?? "default",
            };
            const secrets = (namespace: string) => `/api/v1/namespaces/${namespace}/secrets`;
            const named = [
                [application.namespace, application.credentialsSecret],
                [database.namespace, database.ownerSecret],
            ].flatMap(([namespace = "", name]) => (name === undefined ? [] : [`${secrets(namespace)}/${name}`]));
            const lists = [secrets(application.namespace), secrets(database.namespace)];
            // Who runs this may read them: only the status is looked at.
            const controls = await Promise.all([...named, ...lists].map((path) => field.api.ask("GET", path)));
            const missing = controls.findIndex(({ status }) => status !== 200);
            if (missing >= 0) {
                return unproven(
                    `the control failed: an administrator can't read ${[...named, ...lists][missing]} either`,
                );
            }
            const attempts = await Promise.all(
                [...named, ...lists].map(async (path) => {
                    const { status } = await field.api.ask("GET", path, { as });
                    return { what: path.replace("/api/v1/namespaces/", ""), worked: status === 200, status };
                }),
            );
            const strange = attempts.find(({ status }) => status !== 200 && status !== 403);
            if (strange !== undefined) {
                return unproven(`${strange.what}: the API server answered ${strange.status}`);
            }
            const { verdict, evidence } = stopped(attempts.map((each) => ({ ...each, seen: String(each.status) })));
            return {
                verdict,
                evidence: `as ${as.namespace}/${as.account}, ${evidence} (control: an administrator reads them)`,
            };
        },
    },
];
