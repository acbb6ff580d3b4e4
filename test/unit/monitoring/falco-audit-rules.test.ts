import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { auditRulesText, ruleUserFault } from "../../../components/monitoring/falco-audit-rules";
import { type ApiEvent, auditFields } from "./support/audit-fields";
import { itemsOf, rulesFaults } from "./support/falco-checker";
import { Rules } from "./support/falco-engine";

const PAGE = fs.readFileSync(path.join(__dirname, "../../../docs/components/parts/threat-detection.md"), "utf8");

const TEXT = auditRulesText({
    protectedNamespaceNames: ["shop", "database"],
    trustedUserNames: ["deployer"],
    secretReaderNames: ["system:serviceaccount:ingress-nginx:ingress-nginx"],
});

/** A request of somebody with rights, answered with success. */
function request(changes: Partial<ApiEvent> & Pick<ApiEvent, "verb" | "objectRef">): ApiEvent {
    return {
        stage: "ResponseComplete",
        requestURI: "/api/v1",
        user: { username: "mallory" },
        responseStatus: { code: 200 },
        annotations: { "authorization.k8s.io/decision": "allow" },
        ...changes,
    };
}

const pod = (subresource?: string) => ({
    resource: "pods",
    namespace: "shop",
    name: "web-1",
    ...(subresource && { subresource }),
});
const secret = { resource: "secrets", namespace: "shop", name: "app-db-creds" };
const exec = request({ verb: "get", stage: "ResponseStarted", objectRef: pod("exec"), responseStatus: { code: 101 } });
const forbidden = { responseStatus: { code: 403 }, annotations: { "authorization.k8s.io/decision": "forbid" } };
const by = (username: string) => ({ user: { username } });

