import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { RetiredCredentials, type RetiredCredentialsArgs } from "../../../components/database/retired-credentials";
import { later, one, type Registration, record, resolved } from "../support/recorder";

const SERVER = {
    namespaceName: "database",
    podLabels: { "app.kubernetes.io/instance": "pgdb" },
    host: "pgdb-postgresql.database.svc",
    adminPassword: "generated-by-the-mock",
    caCertificate: "CERTIFICATE",
};

function retired(args: Partial<RetiredCredentialsArgs> = {}): RetiredCredentials {
    return new RetiredCredentials("retired", {
        server: SERVER,
        databaseName: "mydb",
        rotation: 1,
        loginNames: ["readonly"],
        clients: ["secure-app"],
        ...args,
    });
}

function sqlOf(all: Registration[]): string | undefined {
    const { data } = one(all, "kubernetes:core/v1:ConfigMap").inputs as { data?: Record<string, string> };
    return data?.["script.sql"];
}

describe("RetiredCredentials", () => {
    it("makes nothing before the first rotation", async () => {
        let component: RetiredCredentials | undefined;
        const all = await record(() => {
            component = retired({ rotation: 0, loginNames: [] });
        });
        assert.deepEqual(
            all.map(({ type }) => type),
            ["bulwark:index:RetiredCredentials"],
        );
        assert.deepEqual(await resolved(component?.loginNames ?? ["none"]), []);
    });

    it("closes nothing before it is known that every client has moved", async () => {
        const program = () => retired({ clients: [later("secure-app")] });
        const preview = one(await record(program, true), "kubernetes:core/v1:ConfigMap");
        assert.doesNotMatch(JSON.stringify(preview.inputs), /PASSWORD NULL/);
        assert.match(sqlOf(await record(program)) ?? "", /"readonly" PASSWORD NULL/);
    });

    it("runs nothing again only because the Secret of its job is made anew", async () => {
        const all = await record(() => retired());
        const { urn } = one(all, "kubernetes:core/v1:Secret");
        const { dependencies, propertyDependencies } = one(all, "kubernetes:batch/v1:Job");
        assert.ok(dependencies.includes(urn), "the job waits for its Secret");
        assert.ok(!Object.values(propertyDependencies).flat().includes(urn), "and isn't replaced with it");
        assert.ok(propertyDependencies.spec?.some((each) => each.includes(":ConfigMap::")));
    });

    it("gives the grace period on top of the job's own deadline", async () => {
        const all = await record(() => retired({ graceSeconds: 600, job: { deadlineSeconds: 100 } }));
        assert.match(sqlOf(all) ?? "", /pg_sleep\(600\)/);
        const { spec } = one(all, "kubernetes:batch/v1:Job").inputs as { spec: { activeDeadlineSeconds: number } };
        assert.equal(spec.activeDeadlineSeconds, 700);
    });

    it("reports every fault at once, and a rotation without logins to close", async () => {
        await assert.rejects(
            record(() => retired({ rotation: 1.5, loginNames: ["Read Only"], graceSeconds: -1, jobName: "A" })),
            (error: Error) => {
                assert.deepEqual(
                    error.message
                        .split("\n")
                        .slice(1)
                        .map((line) => line.trim().split(":")[0]),
                    ["rotation", "loginNames[0]", "graceSeconds", "jobName"],
                );
                return true;
            },
        );
        await assert.rejects(
            record(() => retired({ loginNames: pulumi.output([]) })),
            /loginNames: must hold the logins to close/,
        );
    });
});
