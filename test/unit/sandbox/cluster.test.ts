import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { hierarchies } from "../../../sandbox/cluster/cgroups";
import * as configuration from "../../../sandbox/cluster/configuration";
import { isAlive, parseStat, processIdentity } from "../../../sandbox/cluster/daemons";
import { overlap } from "../../../sandbox/cluster/network";
import { isMountPoint } from "../../../sandbox/cluster/node";
import * as settings from "../../../sandbox/cluster/settings";
import { prefix } from "../../../sandbox/cluster/storage";
import { mountsBelow } from "../../../sandbox/cluster/teardown";
import { testHosts } from "../../../sandbox/hosts";
import { IMAGES } from "../../../sandbox/images";

const manifests = path.join(__dirname, "..", "..", "..", "sandbox", "cluster", "manifests");
const paths = { disk: "/state/node", run: "/run/x/node", pki: (name: string) => `/state/pki/${name}` };

interface Manifest {
    kind: string;
    spec: { clusterIP?: string; template?: { spec: { containers: { image: string }[] } } };
}

describe("the sandbox's addresses", () => {
    it("don't overlap, so that each range can have its own route", () => {
        const { BRIDGE_CIDR, POD_CIDR, SERVICE_CIDR, LOAD_BALANCER_CIDR, OUTSIDE } = settings;
        const ranges = [BRIDGE_CIDR, POD_CIDR, SERVICE_CIDR, LOAD_BALANCER_CIDR, OUTSIDE.cidr];
        for (const [index, one] of ranges.entries()) {
            for (const other of ranges.slice(index + 1)) {
                assert.equal(overlap(one, other), false, `${one} ${other}`);
            }
        }
        assert.ok(overlap(BRIDGE_CIDR, settings.API_SERVER.address));
        assert.ok(overlap(BRIDGE_CIDR, settings.NODE.address));
        assert.ok(overlap(POD_CIDR, settings.NODE.podCidr));
        assert.ok(overlap(OUTSIDE.cidr, OUTSIDE.gateway));
        assert.ok(overlap(OUTSIDE.cidr, testHosts.client.address));
        assert.ok(overlap(OUTSIDE.cidr, testHosts.server.address));
    });

    it("are compared by range", () => {
        assert.equal(overlap("10.0.0.0/8", "10.240.0.0/24"), true);
        assert.equal(overlap("10.240.0.0/24", "10.0.0.0/8"), true);
        assert.equal(overlap("10.240.0.0/24", "10.240.1.0/24"), false);
        assert.equal(overlap("10.240.0.0/24", "10.240.0.7"), true);
        assert.equal(overlap("172.17.0.0/16", "10.240.0.0/24"), false);
    });

    it("of load balancers mirror those of Services", () => {
        assert.equal(prefix(settings.SERVICE_CIDR), "10.96.");
        assert.equal(prefix(settings.LOAD_BALANCER_CIDR), "10.241.");
    });
});

describe("the sandbox's configuration", () => {
    it("encrypts Secrets with the given key first, and can still read what was not encrypted", () => {
        const { resources } = parse(configuration.encryptionConfiguration("a2V5"));
        const aescbc = { aescbc: { keys: [{ name: "key1", secret: "a2V5" }] } };
        assert.deepEqual(resources, [{ resources: ["secrets"], providers: [aescbc, { identity: {} }] }]);
    });

    it("lets nobody talk to the kubelet without being asked who they are", () => {
        const kubelet = parse(configuration.kubeletConfiguration(paths));
        assert.deepEqual(kubelet.authentication.anonymous, { enabled: false });
        assert.deepEqual(kubelet.authorization, { mode: "Webhook" });
        assert.equal(kubelet.readOnlyPort, 0);
        assert.equal(kubelet.cgroupRoot, "/bulwark-node");
    });

    it("keeps what the node writes below its own folders", () => {
        const text = configuration.containerdConfiguration(paths, IMAGES.pause);
        for (const setting of text.matchAll(/^\s*(?:root|state|address|path|conf_dir) = "([^"]*)"/gm)) {
            assert.match(String(setting[1]), /^\/(state|run\/x)\/node\//);
        }
        assert.ok(text.includes(`sandbox_image = "${IMAGES.pause}"`));
    });

    it("gives pods addresses of the node's range, untranslated", () => {
        const [bridge] = JSON.parse(configuration.cniConfiguration(paths)).plugins;
        assert.equal(bridge.ipMasq, false);
        assert.deepEqual(bridge.ipam.ranges, [[{ subnet: settings.NODE.podCidr }]]);
    });

    it("names the same DNS address and image in the manifests as elsewhere", () => {
        const text = fs.readFileSync(path.join(manifests, "cluster.yaml"), "utf8");
        const objects = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
        const service = objects.find(({ kind }) => kind === "Service");
        const deployment = objects.find(({ kind }) => kind === "Deployment");
        assert.equal(service?.spec.clusterIP, settings.DNS_SERVICE);
        assert.equal(deployment?.spec.template?.spec.containers[0]?.image, IMAGES.coredns);
    });
});

describe("the sandbox's leftovers", () => {
    const mounts = [
        "proc /proc proc rw 0 0",
        "tmpfs /clone/.sandbox/node/x tmpfs rw 0 0",
        "tmpfs /clone/.sandbox-other tmpfs rw 0 0",
        "nsfs /run/bulwark-sandbox/namespaces/mount nsfs rw 0 0",
        "",
    ].join("\n");

    it("are the mounts below its own folders, and no others", () => {
        assert.deepEqual(mountsBelow(["/clone/.sandbox", "/run/bulwark-sandbox"], mounts), [
            "/clone/.sandbox/node/x",
            "/run/bulwark-sandbox/namespaces/mount",
        ]);
        assert.equal(isMountPoint("/proc", mounts), true);
        assert.equal(isMountPoint("/clone/.sandbox", mounts), false);
    });

    it("are looked for in every cgroup hierarchy, of either version", () => {
        const root = fs.mkdtempSync(path.join(tmpdir(), "bulwark-cgroups-"));
        try {
            for (const name of ["cpu", "pids", "unified", "something"]) {
                fs.mkdirSync(path.join(root, name));
            }
            assert.deepEqual(
                hierarchies(root).map((folder) => path.basename(folder)),
                ["cpu", "pids", "unified"],
            );
            fs.writeFileSync(path.join(root, "cgroup.controllers"), "cpu memory");
            assert.deepEqual(hierarchies(root), [root]);
        } finally {
            fs.rmSync(root, { recursive: true });
        }
    });
});

describe("the sandbox's daemons", () => {
    it("are told from another process with the same number", () => {
        const identity = processIdentity(process.pid);
        assert.ok(identity?.startsWith(`${process.pid} `));
        assert.equal(isAlive(identity ?? ""), true);
        assert.equal(isAlive(`${process.pid} 1`), false);
        assert.equal(isAlive(""), false);
    });

    it("are found whatever their program's name", () => {
        const rest = Array.from({ length: 40 }, (_, index) => `f${index + 4}`).join(" ");
        // Field 22 is the start time; the second is the name.
        assert.deepEqual(parseStat(`7 (a b) c)) S ${rest}`), { state: "S", start: "f22" });
    });
});