describe("Falco rules for audit events", () => {
    const rules = new Rules(TEXT);
    const matching = (event: ApiEvent) => rules.matching(auditFields(event));

    it("are all in the component's page, with their priority", () => {
        for (const { rule: name, priority } of itemsOf(TEXT).filter((item) => item.rule)) {
            assert.ok(PAGE.includes(`| ${name} | ${priority} | `), name);
        }
    });

    it("load by themselves: Falco would find no fault with them", () => {
        assert.deepEqual(rulesFaults(TEXT, "k8s_audit"), []);
    });

    it("load without any trusted user", () => {
        const none = auditRulesText({ protectedNamespaceNames: ["shop"], trustedUserNames: [], secretReaderNames: [] });
        assert.deepEqual(rulesFaults(none, "k8s_audit"), []);
        assert.deepEqual(new Rules(none).matching(auditFields({ ...exec, ...by("deployer") })), [
            "Command in protected pod",
        ]);
    });

    it("can each be tuned, and say who did it", () => {
        for (const { rule: name, condition = "", output = "" } of itemsOf(TEXT).filter(({ rule }) => rule)) {
            assert.match(condition, /and not bulwark_expected_[a-z_]+\s*$/, name);
            assert.match(output, /user=%ka\.user\.name as=%ka\.impuser\.name from=%ka\.sourceips/, name);
        }
    });

    const reported: [string, ApiEvent, string][] = [
        ["a command", exec, "Command in protected pod"],
        [
            "a command that was refused",
            { ...exec, stage: "ResponseComplete", ...forbidden },
            "Command in protected pod",
        ],
        ["an attached terminal", { ...exec, objectRef: pod("attach") }, "Command in protected pod"],
        ["a port-forward", { ...exec, objectRef: pod("portforward") }, "Port-forward to protected pod"],
        [
            "a debug container",
            request({ verb: "patch", objectRef: pod("ephemeralcontainers") }),
            "Container put into protected pod",
        ],
        [
            "a debug container by a trusted user",
            request({ verb: "patch", objectRef: pod("ephemeralcontainers"), ...by("deployer") }),
            "Container put into protected pod",
        ],
        ["a read of a Secret", request({ verb: "get", objectRef: secret }), "Secret of protected namespace read"],
        [
            "a read of a Secret in vain",
            request({ verb: "get", objectRef: secret, ...forbidden }),
            "Secret of protected namespace read",
        ],
        [
            "a list of all Secrets",
            request({ verb: "list", objectRef: { resource: "secrets" } }),
            "Secret of protected namespace read",
        ],
        [
            "a token",
            request({
                verb: "create",
                objectRef: { resource: "serviceaccounts", subresource: "token", namespace: "shop", name: "web" },
            }),
            "Token of protected account requested",
        ],
        [
            "a pod that admission refused",
            request({ verb: "create", objectRef: pod(), responseStatus: { code: 403 } }),
            "Workload refused in protected namespace",
        ],
        [
            "a Deployment that a guardrail refused",
            request({ verb: "patch", objectRef: { ...pod(), resource: "deployments" }, responseStatus: { code: 422 } }),
            "Workload refused in protected namespace",
        ],
        [
            "a NetworkPolicy deleted",
            request({
                verb: "delete",
                objectRef: { resource: "networkpolicies", namespace: "shop", name: "default-deny" },
            }),
            "Defence of protected namespace changed",
        ],
        [
            "a namespace's labels changed",
            request({ verb: "patch", objectRef: { resource: "namespaces", namespace: "shop", name: "shop" } }),
            "Defence of protected namespace changed",
        ],
        [
            "a right given in the whole cluster",
            request({ verb: "create", objectRef: { resource: "clusterrolebindings", name: "x" } }),
            "Defence of protected namespace changed",
        ],
        [
            "an anonymous request",
            request({ verb: "get", objectRef: pod(), ...by("system:anonymous") }),
            "Anonymous request answered",
        ],
    ];
    for (const [what, event, name] of reported) {
        it(`report ${what}`, () => {
            assert.deepEqual(matching(event), [name]);
        });
    }

    const silent: [string, ApiEvent][] = [
        ["the end of a command, whose beginning was reported", { ...exec, stage: "ResponseComplete" }],
        ["a command elsewhere", { ...exec, objectRef: { ...pod("exec"), namespace: "elsewhere" } }],
        ["a command by a trusted user", { ...exec, ...by("deployer") }],
        ["the tunnel of a trusted user", { ...exec, objectRef: pod("portforward"), ...by("deployer") }],
        ["a kubelet that reads a Secret", request({ verb: "get", objectRef: secret, ...by("system:node:n1") })],
        [
            "the ingress controller that watches Secrets",
            request({
                verb: "watch",
                objectRef: { resource: "secrets" },
                ...by("system:serviceaccount:ingress-nginx:ingress-nginx"),
            }),
        ],
        [
            "a controller of the cluster that lists Secrets",
            request({
                verb: "list",
                objectRef: { resource: "secrets" },
                ...by("system:serviceaccount:kube-system:namespace-controller"),
            }),
        ],
        ["a Secret elsewhere", request({ verb: "get", objectRef: { ...secret, namespace: "elsewhere" } })],
        ["a pod that is created", request({ verb: "create", objectRef: pod(), responseStatus: { code: 201 } })],
        ["a pod that nobody had the right to create", request({ verb: "create", objectRef: pod(), ...forbidden })],
        [
            "a look at a NetworkPolicy",
            request({ verb: "get", objectRef: { resource: "networkpolicies", namespace: "shop" } }),
        ],
        [
            "a namespace of others",
            request({ verb: "delete", objectRef: { resource: "namespaces", namespace: "other", name: "other" } }),
        ],
        [
            "what kubeadm publishes",
            request({
                verb: "get",
                objectRef: { resource: "configmaps", namespace: "kube-public" },
                ...by("system:anonymous"),
            }),
        ],
    ];
    for (const [what, event] of silent) {
        it(`keep silent about ${what}`, () => {
            assert.deepEqual(matching(event), []);
        });
    }
});

describe("users in rules", () => {
    it("have names that can't break out of a condition", () => {
        for (const name of ["admin", "system:serviceaccount:ci:deployer", "jo@example.com", "https://issuer#7"]) {
            assert.equal(ruleUserFault(name), undefined, name);
        }
        for (const name of ['a") or (evt.num > 0', "CN=jo,O=x", "a(b", "two words", "", 'x"y']) {
            assert.match(ruleUserFault(name) ?? "", /^must /, name);
        }
    });
});
