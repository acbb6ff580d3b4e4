/**
 * What every component keeps, whatever it makes. Each row is a component with the arguments that make the most of its
 * children; a new component gets a row here.
 */
import { strict as assert } from "node:assert";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { IngressController } from "../../components/application/ingress-controller";
import { ProtectedIngress } from "../../components/application/protected-ingress";
import { AdmissionGuardrails } from "../../components/cluster/admission-guardrails";
import { AllowedFlow } from "../../components/cluster/allowed-flow";
import { OperatorAccess } from "../../components/cluster/operator-access";
import { SecureNamespace } from "../../components/cluster/secure-namespace";
import { HardenedWorkload } from "../../components/container/hardened-workload";
import { DatabaseAccess } from "../../components/database/database-access";
import { DatabaseBackup } from "../../components/database/database-backup";
import { PostgresDatabase } from "../../components/database/postgres-database";
import { RetiredCredentials } from "../../components/database/retired-credentials";
import { RoleSettings } from "../../components/database/role-settings";
import { RowLevelSecurity } from "../../components/database/row-level-security";
import { SqlJob } from "../../components/database/sql-job";
import { Alerts } from "../../components/monitoring/alerts";
import { AuditTrail } from "../../components/monitoring/audit-trail";
import { ThreatDetection } from "../../components/monitoring/threat-detection";
import { VulnerabilityScanning } from "../../components/monitoring/vulnerability-scanning";
import { SecureApplication } from "../../components/secure-application";
import { RECIPIENT } from "./support/recipient";
import { type Registration, record } from "./support/recorder";

type Create = (name: string, opts: pulumi.ComponentResourceOptions) => pulumi.ComponentResource;

const labels = { team: "payments" };
const image = "ghcr.io/example/app:1.4.2";
const binding = { bindingName: "database", secretName: "app-db-creds", version: "v1" };
const server = {
    namespaceName: "database",
    podName: "pgdb-postgresql-0",
    podLabels: { "app.kubernetes.io/instance": "pgdb" },
    host: "pgdb-postgresql.database.svc",
    adminPassword: "generated-by-the-mock",
    caCertificate: "CERTIFICATE",
};

