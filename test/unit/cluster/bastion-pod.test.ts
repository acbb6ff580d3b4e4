import { strict as assert } from "node:assert";
import { bastionEnvironment, bastionPodSpec } from "../../../components/cluster/bastion-pod";
import { hardenedContexts } from "../../../components/container/security-contexts";

const PARTS = {
    serviceAccountName: "operator",
    image: "ghcr.io/example/tools:1",
    imagePullSecrets: [{ name: "registry" }],
    userId: 1001,
    groupId: 1002,
    resources: { limits: { cpu: "1" } },
    temporaryStorage: "16Mi",
    environment: [{ name: "HOME", value: "/tmp" }],
    credentialsSecretName: undefined as string | undefined,
};

describe("the bastion's pod", () => {
    it("is hardened, has its account's token, and waits", () => {
        const contexts = hardenedContexts(1001, 1002);
        const { containers, ...pod } = bastionPodSpec(PARTS);
        assert.deepEqual(pod, {
            serviceAccountName: "operator",
            automountServiceAccountToken: true,
            enableServiceLinks: false,
            imagePullSecrets: PARTS.imagePullSecrets,
            securityContext: contexts.pod,
            terminationGracePeriodSeconds: 10,
            volumes: [{ name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "16Mi" } }],
        });
        assert.deepEqual(containers, [
            {
                name: "bastion",
                image: PARTS.image,
                imagePullPolicy: "IfNotPresent",
                command: ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"],
                env: PARTS.environment,
                resources: PARTS.resources,
                securityContext: contexts.container,
                volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
            },
        ]);
    });

    it("has the database's credentials as files that only its group reads, when it is to reach the database", () => {
        const { containers, volumes } = bastionPodSpec({ ...PARTS, credentialsSecretName: "reader" });
        assert.deepEqual(containers[0]?.volumeMounts, [
            { name: "tmp", mountPath: "/tmp" },
            { name: "database", mountPath: "/bindings/database", readOnly: true },
        ]);
        assert.deepEqual(volumes[1], { name: "database", secret: { secretName: "reader", defaultMode: 0o440 } });
    });

    it("tells psql where the database is, and no password", () => {
        const home = { name: "HOME", value: "/tmp" };
        assert.deepEqual(bastionEnvironment(undefined), [home]);
        const database = { host: "db.svc", port: 5432, database: "mydb", username: "readonly" };
        assert.deepEqual(bastionEnvironment(database), [
            home,
            { name: "PGHOST", value: "db.svc" },
            { name: "PGPORT", value: "5432" },
            { name: "PGDATABASE", value: "mydb" },
            { name: "PGUSER", value: "readonly" },
            { name: "PGSSLMODE", value: "verify-full" },
            { name: "PGSSLROOTCERT", value: "/bindings/database/ca.crt" },
        ]);
    });
});
