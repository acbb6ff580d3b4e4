/** What somebody can do who got hold of the operators' identity. */
import { soundPodSpec } from "../../attackers";
import { DRY_RUN, STRATEGIC_MERGE } from "../../cluster/api";
import type { Field } from "../../field";
import { type Outcome, type Probe, stopped, Unproven } from "../../probe";

type Operator = NonNullable<Field["target"]["operator"]>;

/** The operators' identity, proven to be there: it may look at pods. */
async function operator(field: Field): Promise<Operator> {
    const { operator: as, application } = field.target;
    if (as === undefined) {
        throw new Unproven("the stack has no identity for operators (cluster.operators.install)");
    }
    const { status, message } = await field.api.ask("GET", `/api/v1/namespaces/${application.namespace}/pods`, { as });
    if (status !== 200) {
        throw new Unproven(`the control failed: ${as.namespace}/${as.account} can't even list pods: ${message}`);
    }
    return as;
}

/** Requests in the operators' name; each one must be forbidden. Nothing of an answer is kept but its status. */
async function forbidden(field: Field, requests: Request[]): Promise<Outcome> {
    const as = await operator(field);
    const attempts = await Promise.all(
        requests.map(async ({ method, path, body, contentType }) => {
            const { status } = await field.api.ask(method, path, { as, body, ...(contentType && { contentType }) });
            return { what: `${method} ${path.split("?")[0]}`, worked: status !== 403, seen: String(status) };
        }),
    );
    return withControl(stopped(attempts), as);
}

interface Request {
    method: string;
    path: string;
    body?: unknown;
    contentType?: string;
}

/** What must not be allowed, as the API server itself judges: some of it can't be tried without doing it. */
async function denied(field: Field, questions: Question[]): Promise<Outcome> {
    const as = await operator(field);
    const attempts = await Promise.all(
        questions.map(async ({ verb, group = "", resource, subresource, namespace }) => {
            const resourceAttributes = { verb, group, resource, subresource, namespace };
            const { status, body, message } = await field.api.ask(
                "POST",
                "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                {
                    as,
                    body: {
                        apiVersion: "authorization.k8s.io/v1",
                        kind: "SelfSubjectAccessReview",
                        spec: { resourceAttributes },
                    },
                },
            );
            if (status !== 201) {
                throw new Unproven(`the API server doesn't judge: ${message}`);
            }
            const { allowed } = (body as { status: { allowed: boolean } }).status;
            const what = [verb, [resource, subresource].filter(Boolean).join("/"), namespace && `in ${namespace}`];
            return { what: what.filter(Boolean).join(" "), worked: allowed, seen: allowed ? "allowed" : "no" };
        }),
    );
    return withControl(stopped(attempts), as);
}

interface Question {
    verb: string;
    group?: string;
    resource: string;
    subresource?: string;
    namespace?: string;
}

function withControl({ verdict, evidence }: Outcome, { namespace, account }: Operator): Outcome {
    return { verdict, evidence: `${evidence} (control: ${namespace}/${account} may list pods)` };
}

/** Name of an object that isn't there. */
const ABSENT = "verify-absent";
const RBAC = "rbac.authorization.k8s.io";

export const OPERATORS: Probe[] = [
    {
        name: "operator-reads-secrets",
        layer: "cluster",
        attack: "an operator reads Secrets, of every namespace and of each of the product's",
        gain: "gets the database's passwords and keys",
        expected: "forbidden",
        ifOff: "the Secrets are listed",
        attackers: [],
        run: (field) =>
            forbidden(field, [
                { method: "GET", path: "/api/v1/secrets?limit=1" },
                ...field.target.namespaces.map((namespace) => ({
                    method: "GET",
                    path: `/api/v1/namespaces/${namespace}/secrets?limit=1`,
                })),
            ]),
    },
    {
        name: "operator-enters-pods",
        layer: "cluster",
        attack: "an operator opens a shell, a port or a debugger in the product's pods, or goes through the proxies",
        gain: "is inside the application or the database, past every NetworkPolicy",
        expected: "forbidden",
        ifOff: "the API server would let him in",
        attackers: [],
        run: (field) => {
            const { application, database } = field.target;
            return denied(field, [
                ...[application.namespace, database.namespace].flatMap((namespace) => [
                    ...["exec", "attach", "portforward", "proxy"].flatMap((subresource) =>
                        ["get", "create"].map((verb) => ({ verb, resource: "pods", subresource, namespace })),
                    ),
                    { verb: "patch", resource: "pods", subresource: "ephemeralcontainers", namespace },
                    { verb: "get", resource: "services", subresource: "proxy", namespace },
                ]),
                { verb: "get", resource: "nodes", subresource: "proxy" },
            ]);
        },
    },
    {
        name: "operator-writes",
        layer: "cluster",
        attack: "an operator makes a pod, removes a NetworkPolicy, changes a Deployment, deletes the database's pods",
        gain: "runs what he likes, or takes the defences down one by one",
        expected: "forbidden",
        ifOff: "the API server would do it (it is asked without effect)",
        attackers: [],
        run: (field) => {
            const { application, database } = field.target;
            const app = `namespaces/${application.namespace}`;
            const metadata = { name: ABSENT };
            return forbidden(field, [
                {
                    method: "POST",
                    path: `/api/v1/${app}/pods?${DRY_RUN}`,
                    body: { apiVersion: "v1", kind: "Pod", metadata, spec: soundPodSpec(field.camp.image) },
                },
                {
                    method: "POST",
                    path: `/api/v1/${app}/configmaps?${DRY_RUN}`,
                    body: { apiVersion: "v1", kind: "ConfigMap", metadata },
                },
                // Absent ones: whoever may do it is told that there is no such object.
                { method: "DELETE", path: `/apis/networking.k8s.io/v1/${app}/networkpolicies/${ABSENT}` },
                {
                    method: "PATCH",
                    path: `/apis/apps/v1/${app}/deployments/${ABSENT}`,
                    body: { spec: { replicas: 0 } },
                    contentType: STRATEGIC_MERGE,
                },
                { method: "DELETE", path: `/api/v1/namespaces/${database.namespace}/pods/${ABSENT}` },
            ]);
        },
    },
    {
        name: "operator-escalates",
        layer: "cluster",
        attack: "an operator impersonates others, makes tokens, binds or changes roles, approves certificates",
        gain: "is the cluster's administrator",
        expected: "forbidden",
        ifOff: "the API server would let him",
        attackers: [],
        run: (field) => {
            const { namespace } = field.target.application;
            return denied(field, [
                ...["users", "groups", "serviceaccounts"].map((resource) => ({ verb: "impersonate", resource })),
                { verb: "create", resource: "serviceaccounts", subresource: "token", namespace },
                ...["bind", "escalate", "create", "patch"].map((verb) => ({
                    verb,
                    group: RBAC,
                    resource: "clusterroles",
                })),
                { verb: "create", group: RBAC, resource: "clusterrolebindings" },
                { verb: "create", group: RBAC, resource: "rolebindings", namespace },
                {
                    verb: "update",
                    group: "certificates.k8s.io",
                    resource: "certificatesigningrequests",
                    subresource: "approval",
                },
                {
                    verb: "delete",
                    group: "admissionregistration.k8s.io",
                    resource: "validatingadmissionpolicybindings",
                },
                { verb: "patch", resource: "namespaces" },
            ]);
        },
    },
];