/** One program for each component. */
const COMPONENTS: Record<string, Create> = {
    SecureNamespace: (name, opts) => new SecureNamespace(name, { labels }, opts),
    AdmissionGuardrails: (name, opts) =>
        new AdmissionGuardrails(
            name,
            { allowedRegistries: ["ghcr.io/example"], requireImmutableImages: true, labels },
            opts,
        ),
    OperatorAccess: (name, opts) =>
        new OperatorAccess(
            name,
            {
                bastion: {
                    image,
                    userGroups: ["oncall"],
                    database: {
                        namespaceName: server.namespaceName,
                        podLabels: server.podLabels,
                        host: server.host,
                        databaseName: "mydb",
                        username: "readonly",
                        password: server.adminPassword,
                        caCertificate: server.caCertificate,
                    },
                },
                labels,
            },
            opts,
        ),
    AllowedFlow: (name, opts) =>
        new AllowedFlow(
            name,
            { from: { namespaceName: "a" }, to: { namespaceName: "b" }, ports: [{ port: 8000 }], labels },
            opts,
        ),
    HardenedWorkload: (name, opts) =>
        new HardenedWorkload(name, { namespaceName: "shop", image, serviceBindings: [binding], labels }, opts),
    IngressController: (name, opts) => new IngressController(name, { labels }, opts),
    ProtectedIngress: (name, opts) =>
        new ProtectedIngress(
            name,
            {
                namespaceName: "shop",
                serviceName: "app-service",
                servicePort: 80,
                podLabels: { app: "web" },
                podPort: 8000,
                controllerNamespaceName: "ingress-nginx",
                tls: { allowSelfSignedCertificate: true },
                labels,
            },
            opts,
        ),
    PostgresDatabase: (name, opts) => new PostgresDatabase(name, { adminRotation: 1, labels }, opts),
    DatabaseAccess: (name, opts) =>
        new DatabaseAccess(
            name,
            { server, clientNamespaceName: "shop", direct: { host: "10.0.0.5" }, readwrite: {}, rotation: 1, labels },
            opts,
        ),
    DatabaseBackup: (name, opts) =>
        new DatabaseBackup(name, { server, databaseName: "mydb", recipientCertificates: [RECIPIENT], labels }, opts),
    SqlJob: (name, opts) =>
        new SqlJob(
            name,
            {
                sql: "SELECT 1",
                namespaceName: "database",
                credentialsSecretName: "mydb-owner",
                serverPodLabels: server.podLabels,
                labels,
            },
            opts,
        ),
    RoleSettings: (name, opts) =>
        new RoleSettings(name, { server, databaseName: "mydb", roles: [{ roleName: "readonly" }], labels }, opts),
    RetiredCredentials: (name, opts) =>
        new RetiredCredentials(
            name,
            { server, databaseName: "mydb", rotation: 1, loginNames: ["readonly"], clients: ["secure-app"], labels },
            opts,
        ),
    RowLevelSecurity: (name, opts) =>
        new RowLevelSecurity(name, { server, databaseName: "mydb", roleNames: ["readonly"], labels }, opts),
    ThreatDetection: (name, opts) =>
        new ThreatDetection(
            name,
            { protectedNamespaceNames: ["shop"], alertsSecretName: "alerts", kubernetesAudit: {}, labels },
            opts,
        ),
    AuditTrail: (name, opts) => new AuditTrail(name, { configMap: { namespaceName: "falco" }, labels }, opts),
    Alerts: (name, opts) =>
        new Alerts(
            name,
            {
                operatorInstalled: true,
                prometheus: { isolated: true },
                workload: { namespaceName: "shop", podLabels: { app: "web" }, metrics: { port: 8000 } },
                database: {
                    namespaceName: server.namespaceName,
                    podLabels: server.podLabels,
                    statefulSetName: "pgdb-postgresql",
                    exporter: true,
                },
                ingressController: { namespaceName: "ingress-nginx", podLabels: { app: "nginx" } },
                threatDetection: { namespaceName: "falco", podLabels: { app: "falco" } },
                vulnerabilityScanning: { namespaceName: "trivy-system", podLabels: { app: "trivy" } },
                guardrailPrefix: "bulwark",
                labels,
            },
            opts,
        ),
    VulnerabilityScanning: (name, opts) =>
        new VulnerabilityScanning(name, { scannedNamespaceNames: ["shop"], allowAnyRegistry: true, labels }, opts),
    SecureApplication: (name, opts) =>
        new SecureApplication(
            name,
            {
                workload: { image },
                ingress: { tls: { allowSelfSignedCertificate: true } },
                database: { direct: { host: "10.0.0.5" } },
                labels,
            },
            opts,
        ),
};

const NAME = "sample";
const STANDARD = ["name", "instance", "component", "part-of", "managed-by"].map((key) => `app.kubernetes.io/${key}`);
/** Kinds that belong to the cluster as a whole. */
const CLUSTER_WIDE = /:(Namespace|ClusterRole|ClusterRoleBinding|ValidatingAdmissionPolicy(Binding)?)$/;
/** What the mocks answer where the real thing answers a secret. */
const SECRETS = ["generated-by-the-mock", "PRIVATE KEY"];

interface Made {
    component: pulumi.ComponentResource;
    root: Registration;
    children: Registration[];
}

async function make(create: Create, preview = false): Promise<Made> {
    let component: pulumi.ComponentResource | undefined;
    const all = await record(() => {
        const cluster = new k8s.Provider("explicit-cluster", { kubeconfig: "{}" });
        component = create(NAME, { providers: [cluster] });
    }, preview);
    const made = all.filter(({ name }) => name !== "explicit-cluster");
    const root = made.find(({ name, type }) => name === NAME && type.startsWith("bulwark:"));
    assert.ok(component && root);
    return { component, root, children: made.filter((each) => each !== root) };
}

