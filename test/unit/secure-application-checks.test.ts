/** SecureApplication looks at all of its groups before it makes anything. */
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { SecureApplication, type SecureApplicationArgs } from "../../components/index";
import { RECIPIENT } from "./support/recipient";
import { later, type Registration, record, recorded } from "./support/recorder";

type Group = Record<string, unknown>;

interface Members {
    inputProperties?: Record<string, { $ref?: string }>;
    properties?: Record<string, { $ref?: string }>;
}

const schema = JSON.parse(fs.readFileSync(path.join(__dirname, "../../components/schema.json"), "utf8")) as {
    resources: Record<string, Members>;
    types: Record<string, Members>;
};

const TOKEN = "bulwark:index:SecureApplication";
const SOUND = {
    workload: { image: "ghcr.io/example/app:1.4.2" },
    ingress: { tls: { allowSelfSignedCertificate: true } },
    database: { direct: { host: "10.0.0.5" } },
};

/** One fault for each of the components' checks, by its path. */
const FAULTS: Record<string, unknown> = {
    "workload.namespaceName": "No",
    "workload.image": "not an image",
    "workload.port": 80,
    "workload.allowEgress[0].cidrs[0]": "everywhere",
    "workload.allowEgress[1].ports[0]": 0,
    "workload.allowEgress[2].protocol": "tcp",
    "workload.allowIngress[0].podLabels": {},
    "cluster.podSecurityVersion": "newest",
    "cluster.quota.pods": 0,
    "cluster.containerLimits.memoryLimit": "much",
    "cluster.dns.cidrs[0]": "everywhere",
    "cluster.apiServer.port": 0,
    "cluster.guardrails.exemptions[0].reason": "because",
    "cluster.operators.accountName": "No",
    "ingress.host": "nowhere/at/all",
    "ingress.controller.replicas": 0,
    "ingress.controller.ingressClassName": "No",
    "database.storageSize": "much",
    "database.audit.log[0]": "everything",
    "database.access.readonlyRole": "",
    "database.direct.port": 0,
    "database.rowLevelSecurity.tenantColumn": "",
    "database.backup.keep": 0,
    "database.sqlJob.retries": -1,
    "threatDetection.mostNodes": 0,
    "threatDetection.kubernetesAudit.serviceAddress": "nowhere",
    "monitoring.auditTrail.quietUserNames[0]": "",
    "monitoring.vulnerabilityScanning.concurrentScans": 0,
    "monitoring.alerts.workloadMetrics.port": 0,
};

/** What the faulty groups need besides. */
const COMPANIONS: Record<string, unknown> = {
    ...Object.fromEntries(
        [0, 1, 2].flatMap((index) => [
            [`workload.allowEgress[${index}].name`, `way-${index}`],
            [`workload.allowEgress[${index}].cidrs[0]`, "203.0.113.0/24"],
            [`workload.allowEgress[${index}].ports[0]`, 443],
        ]),
    ),
    "workload.allowIngress[0].name": "reports",
    "workload.allowIngress[0].namespaceName": "reports",
    "cluster.guardrails.exemptions[0].namespaceName": "logging",
    "cluster.guardrails.exemptions[0].ruleNames": ["no-host-paths"],
    "cluster.guardrails.exemptions[0].reason": "It reads the logs of the node.",
    "database.backup.recipientCertificates": [RECIPIENT],
    "monitoring.vulnerabilityScanning.allowAnyRegistry": true,
    "monitoring.alerts.operatorInstalled": true,
};

/** Groups that exclude others here, or hold nothing that could be wrong. */
const COVERED = ["ingress.tls", "database.tunnel", "database.exporter"];
/** Groups that components have in common. */
const COMMON = /:(ComputeResources|ContainerImage|ChartSource)Args$/;

/** Paths of the arguments that are groups of others, by the package's schema. */
function groupsBelow(name: string, depth: number): string[] {
    const token = `bulwark:index:${name}`;
    const members = schema.resources[token]?.inputProperties ?? schema.types[token]?.properties ?? {};
    return Object.entries(members).flatMap(([member, { $ref = "" }]) => {
        const type = $ref.replace("#/types/", "");
        if (depth === 0 || COMMON.test(type) || schema.types[type]?.properties === undefined) {
            return [];
        }
        const below = groupsBelow(type.replace("bulwark:index:", ""), depth - 1);
        return [member, ...below.map((each) => `${member}.${each}`)];
    });
}

/** The sound arguments with others in their place, each by its path. */
function argumentsWith(changes: Record<string, unknown>): SecureApplicationArgs {
    const args = structuredClone(SOUND) as Group;
    for (const [path, value] of Object.entries(changes)) {
        const keys = path.split(/[.[\]]+/).filter(Boolean);
        let group = args;
        keys.forEach((key, index) => {
            const next = keys[index + 1];
            group[key] = next === undefined ? value : (group[key] ?? (/^\d+$/.test(next) ? [] : {}));
            group = group[key] as Group;
        });
    }
    return args as unknown as SecureApplicationArgs;
}

async function failure(args: () => SecureApplicationArgs, preview = false): Promise<pulumi.InputPropertiesError> {
    try {
        await record(() => new SecureApplication("app", args()), preview);
    } catch (error) {
        assert.ok(pulumi.InputPropertiesError.isInstance(error as Error), String(error));
        return error as pulumi.InputPropertiesError;
    }
    throw assert.fail("nothing was wrong");
}

function paths({ errors }: pulumi.InputPropertiesError): string[] {
    return (errors ?? []).map(({ propertyPath }) => propertyPath).sort();
}

