/** The operators' access on the real API server: everything that they may do, and by the whole matrix nothing else. */
import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as https from "node:https";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation";
import { OperatorAccess } from "../../components/cluster/operator-access";
import { get, inPod, kubectl, type Outcome, secretValues } from "./support/kubectl";
import { NAMES, openOwn, type Running, running } from "./support/stack";

const NAMESPACE = "e2e-operators";
const ACCOUNT = "operator";
const BASTION = "deploy/bastion";
const GROUP = "e2e-oncall";

const READ = ["get", "list", "watch"];
const WRITE = ["create", "update", "patch", "delete", "deletecollection"];
/** Stated here once more, since the test must not believe the code. */
const READABLE = new Set([
    ...of("", "configmaps endpoints events limitranges namespaces nodes persistentvolumeclaims persistentvolumes pods"),
    ...of("", "pods/log replicationcontrollers resourcequotas serviceaccounts services"),
    ...of("admissionregistration.k8s.io", "mutatingwebhookconfigurations validatingadmissionpolicies"),
    ...of("admissionregistration.k8s.io", "validatingadmissionpolicybindings validatingwebhookconfigurations"),
    ...of("apiextensions.k8s.io", "customresourcedefinitions"),
    ...of("apiregistration.k8s.io", "apiservices"),
    ...of("apps", "controllerrevisions daemonsets deployments replicasets statefulsets"),
    ...of("autoscaling", "horizontalpodautoscalers"),
    ...of("batch", "cronjobs jobs"),
    ...of("coordination.k8s.io", "leases"),
    ...of("discovery.k8s.io", "endpointslices"),
    ...of("events.k8s.io", "events"),
    ...of("metrics.k8s.io", "nodes pods"),
    ...of("networking.k8s.io", "ingressclasses ingresses networkpolicies"),
    ...of("policy", "poddisruptionbudgets"),
    ...of("rbac.authorization.k8s.io", "clusterrolebindings clusterroles rolebindings roles"),
    ...of("scheduling.k8s.io", "priorityclasses"),
    ...of("storage.k8s.io", "csidrivers csinodes storageclasses volumeattachments"),
]);
/** Everybody who is known may ask what he himself may do; it changes nothing. */
const ABOUT_ONESELF = new Set([
    ...of("authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews"),
    ...of("authentication.k8s.io", "selfsubjectreviews"),
]);
/** What discovery doesn't list: the kubelet's own interface, and verbs beyond those of REST. */
const HIDDEN = of("", "nodes/log nodes/metrics nodes/stats nodes/configz nodes/healthz nodes/checkpoint nodes/pods");
const SPECIAL = [
    { verb: "impersonate", resources: of("", "users groups serviceaccounts") },
    { verb: "impersonate", resources: of("authentication.k8s.io", "uids userextras/scopes") },
    { verb: "bind", resources: of("rbac.authorization.k8s.io", "roles clusterroles") },
    { verb: "escalate", resources: of("rbac.authorization.k8s.io", "roles clusterroles") },
    { verb: "approve", resources: of("certificates.k8s.io", "signers") },
    { verb: "sign", resources: of("certificates.k8s.io", "signers") },
    { verb: "*", resources: ["*/*"] },
];

/** Resources of a group, each as `group/resource`, subresource included. */
function of(group: string, resources: string): string[] {
    return resources.split(" ").map((resource) => `${group}/${resource}`);
}

const REVIEW = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview" };

/** How the cluster's administrator asks for reviews, over connections that are kept: there are thousands to ask for. */
async function administrator(kubeconfig: string): Promise<https.RequestOptions> {
    const { KubeConfig } = await import("@kubernetes/client-node");
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const { hostname, port } = new URL(config.getCurrentCluster()?.server ?? "");
    const credentials: https.RequestOptions = {};
    await config.applyToHTTPSOptions(credentials);
    const { ca, cert, key } = credentials;
    return {
        hostname,
        port,
        method: "POST",
        path: "/apis/authorization.k8s.io/v1/subjectaccessreviews",
        headers: { "content-type": "application/json" },
        agent: new https.Agent({ keepAlive: true, maxSockets: 16, ca, cert, key }),
    };
}

