import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { SecureApplication, type SecureApplicationArgs } from "../../components/index";
import { freePort } from "./support/free-port";
import { one, type Registration, record, resolved } from "./support/recorder";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

interface PodTemplate {
    metadata: { annotations: Record<string, string> };
    spec: { containers: { volumeMounts: { mountPath: string }[] }[] };
}

/** The tunnel's listener lives as long as the process; each program takes it over. */
let localPort: number;

function application(args: Partial<SecureApplicationArgs> = {}): SecureApplication {
    return new SecureApplication("app", {
        workload: { image: "ghcr.io/example/app:1.4.2" },
        ingress: { tls: { allowSelfSignedCertificate: true } },
        ...args,
        database: { tunnel: { localPort }, ...args.database },
    });
}

function releases(all: Registration[]): unknown[] {
    return all.filter(({ type }) => type === RELEASE).map(({ inputs }) => inputs.name);
}

function policy(all: Registration[], suffix: string): { namespace: string; spec: Record<string, unknown> } {
    const { metadata, spec } = one(all, POLICY, suffix).inputs as {
        metadata: { namespace: string };
        spec: Record<string, unknown>;
    };
    return { namespace: metadata.namespace, spec };
}

describe("SecureApplication", () => {
    before(async () => {
        localPort = await freePort();
    });

    it("installs the three charts under the names of the write-up", async () => {
        assert.deepEqual(releases(await record(() => application())).sort(), ["falco", "ingress-nginx", "pgdb"]);
    });

    it("makes five namespaces, each of which denies everything by default", async () => {
        const all = await record(() => application());
        const namespaces = all
            .filter(({ type }) => type === "kubernetes:core/v1:Namespace")
            .map(({ inputs }) => (inputs.metadata as { name: string }).name);
        assert.deepEqual(namespaces.sort(), ["database", "falco", "ingress-nginx", "operators", "secure-app"]);
        const denied = all
            .filter(({ type, name }) => type === POLICY && name.endsWith("-default-deny"))
            .map(({ inputs }) => (inputs.metadata as { namespace: string }).namespace);
        assert.deepEqual(denied.sort(), namespaces);
    });

    it("lets the application reach the database, and nothing else by name", async () => {
        const all = await record(() => application());
        const workload = { "app.kubernetes.io/name": "secure-app", "app.kubernetes.io/component": "workload" };
        const out = policy(all, "app-to-database-egress");
        assert.equal(out.namespace, "secure-app");
        assert.deepEqual((out.spec.podSelector as { matchLabels: unknown }).matchLabels, workload);
        const into = policy(all, "app-to-database-ingress");
        assert.equal(into.namespace, "database");
        assert.deepEqual(into.spec.ingress, [
            {
                from: [
                    {
                        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "secure-app" } },
                        podSelector: { matchLabels: workload },
                    },
                ],
                ports: [{ port: 5432, protocol: "TCP" }],
            },
        ]);
    });

    it("opens the ways out that are named, from its pods alone and before they start", async () => {
        const allowEgress = [
            { name: "payments", cidrs: ["0.0.0.0/0"], ports: [443] },
            {
                name: "cache",
                namespaceName: "cache",
                podLabels: { app: "valkey" },
                isolated: true,
                ports: [6379, 6380],
            },
            { name: "traces", namespaceName: "tracing", ports: [4317], protocol: "UDP" as const },
        ];
        const all = await record(() => application({ workload: { image: "ghcr.io/example/app:1.4.2", allowEgress } }));
        const { namespace, spec } = policy(all, "out-to-payments-egress");
        const workload = { "app.kubernetes.io/name": "secure-app", "app.kubernetes.io/component": "workload" };
        assert.equal(namespace, "secure-app");
        assert.deepEqual(spec.podSelector, { matchLabels: workload });
        const [rule] = spec.egress as { to: { ipBlock: { except: string[] } }[]; ports: unknown }[];
        assert.ok(rule?.to[0]?.ipBlock.except.includes("169.254.0.0/16"));
        assert.deepEqual(rule?.ports, [{ port: 443, protocol: "TCP" }]);
        const cache = policy(all, "out-to-cache-ingress");
        assert.equal(cache.namespace, "cache");
        assert.deepEqual(cache.spec.podSelector, { matchLabels: { app: "valkey" } });
        assert.deepEqual((cache.spec.ingress as { ports: unknown }[])[0]?.ports, [
            { port: 6379, protocol: "TCP" },
            { port: 6380, protocol: "TCP" },
        ]);
        const names = all.filter(({ type }) => type === POLICY).map(({ name }) => name);
        assert.ok(names.includes("app-out-to-traces-egress") && !names.includes("app-out-to-traces-ingress"));
        const urns = one(all, DEPLOYMENT, "app-workload-deployment").dependencies.map((urn) => urn.split("::").at(-1));
        assert.ok(urns.includes("app-out-to-payments-egress"), urns.join(", "));
    });

    it("opens the ways in that are named, to its port alone", async () => {
        const allowIngress = [
            { name: "reports", namespaceName: "reports", podLabels: { app: "reports" }, isolated: true },
            { name: "balancer", cidrs: ["10.20.0.0/16"] },
        ];
        const all = await record(() =>
            application({ workload: { image: "ghcr.io/example/app:1.4.2", port: 8080, allowIngress } }),
        );
        const own = policy(all, "in-from-reports-ingress");
        assert.equal(own.namespace, "secure-app");
        assert.deepEqual(own.spec.podSelector, policy(all, "app-to-database-egress").spec.podSelector);
        const [rule] = own.spec.ingress as { from: unknown; ports: unknown }[];
        assert.deepEqual(rule?.ports, [{ port: 8080, protocol: "TCP" }]);
        assert.deepEqual(rule?.from, [
            {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "reports" } },
                podSelector: { matchLabels: { app: "reports" } },
            },
        ]);
        const theirs = policy(all, "in-from-reports-egress");
        assert.equal(theirs.namespace, "reports");
        assert.deepEqual(theirs.spec.podSelector, { matchLabels: { app: "reports" } });
        const [balanced] = policy(all, "in-from-balancer-ingress").spec.ingress as { from: unknown }[];
        assert.deepEqual(balanced?.from, [{ ipBlock: { cidr: "10.20.0.0/16" } }]);
    });

    it("selects with its policies the pods that it makes", async () => {
        const all = await record(() => application());
        const { spec } = one(all, DEPLOYMENT).inputs as {
            spec: { template: { metadata: { labels: Record<string, string> } } };
        };
        const selected = policy(all, "app-to-database-egress").spec.podSelector as {
            matchLabels: Record<string, string>;
        };
        for (const [key, value] of Object.entries(selected.matchLabels)) {
            assert.equal(spec.template.metadata.labels[key], value, key);
        }
    });

    it("starts the workload when its credentials and its way to the database are there, and stops it before them", async () => {
        const { dependencies } = one(await record(() => application()), DEPLOYMENT);
        for (const needed of [
            "app-access-readonly-credentials",
            "app-app-to-database-egress",
            "app-app-to-database-ingress",
        ]) {
            assert.ok(
                dependencies.some((urn) => urn.endsWith(`::${needed}`)),
                needed,
            );
        }
    });

    it("mounts the credentials of the role that can only read", async () => {
        const all = await record(() => application());
        assert.ok(JSON.stringify(one(all, DEPLOYMENT).inputs).includes('"secretName":"app-db-creds"'));
        assert.ok(!JSON.stringify(one(all, DEPLOYMENT).inputs).includes("mydb-owner"));
    });

    it("mounts further credentials beside them, of which a new version restarts the pods", async () => {
        const serviceBindings = [{ bindingName: "payments", secretName: "payments-key", version: "7" }];
        const image = "ghcr.io/example/app:1.4.2";
        const all = await record(() => application({ workload: { image, serviceBindings } }));
        const { template } = one(all, DEPLOYMENT).inputs.spec as { template: PodTemplate };
        const mounts = template.spec.containers[0]?.volumeMounts.map(({ mountPath }) => mountPath) ?? [];
        assert.deepEqual(
            mounts.filter((each) => each.startsWith("/bindings/")),
            ["/bindings/database", "/bindings/payments"],
        );
        assert.ok(JSON.stringify(template.spec).includes('"secretName":"payments-key"'));
        assert.equal(template.metadata.annotations["bulwark.dev/binding-payments"], "7");
    });

    describe("with a bastion", () => {
        const withBastion = (allowDatabase: boolean, rotation = 0) =>
            record(() =>
                application({
                    cluster: { operators: { bastion: { image: "ghcr.io/example/bastion:1.4.2", allowDatabase } } },
                    database: { access: { rotation } },
                }),
            );
        const named = (all: Registration[], name: string) => all.filter((each) => each.name.endsWith(name));

        it("keeps the database out of its reach unless told otherwise", async () => {
            const all = await withBastion(false);
            assert.equal(named(all, "-bastion").length, 1);
            assert.deepEqual(named(all, "-bastion-credentials"), []);
            assert.deepEqual(named(all, "-bastion-to-database"), []);
        });

        it("lets it in as the login of the read-only role that is in use", async () => {
            for (const [rotation, login] of [
                [0, "readonly"],
                [1, "readonly_b"],
            ] as const) {
                const all = await withBastion(true, rotation);
                const { inputs, secretInputs } = one(all, "kubernetes:core/v1:Secret", "-bastion-credentials");
                assert.equal((inputs.metadata as { namespace: string }).namespace, "operators");
                assert.equal((inputs.stringData as { username: string }).username, login);
                assert.ok(secretInputs.includes("stringData"));
                assert.equal(policy(all, "-bastion-to-database-ingress").namespace, "database");
            }
        });

        it("closes retired logins only when it has the new one", async () => {
            const all = await withBastion(true, 1);
            const { dependencies } = one(all, "kubernetes:batch/v1:Job", "-sql-job");
            assert.ok(dependencies.some((urn) => urn.endsWith("-bastion")));
        });
    });

    it("leaves a controller to the cluster when told to, and opens only the application's side to it", async () => {
        const all = await record(() =>
            application({
                ingress: {
                    tls: { secretName: "certificate" },
                    controller: { install: false, namespaceName: "edge", podLabels: { app: "nginx" } },
                },
            }),
        );
        assert.deepEqual(releases(all).sort(), ["falco", "pgdb"]);
        const into = all.filter(({ type, inputs }) => type === POLICY && JSON.stringify(inputs).includes('"edge"'));
        assert.deepEqual(
            into.map(({ inputs }) => (inputs.metadata as { namespace: string }).namespace),
            ["secure-app"],
        );
    });

    it("refuses from everybody what its own workloads promise, unless told not to", async () => {
        const POLICIES = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";
        const all = await record(() => application({ cluster: { requireImmutableImages: true } }));
        const names = all
            .filter(({ type }) => type === POLICIES)
            .map(({ inputs }) => (inputs.metadata as { name: string }).name);
        assert.ok(names.includes("bulwark-immutable-images"), names.join(" "));
        assert.ok(names.length >= 9);
        const none = await record(() => application({ cluster: { guardrails: { install: false } } }));
        assert.deepEqual(
            none.filter(({ type }) => type === POLICIES),
            [],
        );
    });

    it("keeps tenants apart before the workload starts, when told to", async () => {
        const all = await record(() => application({ database: { rowLevelSecurity: {} } }));
        const { dependencies } = one(all, DEPLOYMENT);
        assert.ok(dependencies.some((urn) => urn.includes("batch/v1:Job::app-tenants")));
        assert.deepEqual(
            (await record(() => application())).filter(({ type }) => type === "kubernetes:batch/v1:Job"),
            [],
        );
    });

    it("ties no object's name and place to a job, with which it would be replaced", async () => {
        const settings = { rowLevelSecurity: {}, access: { rotation: 1, readwrite: {} } };
        const all = await record(() => application({ database: settings }));
        const tied = all.filter(({ propertyDependencies }) =>
            propertyDependencies.metadata?.some((urn) => urn.includes("batch/v1:Job::")),
        );
        assert.deepEqual(
            tied.map(({ urn }) => urn),
            [],
        );
    });

    it("keeps them apart for the second login of a role too, after a rotation", async () => {
        const all = await record(() =>
            application({ database: { rowLevelSecurity: {}, access: { rotation: 1, readwrite: {} } } }),
        );
        const { data } = one(all, "kubernetes:core/v1:ConfigMap", "app-tenants-sql-script").inputs;
        for (const login of ["readonly", "readonly_b", "readwrite", "readwrite_b"]) {
            assert.ok(JSON.stringify(data).includes(`\\"${login}\\"`), login);
        }
    });

    it("leaves Falco out only when told to", async () => {
        const all = await record(() => application({ threatDetection: { install: false } }));
        assert.deepEqual(releases(all).sort(), ["ingress-nginx", "pgdb"]);
    });

    it("tells Falco what to watch, and who rightly talks to the API server", async () => {
        const all = await record(() => application());
        const values = JSON.stringify(one(all, RELEASE, "threat-detection-release").inputs.values);
        for (const namespace of ["secure-app", "database", "ingress-nginx"]) {
            assert.ok(values.includes(namespace), namespace);
        }
    });

    it("refuses an image that may change when told to", async () => {
        const mutable = {
            workload: { image: "ghcr.io/example/app:latest" },
            cluster: { requireImmutableImages: true },
        };
        await assert.rejects(
            record(() => application(mutable)),
            /image: must name a version or a digest/,
        );
    });

    it("puts the user's labels on everything", async () => {
        const all = await record(() => application({ labels: { team: "payments" } }));
        for (const { name, inputs } of all.filter(({ type }) => type.startsWith("kubernetes:") && type !== RELEASE)) {
            const { labels } = (inputs.metadata ?? {}) as { labels?: Record<string, string> };
            if (!name.endsWith("-default-account")) {
                assert.equal(labels?.team, "payments", name);
            }
        }
    });

    it("keeps what may hold a kubeconfig out of its own state", async () => {
        const all = await record(() => application());
        assert.deepEqual(one(all, "bulwark:index:SecureApplication").inputs, {});
    });

    it("tells the operators' kubeconfig as a secret", async () => {
        const made: SecureApplication[] = [];
        await record(() => {
            made.push(application());
        });
        const kubeconfig = made[0]?.operatorKubeconfig;
        assert.ok(kubeconfig && (await pulumi.isSecret(kubeconfig)));
        assert.match((await resolved(kubeconfig)) ?? "", /operators/);
    });

    it("tells where the application is", async () => {
        let component: SecureApplication | undefined;
        await record(() => {
            component = application();
        });
        assert.equal(await resolved(component?.url ?? ""), "https://app.example.com/");
        assert.equal(await resolved(component?.credentialsSecretName ?? ""), "app-db-creds");
    });
});
