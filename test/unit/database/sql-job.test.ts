import { strict as assert } from "node:assert";
import { SqlJob, type SqlJobArgs } from "../../../components/database/sql-job";
import { one, type Registration, record, recorded } from "../support/recorder";

const JOB = "kubernetes:batch/v1:Job";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

interface JobInputs {
    metadata: { name: string; namespace: string; annotations: Record<string, string> };
    spec: {
        backoffLimit: number;
        activeDeadlineSeconds: number;
        ttlSecondsAfterFinished?: number;
        template: {
            metadata: { labels: Record<string, string> };
            spec: {
                automountServiceAccountToken: boolean;
                restartPolicy: string;
                containers: { image: string; command: string[]; env?: unknown; terminationMessagePolicy: string }[];
                volumes: { name: string; secret?: { secretName: string }; configMap?: { name: string } }[];
            };
        };
    };
}

function job(args: Partial<SqlJobArgs> = {}): SqlJob {
    return new SqlJob("rows", {
        sql: "SELECT 1",
        namespaceName: "database",
        credentialsSecretName: "mydb-owner",
        serverPodLabels: { "app.kubernetes.io/instance": "pgdb" },
        ...args,
    });
}

function jobInputs(all: Registration[]): JobInputs {
    return one(all, JOB).inputs as unknown as JobInputs;
}

describe("SqlJob", () => {
    it("is named after its SQL, like the ConfigMap that holds it", async () => {
        const names = async (sql: string) => {
            const all = await record(() => job({ sql }));
            const script = one(all, CONFIG_MAP).inputs as {
                metadata: { name: string };
                data: object;
                immutable: boolean;
            };
            assert.deepEqual(script.data, { "script.sql": sql });
            assert.equal(script.immutable, true);
            assert.equal(script.metadata.name, jobInputs(all).metadata.name);
            return script.metadata.name;
        };
        const [first, second] = [await names("SELECT 1"), await names("SELECT 2")];
        assert.match(first, /^rows-[0-9a-f]{10}$/);
        assert.notEqual(first, second);
        assert.equal(first, await names("SELECT 1"));
    });

    it("is tried again after a failure, within a deadline, and stays when it is done", async () => {
        const { metadata, spec } = jobInputs(await record(() => job()));
        assert.deepEqual(metadata.annotations, { "pulumi.com/replaceUnready": "true" });
        assert.equal(spec.backoffLimit, 2);
        assert.equal(spec.activeDeadlineSeconds, 300);
        assert.equal("ttlSecondsAfterFinished" in spec, false);
    });

    it("takes credentials and SQL as files, and says the server's words at its end", async () => {
        const { spec } = jobInputs(await record(() => job({ image: "ghcr.io/example/psql:16" }))).spec.template;
        assert.equal(spec.automountServiceAccountToken, false);
        assert.equal(spec.restartPolicy, "Never");
        assert.deepEqual(
            spec.volumes.map(({ secret, configMap }) => secret?.secretName ?? configMap?.name?.replace(/-.*/, "")),
            ["mydb-owner", "rows", undefined],
        );
        const [container] = spec.containers;
        assert.equal(container?.image, "ghcr.io/example/psql:16");
        assert.equal(container?.terminationMessagePolicy, "FallbackToLogsOnError");
        assert.equal(container && "env" in container, false);
    });

    it("has a way to the server's pods and to nothing else", async () => {
        const all = await record(() => job({ serverPort: 6432 }));
        const egress = one(all, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "-egress").inputs.spec as {
            podSelector: { matchLabels: Record<string, string> };
            egress: unknown[];
        };
        const labels = jobInputs(all).spec.template.metadata.labels;
        for (const [key, value] of Object.entries(egress.podSelector.matchLabels)) {
            assert.equal(labels[key], value);
        }
        assert.deepEqual(egress.egress, [
            {
                to: [
                    {
                        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "database" } },
                        podSelector: { matchLabels: { "app.kubernetes.io/instance": "pgdb" } },
                    },
                ],
                ports: [{ port: 6432, protocol: "TCP" }],
            },
        ]);
        const policies = all.filter(({ type }) => type.endsWith(":NetworkPolicy"));
        assert.ok(policies.length === 2);
        for (const { name } of policies) {
            assert.ok(
                one(all, JOB).dependencies.some((urn) => urn.endsWith(`::${name}`)),
                name,
            );
        }
    });

    it("reports every fault at once and creates nothing", async () => {
        const wrong = { sql: " ", image: "UPPER", jobName: "x".repeat(47), deadlineSeconds: 10, retries: -1 };
        await assert.rejects(
            record(() => job(wrong)),
            (error: Error) => {
                assert.deepEqual(error.message.split("\n"), [
                    'SqlJob "rows" can\'t be created:',
                    '  sql: must hold at least one statement, is empty; write for example "SELECT 1"',
                    `  jobName: must have at most 46 characters, so that the names made from it stay legal, is "${"x".repeat(47)}"`,
                    '  image: must be an image reference, is "UPPER"; write for example "ghcr.io/example/app:1.4.2"',
                    "  deadlineSeconds: must be a whole number from 90 to 86400, is 10",
                    "  retries: must be a whole number from 0 to 10, is -1",
                ]);
                return true;
            },
        );
        assert.deepEqual(
            recorded().filter(({ type }) => type === JOB),
            [],
        );
    });
});