interface Question {
    verb: string;
    /** `group/resource`, with the empty name of the core group before the slash. */
    what: string;
    namespace?: string;
}

describe("operators", () => {
    let env: Running;
    let stack: Stack;
    let admin: https.RequestOptions;
    let kubeconfigFile: string;
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "operators-"));

    before(async function () {
        this.timeout(300_000);
        env = await running();
        const { cluster } = env;
        admin = await administrator(cluster.kubeconfig);
        const { host = "", database, username, password, ...binding } = await secretValues(NAMES.app, "app-db-creds");
        const login = { host, databaseName: database ?? "", username: username ?? "", password: password ?? "" };
        stack = await openOwn("e2e-operators", () => {
            const access = new OperatorAccess("operators", {
                namespaceName: NAMESPACE,
                token: { lifetime: "15min", kubeconfig: cluster.kubeconfig },
                bastion: {
                    image: cluster.images.app,
                    userGroups: [GROUP],
                    database: {
                        ...login,
                        namespaceName: NAMES.database,
                        podLabels: { "app.kubernetes.io/instance": "pgdb" },
                        caCertificate: binding["ca.crt"] ?? "",
                    },
                },
            });
            return { kubeconfig: access.kubeconfig };
        });
        const { outputs } = await stack.up();
        assert.equal(outputs.kubeconfig?.secret, true);
        kubeconfigFile = path.join(folder, "kubeconfig");
        fs.writeFileSync(kubeconfigFile, String(outputs.kubeconfig?.value), { mode: 0o600 });
    });

    after(async function () {
        this.timeout(300_000);
        fs.rmSync(folder, { recursive: true });
        (admin?.agent as https.Agent | undefined)?.destroy();
        await stack?.destroy({ remove: true });
    });

    async function allowed({ verb, what, namespace }: Question, groups?: string[]): Promise<boolean> {
        const slash = what.indexOf("/");
        const [resource, ...subresource] = what.slice(slash + 1).split("/");
        const who = groups
            ? { user: "somebody", groups: [...groups, "system:authenticated"] }
            : {
                  user: `system:serviceaccount:${NAMESPACE}:${ACCOUNT}`,
                  groups: ["system:serviceaccounts", `system:serviceaccounts:${NAMESPACE}`, "system:authenticated"],
              };
        const attributes = {
            verb,
            group: what.slice(0, slash),
            ...(resource && { resource }),
            ...(subresource.length > 0 && { subresource: subresource.join("/") }),
            ...(namespace && { namespace }),
        };
        return review({ ...who, resourceAttributes: attributes });
    }

    async function review(spec: object): Promise<boolean> {
        const answer = await new Promise<string>((resolve, reject) => {
            const request = https.request(admin, async (response) => {
                let body = "";
                for await (const chunk of response) {
                    body += chunk;
                }
                resolve(body);
            });
            request.on("error", reject);
            request.end(JSON.stringify({ ...REVIEW, spec }));
        });
        const { status } = JSON.parse(answer) as { status: { allowed?: boolean } };
        assert.equal(typeof status.allowed, "boolean", answer);
        return status.allowed === true;
    }

    /** The questions of a list that are answered with yes. */
    async function yes(questions: Question[], groups?: string[]): Promise<string[]> {
        const rest = [...questions];
        const found: string[] = [];
        const work = async () => {
            for (let each = rest.shift(); each !== undefined; each = rest.shift()) {
                if (await allowed(each, groups)) {
                    found.push(`${each.verb} ${each.what}`);
                }
            }
        };
        await Promise.all(Array.from({ length: 16 }, work));
        return found.sort();
    }

    /** Every resource and subresource that the API server serves. */
    async function everything(): Promise<string[]> {
        const raw = async <T>(url: string) => JSON.parse(await kubectl("get", "--raw", url)) as T;
        const { groups } = await raw<{ groups: { versions: { groupVersion: string }[] }[] }>("/apis");
        const urls = ["/api/v1", ...groups.flatMap((each) => each.versions.map((v) => `/apis/${v.groupVersion}`))];
        const lists = await Promise.all(
            urls.map(async (url) => {
                const group = url === "/api/v1" ? "" : (url.split("/")[2] ?? "");
                const { resources } = await raw<{ resources: { name: string }[] }>(url);
                return resources.map(({ name }) => `${group}/${name}`);
            }),
        );
        return [...new Set([...lists.flat(), ...READABLE, ...HIDDEN])].sort();
    }

    async function asOperator(...args: string[]): Promise<Outcome> {
        const { kubectl: program } = env.cluster.programs;
        return promisify(execFile)(program, ["--kubeconfig", kubeconfigFile, ...args]).then(
            ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
            (error: Outcome) => error,
        );
    }

    it("may do what they need, and by the whole matrix of verbs and resources nothing else", async function () {
        this.timeout(240_000);
        const resources = await everything();
        for (const dangerous of ["secrets", "pods/exec", "pods/attach", "pods/portforward", "pods/proxy"]) {
            assert.ok(resources.includes(`/${dangerous}`), dangerous);
        }
        for (const dangerous of [
            "pods/ephemeralcontainers",
            "serviceaccounts/token",
            "nodes/proxy",
            "services/proxy",
        ]) {
            assert.ok(resources.includes(`/${dangerous}`), dangerous);
        }
        for (const namespace of [undefined, NAMESPACE, NAMES.app]) {
            const questions = [...READ, ...WRITE].flatMap((verb) =>
                resources.map((what) => ({ verb, what, ...(namespace && { namespace }) })),
            );
            assert.ok(questions.length > 800);
            const expected = [
                ...READ.flatMap((verb) => [...READABLE].map((what) => `${verb} ${what}`)),
                ...[...ABOUT_ONESELF].map((what) => `create ${what}`),
            ];
            assert.deepEqual(await yes(questions), expected.sort(), `in ${namespace ?? "every namespace"}`);
        }
    });

    it("may not impersonate, bind, escalate, approve or sign", async () => {
        const questions = SPECIAL.flatMap(({ verb, resources }) => resources.map((what) => ({ verb, what })));
        assert.deepEqual(await yes(questions), []);
    });

    it("have a kubeconfig that works, for a short time", async () => {
        const config = JSON.parse(fs.readFileSync(kubeconfigFile, "utf8")) as { users: { user: { token: string } }[] };
        const [, payload = ""] = (config.users[0]?.user.token ?? "").split(".");
        const { exp, iat, sub } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
        assert.equal(exp - iat, 15 * 60);
        assert.equal(sub, `system:serviceaccount:${NAMESPACE}:${ACCOUNT}`);
        const pods = await asOperator("get", "pods", "-n", NAMES.app, "-o", "name");
        assert.match(pods.stdout, /^pod\/secure-app-/, pods.stderr);
        assert.equal((await asOperator("logs", "-n", NAMES.app, "deploy/secure-app", "--tail=1")).code, 0);
    });

    it("are refused when they try for more", async () => {
        const attempts = [
            ["get", "secrets", "-A"],
            ["get", "secret", "-n", NAMES.app, "app-db-creds"],
            ["exec", "-n", NAMES.app, "deploy/secure-app", "--", "id"],
            ["exec", "-n", NAMESPACE, BASTION, "--", "id"],
            ["attach", "-n", NAMES.app, "deploy/secure-app"],
            ["debug", "-n", NAMES.database, "pod/pgdb-postgresql-0", "--image=x:1"],
            ["port-forward", "-n", NAMES.database, "pod/pgdb-postgresql-0", "15999:5432"],
            ["create", "token", "-n", NAMESPACE, ACCOUNT],
            ["scale", "-n", NAMES.app, "deploy/secure-app", "--replicas=0"],
            ["delete", "networkpolicy", "-n", NAMES.app, "default-deny"],
            ["get", "--raw", `/api/v1/namespaces/${NAMES.app}/services/app-service/proxy/`],
        ];
        for (const attempt of attempts) {
            const { code, stderr } = await asOperator(...attempt);
            assert.notEqual(code, 0, attempt.join(" "));
            assert.match(stderr, /[Ff]orbidden/, attempt.join(" "));
        }
    });

    /** Asks the API server from inside the bastion, with the pod's own token; the answer's status. */
    async function fromBastion(resource: string): Promise<string> {
        const script = `
            const fs = require("fs"), at = "/var/run/secrets/kubernetes.io/serviceaccount/";
            const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
            const headers = { authorization: "Bearer " + fs.readFileSync(at + "token", "utf8") };
            require("https").get({ host, port, path: "${resource}", headers, ca: fs.readFileSync(at + "ca.crt") },
                (answer) => { console.log(answer.statusCode); answer.destroy(); });`;
        return (await inPod(NAMESPACE, BASTION, ["node", "-e", script])).stdout.trim();
    }

    it("have the same rights in the bastion", async () => {
        assert.equal(await fromBastion("/api/v1/pods"), "200");
        assert.equal(await fromBastion("/api/v1/secrets"), "403");
    });

    async function query(sql: string): Promise<Outcome> {
        const script = `PGPASSWORD=$(cat /bindings/database/password) exec psql -XAt -v ON_ERROR_STOP=1 -c "${sql}"`;
        return inPod(NAMESPACE, BASTION, ["sh", "-c", script]);
    }

    it("reach the database from the bastion, over verified TLS, and can only read", async () => {
        const { stdout, stderr } = await query(
            "SELECT current_user, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        );
        assert.equal(stdout.trim(), "readonly|t", stderr);
        assert.match((await query("CREATE TABLE public.mine (id int)")).stderr, /permission denied/);
    });

    it("reach nothing else from the bastion", async () => {
        const connect = async (host: string, port: number) => {
            const script = `const s = require("net").connect({ host: "${host}", port: ${port}, timeout: 3000 });
                const end = (word) => { console.log(word); process.exit(); };
                s.on("connect", () => end("open")).on("timeout", () => end("timeout")).on("error", (e) => end(e.code));`;
            return (await inPod(NAMESPACE, BASTION, ["node", "-e", script])).stdout.trim();
        };
        const { items } = await get<{ items: { status: { podIP: string } }[] }>("pods", "-n", NAMES.app);
        const [pod] = items;
        assert.ok(pod);
        for (const [host, port] of [
            [pod.status.podIP, 8000],
            [`app-service.${NAMES.app}.svc.cluster.local`, 80],
            [env.cluster.hosts.server.address, 80],
        ] as const) {
            assert.match(await connect(host, port), /^(timeout|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/, host);
        }
    });

    it("open a session in the bastion, and nowhere else, when they are of its group", async () => {
        const ask = (namespace: string) => [
            { verb: "get", what: "/pods", namespace },
            { verb: "create", what: "/pods/exec", namespace },
            { verb: "create", what: "/pods/portforward", namespace },
            { verb: "get", what: "/secrets", namespace },
        ];
        assert.deepEqual(await yes(ask(NAMESPACE), [GROUP]), ["create /pods/exec", "get /pods"]);
        assert.deepEqual(await yes(ask(NAMES.app), [GROUP]), []);
        assert.deepEqual(await yes(ask(NAMESPACE), ["others"]), []);
    });

    it("cost no change when the program runs again", async function () {
        this.timeout(120_000);
        const { changeSummary } = await stack.preview();
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });
});
