import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "../../../components/defaults";
import { parseSettings, readSettings, type Settings, SettingsError } from "../../../settings";
import { fields, schema } from "../../../settings/schema";
import { stackSettings } from "../../../settings/table";
import { soundSettings } from "./sound";

function messageOf(run: () => unknown): string {
    try {
        run();
    } catch (error) {
        assert.ok(error instanceof SettingsError, String(error));
        return error.message;
    }
    return assert.fail("the settings were accepted");
}

describe("settings", () => {
    it("have the write-up's values when a stack says no more than it must", () => {
        const { workload, ingress, database, threatDetection } = parseSettings(soundSettings());
        assert.deepEqual(
            [workload.replicas, workload.userId, workload.port, workload.servicePort, workload.serviceName],
            [2, 1001, 8000, 80, "app-service"],
        );
        assert.deepEqual(
            [ingress.host, ingress.path, ingress.requestsPerSecond, ingress.burstMultiplier, ingress.maxBodySize],
            ["app.example.com", "/", 5, 3, "1m"],
        );
        assert.deepEqual(
            [database.releaseName, database.access.databaseName, database.resources.memoryRequest],
            ["pgdb", "mydb", "512Mi"],
        );
        assert.deepEqual(database.access, {
            databaseName: DEFAULTS.database.databaseName,
            ...DEFAULTS.database.access,
            rotation: 0,
        });
        assert.equal(threatDetection.namespaceName, "falco");
    });

    it("of the shipped stacks are sound", () => {
        const [dev, prod] = [parseSettings(stackSettings("dev")), parseSettings(stackSettings("prod"))];
        assert.equal(dev.ingress.tls.allowSelfSignedCertificate, true);
        assert.equal(dev.ingress.controller.replicas, 1);
        assert.equal(prod.cluster.requireImmutableImages, true);
        assert.equal(prod.database.protectData, true);
        assert.equal(prod.ingress.tls.clusterIssuer, "letsencrypt");
        assert.equal(prod.ingress.tls.allowSelfSignedCertificate, undefined);
        assert.ok(prod.workload.replicas > dev.workload.replicas);
    });

    it("take a number for a quantity, as everybody writes it", () => {
        const settings = parseSettings(soundSettings("workload: { resources: { cpuLimit: 2 } }"));
        assert.equal(settings.workload.resources.cpuLimit, "2");
    });

    it("take an address of the database instead of a tunnel", () => {
        const { database } = parseSettings(soundSettings("database: { direct: { host: 10.0.0.5 } }"));
        assert.deepEqual(database.direct, { host: "10.0.0.5" });
        assert.equal(database.tunnel, undefined);
    });

    it("let a controller that is there share a namespace with others", () => {
        const yaml = "ingress: { controller: { install: false, namespaceName: kube-system } }";
        assert.equal(parseSettings(soundSettings(yaml)).ingress.controller.install, false);
    });

    it("accept a mutable tag next to a digest, which wins", () => {
        const digest = `sha256:${"0a".repeat(32)}`;
        const yaml = `{ cluster: { requireImmutableImages: true }, database: { image: { tag: latest, digest: "${digest}" } } }`;
        assert.equal(parseSettings(soundSettings(yaml)).database.image.digest, digest);
    });

    it("share no default with the next stack of the same process", () => {
        const first = parseSettings(soundSettings());
        first.cluster.dns.podLabels["k8s-app"] = "changed";
        assert.equal(parseSettings(soundSettings()).cluster.dns.podLabels["k8s-app"], "kube-dns");
    });

    it("are all documented, each once", () => {
        const paths = fields.map(({ path }) => path.join("."));
        assert.equal(new Set(paths).size, paths.length);
        assert.deepEqual(
            fields.filter(({ meaning, fallback }) => meaning.length < 5 || fallback === ""),
            [],
        );
        for (const path of leafPaths(parseSettings(soundSettings()))) {
            assert.ok(
                paths.some((known) => path === known || path.startsWith(`${known}.`) || known.startsWith(`${path}.0.`)),
                path,
            );
        }
    });
});

describe("faults in the settings", () => {
    it("are reported all at once, each with its path", () => {
        const message = messageOf(() =>
            parseSettings({
                workload: { replicas: 0 },
                ingress: { requestsPerSecond: "many" },
                databse: {},
                threatDetection: { releaseName: "x" },
            }),
        );
        assert.equal(
            message,
            [
                "The stack's settings have 6 faults:",
                '  bulwark:workload.image: is missing; it must be an image reference; write for example "ghcr.io/example/app:1.4.2"',
                "  bulwark:workload.replicas: must be a whole number from 1 to 1000, is 0",
                '  bulwark:ingress.requestsPerSecond: must be a whole number from 1 to 100000, is "many"',
                '  bulwark:threatDetection.releaseName: must contain "falco", but not "falcosidekick", is "x"; write for example "falco"',
                "  bulwark:databse: is not a setting; did you mean bulwark:database?",
                '  bulwark:ingress.tls: must have exactly one of secretName, clusterIssuer, issuer, allowSelfSignedCertificate, has none of them; write for example clusterIssuer: "letsencrypt"',
            ].join("\n"),
        );
    });

    it("carry no stack trace to the user", () => {
        const error = new SettingsError([{ path: ["labels"], reason: "is wrong" }]);
        assert.ok(pulumi.RunError.isInstance(error));
    });

    it("don't show long values whole", () => {
        const message = messageOf(() => parseSettings(soundSettings(`ingress: { host: "${"a".repeat(5000)}" }`)));
        assert.ok(message.length < 300, message);
        assert.match(message, /… \(5002 characters\)/);
    });
});

