/** What names, addresses and paths the monitoring takes. */
import { strict as assert } from "node:assert";
import {
    METRICS_ENDPOINTS,
    metricsPathFault,
    portNameFault,
    scrapeJob,
} from "../../../components/monitoring/alert-monitors";
import { runbookAnchor, runbookFault } from "../../../components/monitoring/alert-rules";
import { userNameFault } from "../../../components/monitoring/audit-policy";
import { addressFault } from "../../../components/monitoring/audit-webhook";
import { ruleUserFault } from "../../../components/monitoring/falco-audit-rules";
import { rulesFileNamesFault } from "../../../components/monitoring/falco-rules";

interface Names {
    fault(text: string): string | undefined;
    sound: string[];
    wrong: unknown[];
    message: (shown: string) => string;
}

const NAMES: Record<string, Names> = {
    "a path of metrics": {
        fault: metricsPathFault,
        sound: ["/", "/metrics", "/a/B_c-d.e~0"],
        wrong: ["", "metrics", "x/metrics", "/a b", "/a?b", "/ä", "/a\n", ["/a"], 1],
        message: (shown) => `must be a path that begins with "/", is ${shown}; write for example "/metrics"`,
    },
    "the name of a port": {
        fault: portNameFault,
        sound: ["http", "a", "http-metrics", "8080a", "a-1-b", "abcdefghij12345"],
        wrong: ["", "8080", "HTTP", "a--b", "-a", "a-", "a_b", "a b", "abcdefghij123456", "a\n", ["a"], 1],
        message: (shown) =>
            `must be the name of a container's port, 1 to 15 lower-case letters, digits or "-", is ${shown}; write for example "http"`,
    },
    "the address of a runbook": {
        fault: runbookFault,
        sound: ["https://wiki.example.com/alerts", "docs/alerts.md"],
        wrong: ["", "a b", "a#b", 'a"b', "a'b", "a{b", "a}b", "a\n", ["a"], 1],
        message: (shown) =>
            `must be an address without "#", spaces, quotes and braces, is ${shown}; write for example "https://wiki.example.com/alerts"`,
    },
    "the name of a user": {
        fault: userNameFault,
        sound: ["system:serviceaccount:ci:deployer", "!", "~", "a".repeat(253)],
        wrong: ["", "two words", "ä", "a\n", "a".repeat(254), ["a"], 1],
        message: (shown) =>
            `must be the name of a user, without spaces, is ${shown}; write for example "system:serviceaccount:ci:deployer"`,
    },
    "a user in a rule": {
        fault: ruleUserFault,
        sound: ["system:serviceaccount:ci:deployer", "jo@example.com"],
        wrong: ['a"b', "a'b", "a(b", "a)b", "a,b", "a=b", "a\\b"],
        message: (shown) =>
            `must have no quote, parenthesis, comma, "=" or "\\", is ${shown}; leave it out and name the user in a rules file of your own`,
    },
    "the address of a Service": {
        fault: addressFault,
        sound: ["10.96.200.1", "fd00::1"],
        wrong: ["", "falco.svc", "10.96.200.1:443", "fe80::1%eth0", ["10.0.0.1"], 1],
        message: (shown) => `must be an IP address, is ${shown}; write for example "10.96.200.1"`,
    },
};

for (const [what, { fault, sound, wrong, message }] of Object.entries(NAMES)) {
    describe(what, () => {
        it("is taken as it is allowed", () => {
            for (const text of sound) {
                assert.equal(fault(text), undefined, text);
            }
        });

        it("is refused otherwise", () => {
            for (const text of wrong as string[]) {
                assert.equal(fault(text), message(JSON.stringify(text)));
            }
        });
    });
}

describe("a user in a rule", () => {
    it("is a user", () => assert.equal(ruleUserFault("two words"), userNameFault("two words")));
});

describe("the names of rules files", () => {
    it("are those that Falco loads, and none of Bulwark's own", () => {
        assert.equal(rulesFileNamesFault({ "0.yaml": "", "a_b.c-d.yml": "" }), undefined);
        for (const name of ["a.yamlx", "A.yaml", ".yaml", "a/b.yaml", "a.txt", "ayaml", "xä.yml", "-a.yaml"]) {
            assert.equal(
                rulesFileNamesFault({ "a.yaml": "", [name]: "" }),
                `must name files that end in ".yaml" or ".yml", is ${JSON.stringify(name)}; Falco loads no others`,
            );
        }
        for (const name of ["bulwark-rules.yaml", "bulwark-audit-rules.yaml"]) {
            assert.equal(
                rulesFileNamesFault({ [name]: "" }),
                `must not replace Bulwark's own file "${name}"; write for example "my-rules.yaml"`,
            );
        }
    });
});

describe("the names that Prometheus and the runbook make", () => {
    it("are these", () => {
        assert.equal(scrapeJob("shop", "workload"), "shop/workload");
        assert.equal(runbookAnchor("DatabaseDown"), "databasedown");
    });
});

describe("the charts' metrics", () => {
    it("are at these ports", () => {
        assert.deepEqual(METRICS_ENDPOINTS, {
            ingressController: { port: 10_254, portName: "metrics", path: "/metrics" },
            database: { port: 9187, portName: "http-metrics", path: "/metrics" },
            threatDetection: { port: 8765, portName: "web", path: "/metrics" },
            vulnerabilityScanning: { port: 8080, portName: "metrics", path: "/metrics" },
        });
    });
});
