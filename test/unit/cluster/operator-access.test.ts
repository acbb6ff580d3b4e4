import { strict as assert } from "node:assert";
import type { BastionArgs } from "../../../components/cluster/bastion";
import { OperatorAccess, type OperatorAccessArgs } from "../../../components/cluster/operator-access";
import { operatorRules, sessionRules } from "../../../components/cluster/operator-rules";
import { later, one, type Registration, record, recorded, resolved } from "../support/recorder";

const RBAC = "kubernetes:rbac.authorization.k8s.io/v1";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const BASTION: BastionArgs = {
    image: "ghcr.io/example/bastion:1.0.0",
    database: {
        namespaceName: "database",
        podLabels: { app: "pg" },
        host: "pg.database.svc",
        databaseName: "mydb",
        username: "readonly",
        password: "generated-by-the-mock",
        caCertificate: "CERTIFICATE",
    },
};

interface Pod {
    serviceAccountName: string;
    automountServiceAccountToken: boolean;
    securityContext: Record<string, unknown>;
    containers: { securityContext: Record<string, unknown>; env: { name: string; value: string }[] }[];
    volumes: { name: string; secret?: { secretName: string } }[];
}

function access(args?: OperatorAccessArgs): Promise<Registration[]> {
    return record(() => new OperatorAccess("ops", args));
}

function pod(all: Registration[]): Pod {
    return (one(all, DEPLOYMENT).inputs.spec as { template: { spec: Pod } }).template.spec;
}