describe("a secret setting", () => {
    const secret = "s3cr3t-v4lue";
    const wrong: [key: string, yaml: string, shown: RegExp][] = [
        [
            "workload",
            `workload: { image: "${secret} " }`,
            /^ {2}bulwark:workload\.image: must be an image reference, is \[secret\]; /m,
        ],
        ["workload", `workload: { replicas: ${secret} }`, /is \[secret\]$/m],
        [
            "workload",
            `workload: { ${secret}: 1 }`,
            /^ {2}bulwark:workload: holds a setting that does not exist; it may hold image, /m,
        ],
        [
            "workload",
            `workload: { environment: { "${secret} x": a } }`,
            /^ {2}bulwark:workload\.environment: the name must /m,
        ],
        ["workload", `workload: { environment: "${secret}" }`, /is a text$/m],
        ["workload", `workload: "${secret}"`, /is a text; set its members/],
        ["labels", `labels: { "${secret}/": a }`, /^ {2}bulwark:labels: the name must /m],
        [
            "database",
            `database: { access: { readonlyRole: "${secret}", statementTimeout: "${secret}" } }`,
            /is \[secret\]/,
        ],
        [
            "database",
            `database: { access: { readonlyRole: s3cr3t_v4lue, ownerRole: s3cr3t_v4lue } }`,
            /is \[secret\]; a role/,
        ],
        ["database", `database: { chart: { chart: ${secret} } }`, /the name \[secret\]/],
        [
            "database",
            `database: { resources: { memoryRequest: 7777Mi, memoryLimit: 7776Mi } }`,
            /is \[secret\] over \[secret\]/,
        ],
        ["threatDetection", `threatDetection: { namespaceName: kube-system }`, /is \[secret\]; choose/],
    ];
    for (const [key, yaml, shown] of wrong) {
        it(`is not shown: ${yaml}`, () => {
            const message = messageOf(() => parseSettings(soundSettings(yaml), [key]));
            assert.match(message, shown);
            assert.doesNotMatch(message, /s3cr3t|v4lue|777|kube-system/);
        });
    }

    it("is not shown by a rule about another setting", () => {
        const yaml = `{ workload: { replicas: 77 }, cluster: { quota: { pods: 5 } } }`;
        const message = messageOf(() => parseSettings(soundSettings(yaml), ["workload"]));
        assert.match(message, /is \[secret\] over 5/);
    });

    it("is not shown where values are often sensitive, even when the configuration holds it in clear text", () => {
        const yaml = `{ workload: { environment: { PIN: 987654 } }, database: { password: ${secret} } }`;
        const message = messageOf(() => parseSettings(soundSettings(yaml)));
        assert.doesNotMatch(message, /987654|s3cr3t/);
    });
});

describe("readSettings", () => {
    const read = (config: Record<string, unknown>, secretKeys: string[] = []) => {
        const texts = Object.entries(config).map(([key, value]) => [
            key,
            typeof value === "string" ? value : JSON.stringify(value),
        ]);
        pulumi.runtime.setAllConfig(Object.fromEntries(texts), secretKeys);
        return readSettings();
    };
    const { workload, ingress } = soundSettings();
    const sound = { "bulwark:workload": workload, "bulwark:ingress": ingress };

    after(() => pulumi.runtime.setAllConfig({}));

    it("reads the namespace of the program and leaves others alone", () => {
        assert.equal(read({ ...sound, "kubernetes:context": "dev" }).workload.image, "ghcr.io/example/app:1.4.2");
    });

    it("says what to do about an object that isn't JSON", () => {
        assert.equal(
            messageOf(() => read({ ...sound, "bulwark:labels": "{team: a}", "bulwark:database": "{" })),
            [
                "The stack's settings have 2 faults:",
                "  bulwark:labels: must be an object with a text for each name, is a text",
                `  bulwark:database: must be an object of settings (${Object.keys(schema.shape.database.unwrap().shape).join(", ")}), is a text; set its members, for example by "pulumi config set --path bulwark:database.namespaceName …"`,
            ].join("\n"),
        );
    });

    it("refuses an environment that the stack keeps secret: in a pod's specification it would be none", () => {
        const config = { ...sound, "bulwark:workload": { image: "a/b:1", environment: { TOKEN: "s3cr3t" } } };
        assert.equal(
            messageOf(() => read(config, ["bulwark:workload"])),
            "The stack's settings have 1 fault:\n  bulwark:workload.environment: must not hold a secret, which everybody could read who may read pods; keep it in a Secret, and bulwark:workload in clear text",
        );
        assert.deepEqual(read(config).workload.environment, { TOKEN: "s3cr3t" });
    });

    it("hides what the stack keeps secret", () => {
        const config = { ...sound, "bulwark:workload": { image: "s3cr3t image" } };
        assert.doesNotMatch(
            messageOf(() => read(config, ["bulwark:workload"])),
            /s3cr3t/,
        );
    });
});

function leafPaths(settings: Settings): string[] {
    const walk = (value: unknown, path: string): string[] =>
        typeof value === "object" && value !== null && !Array.isArray(value)
            ? Object.entries(value).flatMap(([key, member]) => walk(member, path ? `${path}.${key}` : key))
            : [path];
    return walk(settings, "");
}
