import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { HardenedWorkload, type HardenedWorkloadArgs } from "../../../components/container/hardened-workload";
import { later, record, recorded } from "../support/recorder";

const BINDING = { bindingName: "database", secretName: "app-db-creds", version: "v1" };

/** The lines of the error that the arguments lead to; none if they are sound. */
async function message(args: Partial<HardenedWorkloadArgs>): Promise<string[]> {
    try {
        await record(
            () => new HardenedWorkload("web", { namespaceName: "shop", image: "ghcr.io/example/app:1.4.2", ...args }),
        );
    } catch (error) {
        return (error as Error).message.split("\n");
    }
    return [];
}

describe("HardenedWorkload with wrong arguments", () => {
    it("refuses an image that may change, when asked", async () => {
        assert.deepEqual(await message({ image: "app:latest" }), []);
        assert.deepEqual(await message({ image: "app:latest", requireImmutableImage: true }), [
            'HardenedWorkload "web" can\'t be created:',
            '  image: must name a version or a digest, is "app:latest"; write for example "app:1.4.2@sha256:…"',
        ]);
        assert.deepEqual(await message({ image: `app@sha256:${"0".repeat(64)}`, requireImmutableImage: true }), []);
    });

    it("reports every fault at once and creates nothing", async () => {
        const faults = await message({
            namespaceName: "Shop",
            image: "App",
            workloadName: "-",
            serviceName: "-",
            servicePort: 0,
            port: 80,
            replicas: 0,
            userId: 0,
            groupId: 0,
            environment: { SERVICE_BINDING_ROOT: "/tmp" },
            resources: { cpuRequest: "2" },
            temporaryStorage: "64",
            startupPath: "healthz",
            livenessPath: "",
            readinessPath: "/ ",
            gracePeriodSeconds: 5,
            imagePullSecretNames: ["ok", "_"],
            serviceBindings: [
                { ...BINDING, secretName: "A" },
                { ...BINDING, bindingName: pulumi.output("later") },
                { ...BINDING, bindingName: "a/b" },
            ],
        });
        const label =
            'must be 1 to 63 lower-case letters, digits or "-", starting and ending with a letter or digit, is';
        const path = 'must be a URL path that starts with "/", is';
        const secretName =
            'must be 1 to 253 lower-case letters, digits, "-" or ".", each part starting and ending with a letter or digit, is';
        assert.deepEqual(faults, [
            'HardenedWorkload "web" can\'t be created:',
            '  environment: must not have "SERVICE_BINDING_ROOT", which names the folder of the service bindings',
            `  namespaceName: ${label} "Shop"; write for example "secure-app"`,
            '  image: must be an image reference, is "App"; write for example "ghcr.io/example/app:1.4.2"',
            `  workloadName: ${label} "-"; write for example "secure-app"`,
            `  serviceName: ${label} "-"; write for example "secure-app"`,
            "  servicePort: must be a whole number from 1 to 65535, is 0",
            "  port: must be a port from 1024 to 65535, is 80; a process without capabilities can't listen below 1024",
            "  replicas: must be a whole number from 1 to 1000, is 0",
            "  userId: must be a whole number from 1 to 2147483647, is 0; 0 is root, write for example 1001",
            "  groupId: must be a whole number from 1 to 2147483647, is 0; 0 is root, write for example 1001",
            '  resources: cpuRequest must not be greater than cpuLimit, is "2" over "1"; raise the limit or lower the request',
            '  temporaryStorage: must be at least 1Mi, is "64"; the unit of memory and storage is the byte, write for example "512Mi"',
            `  startupPath: ${path} "healthz"; write for example "/healthz"`,
            `  livenessPath: ${path} ""; write for example "/healthz"`,
            `  readinessPath: ${path} "/ "; write for example "/healthz"`,
            "  gracePeriodSeconds: must be a whole number from 10 to 3600, is 5",
            `  imagePullSecretNames[1]: ${secretName} "_"; write for example "app-credentials"`,
            `  serviceBindings[0].secretName: ${secretName} "A"; write for example "app-credentials"`,
            `  serviceBindings[2].bindingName: ${label} "a/b"; write for example "secure-app"`,
        ]);
        assert.deepEqual(
            recorded().map(({ type }) => type),
            ["bulwark:index:HardenedWorkload"],
        );
    });

    it("refuses two bindings of one name, also when the names are known later", async () => {
        const twice = '  serviceBindings: must have a different `bindingName` each, has "database" twice';
        assert.equal((await message({ serviceBindings: [BINDING, BINDING] }))[1], twice);
        await assert.rejects(
            record(
                () =>
                    new HardenedWorkload("web", {
                        namespaceName: "shop",
                        image: "app:1",
                        serviceBindings: [BINDING, { ...BINDING, bindingName: later("database") }],
                    }),
            ),
            (error: Error) => error.message.includes(twice),
        );
        assert.deepEqual(
            recorded().filter(({ type }) => type.startsWith("kubernetes:")),
            [],
        );
    });

    it("lets no secret into what everybody reads who may read pods", async () => {
        const secret = pulumi.secret("pencil");
        for (const args of [
            { environment: { PASSWORD: secret } },
            { command: ["x", secret] },
            { arguments: [secret] },
        ]) {
            const lines = await message(args);
            assert.deepEqual(lines.slice(1), [
                `  ${Object.keys(args)[0]}: must not hold a secret, which everybody could read who may read pods; put it into a Secret and give that as one of \`serviceBindings\``,
            ]);
            assert.ok(!lines.join().includes("pencil"));
            assert.deepEqual(
                recorded().filter(({ custom }) => custom),
                [],
            );
        }
    });
});