/** What was registered for the application, without what only delays a value. */
function family(): Registration[] {
    return recorded().filter(({ type }) => !type.startsWith("test:"));
}

function assertNothingBelow(): void {
    assert.deepEqual(
        family().map(({ type }) => type),
        [TOKEN],
    );
}

describe("SecureApplication, before it makes anything,", () => {
    for (const [path, value] of Object.entries(FAULTS)) {
        it(`finds what is wrong with ${path}`, async () => {
            const error = await failure(() => argumentsWith({ ...COMPANIONS, [path]: value }));
            assert.deepEqual(paths(error), [path]);
            assert.match(error.message, /^SecureApplication "app" can't be created:\n/);
            assertNothingBelow();
        });
    }

    it("is asked here about every group that the package has", () => {
        const groups = groupsBelow("SecureApplication", 2).filter((group) => !COVERED.includes(group));
        assert.ok(groups.length > 18);
        for (const group of groups) {
            assert.ok(
                Object.keys(FAULTS).some((path) => path.startsWith(`${group}.`)),
                group,
            );
        }
    });

    it("finds all of it at once", async () => {
        const error = await failure(() => argumentsWith({ ...COMPANIONS, ...FAULTS }));
        assert.deepEqual(paths(error), Object.keys(FAULTS).sort());
        for (const path of Object.keys(FAULTS)) {
            assert.ok(error.message.includes(`\n  ${path}: `), path);
        }
        assertNothingBelow();
    });

    it("finds all of it at once when it comes as outputs, at different times", async () => {
        const late = () => Object.entries(FAULTS).map(([path, value]) => [path, pulumi.output(value)]);
        const slow = () => later("nowhere/at/all").apply((host) => new Promise<string>((r) => setTimeout(r, 20, host)));
        const error = await failure(() =>
            argumentsWith({ ...COMPANIONS, ...Object.fromEntries(late()), "ingress.host": slow() }),
        );
        assert.deepEqual(paths(error), Object.keys(FAULTS).sort());
        assertNothingBelow();
    });

    it("finds bindings that are called as the database's own, or twice alike", async () => {
        for (const [names, reason] of [
            [["database-write"], /must not be called "database-write"/],
            [["a", "a"], /has "a" twice/],
        ] as const) {
            const serviceBindings = names.map((bindingName) => ({ bindingName, secretName: "s", version: "1" }));
            const error = await failure(() => argumentsWith({ "workload.serviceBindings": serviceBindings }));
            assert.deepEqual(paths(error), ["workload.serviceBindings"]);
            assert.match(error.message, reason);
            assertNothingBelow();
        }
    });

    it("finds ways out that lead nowhere, or to two places, or have no good name", async () => {
        const ports = [443];
        const allowEgress = [
            { name: "mail", podLabels: { app: "mail" }, ports },
            { name: "mail", cidrs: ["203.0.113.0/24"], namespaceName: "mail", ports },
            { name: "far", cidrs: ["203.0.113.0/24"], isolated: true, ports },
            { name: "No", cidrs: ["203.0.113.0/24"], ports },
        ];
        const error = await failure(() => argumentsWith({ "workload.allowEgress": allowEgress }));
        assert.deepEqual(paths(error), [
            "workload.allowEgress[0]",
            "workload.allowEgress[0].podLabels",
            "workload.allowEgress[1]",
            "workload.allowEgress[1].name",
            "workload.allowEgress[2].isolated",
            "workload.allowEgress[3].name",
        ]);
        assertNothingBelow();
    });

    it("finds ways in that come from nowhere or everywhere", async () => {
        const allowIngress = [
            { name: "reports" },
            { name: "reports", namespaceName: "reports", podLabels: {} },
            { name: "anyone", cidrs: [] },
        ];
        const error = await failure(() => argumentsWith({ "workload.allowIngress": allowIngress }));
        assert.deepEqual(paths(error), [
            "workload.allowIngress[0]",
            "workload.allowIngress[1].name",
            "workload.allowIngress[2].cidrs",
        ]);
        assertNothingBelow();
    });

    it("finds what a preview knows", async () => {
        const error = await failure(
            () => argumentsWith({ "workload.port": pulumi.output(80), "database.storageSize": later("much") }),
            true,
        );
        assert.deepEqual(paths(error), ["workload.port"]);
        assertNothingBelow();
    });

    it("names one that is used by several components once", async () => {
        const error = await failure(() => argumentsWith({ "cluster.apiServer.cidrs": ["everywhere"] }));
        assert.deepEqual(paths(error), ["cluster.apiServer.cidrs[0]"]);
    });

    it("asks nothing of what it is told not to make", async () => {
        const args = argumentsWith({
            ...COMPANIONS,
            "cluster.guardrails.install": false,
            "cluster.guardrails.namePrefix": "No",
            "cluster.operators.install": false,
            "cluster.operators.accountName": "No",
            "threatDetection.install": false,
            "threatDetection.releaseName": "No",
        });
        await record(() => new SecureApplication("app", args));
        assert.ok(family().length > 80);
    });

    it("makes all of it when what comes later is sound, and previews it before", async () => {
        const args = () =>
            argumentsWith({
                "workload.port": later(8080),
                "ingress.host": later("shop.example.com"),
                "labels.team": later("a"),
            });
        await record(() => new SecureApplication("app", args()));
        const made = family().map(({ name }) => name);
        assert.ok(made.length > 100);
        await record(() => new SecureApplication("app", args()), true);
        assert.deepEqual(
            family()
                .map(({ name }) => name)
                .sort(),
            made.sort(),
        );
    });
});