function isKubernetesObject({ type }: Registration): boolean {
    return type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh/");
}

function metadata({ inputs }: Registration): { namespace?: string; labels?: Record<string, string> } {
    return (inputs.metadata ?? {}) as { namespace?: string; labels?: Record<string, string> };
}

/** Top-level members that hold a secret of the mocks in clear text. */
function inClearText(values: Record<string, unknown>, marked: string[]): string[] {
    return Object.keys(values).filter((key) => {
        const text = JSON.stringify(values[key]) ?? "";
        return !marked.includes(key) && SECRETS.some((secret) => text.includes(secret));
    });
}

/** The outputs that a component class declares: its own properties, without those of the SDK. */
function declaredOutputs(component: pulumi.ComponentResource): string[] {
    const entries = Object.entries(component).filter(([key, value]) => value !== undefined && !key.startsWith("__"));
    return entries.map(([key]) => key).filter((key) => key !== "urn");
}

for (const [component, create] of Object.entries(COMPONENTS)) {
    describe(`${component}, like every component,`, () => {
        let made: Made;
        before(async () => {
            made = await make(create);
        });

        it("is registered under its token and makes something", () => {
            assert.equal(made.root.type, `bulwark:index:${component}`);
            assert.ok(made.children.length > 0);
        });

        it("is the parent of all that it makes, directly or not", () => {
            const family = new Map([made.root, ...made.children].map((each) => [each.urn, each]));
            for (const child of made.children) {
                assert.ok(family.has(child.parent), `${child.type} ${child.name} has the parent ${child.parent}`);
            }
        });

        it("names each child after its parent", () => {
            const family = new Map([made.root, ...made.children].map((each) => [each.urn, each]));
            for (const child of made.children) {
                const parent = family.get(child.parent);
                assert.ok(child.name.startsWith(`${parent?.name}-`), `${child.name} below ${parent?.name}`);
            }
        });

        it("labels every Kubernetes object, also as the user wishes", () => {
            for (const child of made.children.filter(isKubernetesObject)) {
                const found = metadata(child).labels ?? {};
                for (const key of STANDARD) {
                    assert.ok(found[key], `${child.name} has no ${key}`);
                }
                assert.equal(found.team, "payments", child.name);
            }
        });

        it("puts every object into a namespace", () => {
            for (const child of made.children.filter(({ type }) => type.startsWith("kubernetes:"))) {
                const namespace = isKubernetesObject(child) ? metadata(child).namespace : child.inputs.namespace;
                assert.equal(typeof namespace === "string", !CLUSTER_WIDE.test(child.type), child.name);
            }
        });

        it("shows no secret in clear text, neither as input nor as output", () => {
            for (const each of [made.root, ...made.children]) {
                assert.deepEqual(inClearText(each.inputs, each.secretInputs), [], `inputs of ${each.name}`);
                assert.deepEqual(inClearText(each.outputs ?? {}, each.secretOutputs), [], `outputs of ${each.name}`);
            }
        });

        it("uses the Kubernetes provider that it is given, for everything", () => {
            for (const child of made.children.filter(({ type }) => type.startsWith("kubernetes:"))) {
                assert.match(child.provider, /::pulumi:providers:kubernetes::explicit-cluster::/, child.name);
            }
        });

        it("registers the outputs that it declares", () => {
            assert.deepEqual(Object.keys(made.root.outputs ?? {}).sort(), declaredOutputs(made.component).sort());
            for (const child of made.children.filter(({ custom }) => !custom)) {
                assert.ok(child.outputs, child.name);
            }
        });

        it("makes the same in a preview", async () => {
            const preview = await make(create, true);
            const names = ({ children }: Made) => children.map(({ type, name }) => `${type} ${name}`).sort();
            assert.deepEqual(names(preview), names(made));
        });
    });
}