describe("OperatorAccess", () => {
    it("makes an account in a namespace of its own, with a role of the whole cluster", async () => {
        const all = await access();
        const own = all.filter(({ type, parent }) => type.startsWith("kubernetes:") && parent.endsWith("::ops"));
        assert.deepEqual(own.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`).sort(), [
            "ClusterRole ops-role",
            "ClusterRoleBinding ops-role-binding",
            "ServiceAccount ops-account",
        ]);
        assert.equal(one(all, "bulwark:index:SecureNamespace").name, "ops-namespace");
        const account = one(all, "kubernetes:core/v1:ServiceAccount").inputs;
        assert.equal(account.automountServiceAccountToken, false);
        assert.deepEqual(one(all, `${RBAC}:ClusterRole`).inputs.rules, operatorRules([]));
        const { roleRef, subjects } = one(all, `${RBAC}:ClusterRoleBinding`).inputs;
        assert.deepEqual(roleRef, {
            apiGroup: "rbac.authorization.k8s.io",
            kind: "ClusterRole",
            name: "operators-operator",
        });
        assert.deepEqual(subjects, [{ kind: "ServiceAccount", name: "operator", namespace: "operators" }]);
    });

    it("reads further resources when asked", async () => {
        const furtherResources = [{ apiGroup: "cert-manager.io", resources: [later("certificates")] }];
        const all = await access({ furtherResources });
        assert.deepEqual(
            one(all, `${RBAC}:ClusterRole`).inputs.rules,
            operatorRules([{ apiGroup: "cert-manager.io", resources: ["certificates"] }]),
        );
    });

    it("gives a secret kubeconfig for what the cluster tells of itself", async () => {
        let component: OperatorAccess | undefined;
        const all = await record(() => {
            component = new OperatorAccess("ops");
        });
        assert.ok(component);
        const config = JSON.parse(await resolved(component.kubeconfig));
        assert.equal(config.clusters[0].cluster.server, "https://10.0.0.10:6443");
        assert.equal(
            Buffer.from(config.clusters[0].cluster["certificate-authority-data"], "base64").toString(),
            "CLUSTER CERTIFICATE",
        );
        assert.deepEqual(config.users, [{ name: "operator", user: {} }]);
        assert.ok(one(all, "bulwark:index:OperatorAccess").secretOutputs.includes("kubeconfig"));
    });

    it("takes another address of the API server", async () => {
        let component: OperatorAccess | undefined;
        await record(() => {
            component = new OperatorAccess("ops", { apiServerUrl: "https://api.example.com" });
        });
        assert.ok(component);
        const config = JSON.parse(await resolved(component.kubeconfig));
        assert.equal(config.clusters[0].cluster.server, "https://api.example.com");
    });

    it("makes no bastion unasked", async () => {
        assert.deepEqual(
            (await access()).filter(({ name }) => name.includes("bastion")),
            [],
        );
    });

    it("hardens the bastion, which acts as the account", async () => {
        const spec = pod(await access({ bastion: { image: "ghcr.io/example/bastion:1.0.0" } }));
        assert.equal(spec.serviceAccountName, "operator");
        assert.equal(spec.automountServiceAccountToken, true);
        const [container] = spec.containers;
        assert.deepEqual(container?.securityContext, {
            runAsNonRoot: true,
            runAsUser: 1001,
            runAsGroup: 1001,
            seccompProfile: { type: "RuntimeDefault" },
            privileged: false,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
        });
        assert.deepEqual(
            spec.volumes.map(({ name }) => name),
            ["tmp"],
        );
        assert.deepEqual(container?.env, [{ name: "HOME", value: "/tmp" }]);
    });

    it("lets the bastion reach the API server alone", async () => {
        const all = await access({ bastion: { image: "ghcr.io/example/bastion:1.0.0" } });
        const policies = all.filter(({ type }) => type === POLICY).map(({ name }) => name);
        assert.deepEqual(policies.sort(), [
            "ops-bastion-to-api-server-egress",
            "ops-namespace-allow-dns",
            "ops-namespace-default-deny",
        ]);
        assert.deepEqual((one(all, POLICY, "-to-api-server-egress").inputs.spec as { egress: unknown }).egress, [
            { to: [{ ipBlock: { cidr: "10.0.0.10/32" } }], ports: [{ port: 6443, protocol: "TCP" }] },
        ]);
    });

    it("lets the bastion reach the database when asked, with the credentials as files", async () => {
        const all = await access({ bastion: BASTION });
        assert.deepEqual((one(all, POLICY, "-to-database-egress").inputs.spec as { egress: unknown }).egress, [
            {
                to: [
                    {
                        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "database" } },
                        podSelector: { matchLabels: { app: "pg" } },
                    },
                ],
                ports: [{ port: 5432, protocol: "TCP" }],
            },
        ]);
        const secret = one(all, "kubernetes:core/v1:Secret", "-bastion-credentials");
        assert.equal((secret.inputs.metadata as { namespace: string }).namespace, "operators");
        assert.deepEqual(secret.secretInputs, ["stringData"]);
        const spec = pod(all);
        assert.equal(spec.volumes.find(({ name }) => name === "database")?.secret?.secretName, "bastion-db-creds");
        assert.ok(!JSON.stringify(spec).includes("generated-by-the-mock"));
        const environment = Object.fromEntries((spec.containers[0]?.env ?? []).map(({ name, value }) => [name, value]));
        assert.equal(environment.PGSSLMODE, "verify-full");
        assert.equal(environment.PGHOST, "pg.database.svc");
        assert.equal(environment.PGPASSWORD, undefined);
    });

    it("lets groups open sessions when asked", async () => {
        const all = await access({ bastion: { ...BASTION, userGroups: ["oncall"] } });
        const role = one(all, `${RBAC}:Role`).inputs;
        assert.deepEqual(role.rules, sessionRules());
        assert.equal((role.metadata as { namespace: string }).namespace, "operators");
        assert.deepEqual(one(all, `${RBAC}:RoleBinding`).inputs.subjects, [
            { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "oncall" },
        ]);
    });

    it("keeps its arguments out of the state", async () => {
        const all = await access({ bastion: BASTION });
        assert.deepEqual(one(all, "bulwark:index:OperatorAccess").inputs, {});
    });

    it("reports every fault at once and makes nothing", async () => {
        const faulty: OperatorAccessArgs = {
            namespaceName: "Ops",
            accountName: "",
            furtherResources: [
                { apiGroup: "", resources: ["secrets"] },
                { apiGroup: "*", resources: [] },
            ],
            apiServerUrl: "http://x",
            token: { lifetime: "1min" },
            bastion: { image: "ghcr.io/example/bastion", userGroups: ["system:authenticated"], userId: 0 },
        };
        await assert.rejects(access(faulty), (error: Error) => {
            const paths = error.message
                .split("\n")
                .slice(1)
                .map((line) => line.trim().split(":")[0]);
            assert.deepEqual(paths.sort(), [
                "accountName",
                "apiServerUrl",
                "bastion.image",
                "bastion.userGroups[0]",
                "bastion.userId",
                "furtherResources[0].resources[0]",
                "furtherResources[1].apiGroup",
                "furtherResources[1].resources",
                "namespaceName",
                "token.lifetime",
            ]);
            return true;
        });
        assert.deepEqual(
            recorded().filter(({ custom }) => custom),
            [],
        );
    });
});
