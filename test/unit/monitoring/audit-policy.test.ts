import { strict as assert } from "node:assert";
import fc from "fast-check";
import { parse } from "yaml";
import {
    type AuditRule,
    auditPolicyText,
    auditRules,
    userNameFault,
} from "../../../components/monitoring/audit-policy";

const RULES = auditRules([]).map(({ rule }) => rule);

/** What a request is about. */
interface Request {
    user?: string;
    groups?: string[];
    verb: string;
    group?: string;
    resource: string;
}

/** The level for a request, by the API server's way to choose: the first rule all of whose conditions hold. */
function level({ user = "jo", groups = [], verb, group = "", resource }: Request, rules = RULES): string | undefined {
    const holds = (rule: AuditRule) =>
        (rule.users?.includes(user) ?? true) &&
        (rule.userGroups?.some((each) => groups.includes(each)) ?? true) &&
        (rule.verbs?.includes(verb) ?? true) &&
        rule.nonResourceURLs === undefined &&
        (rule.resources?.some((each) => each.group === group && (each.resources?.includes(resource) ?? true)) ?? true);
    return rules.find(holds)?.level;
}

const NODE = { user: "system:node:n1", groups: ["system:nodes"] };
const CONTROLLER = { user: "system:kube-controller-manager" };
const RBAC = "rbac.authorization.k8s.io";

describe("the audit policy", () => {
    const levels: [string, Request, string][] = [
        ["a command in a pod", { verb: "get", resource: "pods/exec" }, "RequestResponse"],
        ["an attached terminal", { verb: "get", resource: "pods/attach" }, "RequestResponse"],
        ["a port-forward", { verb: "get", resource: "pods/portforward" }, "RequestResponse"],
        ["a debug container", { verb: "patch", resource: "pods/ephemeralcontainers" }, "Request"],
        ["a read of a Secret", { verb: "get", resource: "secrets" }, "Metadata"],
        ["a new Secret", { verb: "create", resource: "secrets" }, "Metadata"],
        ["a read of a Secret by a node", { ...NODE, verb: "get", resource: "secrets" }, "Metadata"],
        ["a read of a Secret by a controller", { ...CONTROLLER, verb: "list", resource: "secrets" }, "Metadata"],
        ["a ConfigMap", { verb: "update", resource: "configmaps" }, "Metadata"],
        ["a token", { verb: "create", resource: "serviceaccounts/token" }, "Metadata"],
        [
            "a token that is reviewed",
            { verb: "create", group: "authentication.k8s.io", resource: "tokenreviews" },
            "Metadata",
        ],
        ["a new role", { verb: "create", group: RBAC, resource: "roles" }, "Request"],
        ["a look at a role", { verb: "get", group: RBAC, resource: "roles" }, "Metadata"],
        [
            "a NetworkPolicy deleted",
            { verb: "delete", group: "networking.k8s.io", resource: "networkpolicies" },
            "Request",
        ],
        ["a new pod, whose environment may hold secrets", { verb: "create", resource: "pods" }, "Metadata"],
        ["a node that looks for its pods", { ...NODE, verb: "watch", resource: "pods" }, "None"],
        ["a node that changes one", { ...NODE, verb: "patch", resource: "pods/status" }, "Metadata"],
        ["a controller that looks around", { ...CONTROLLER, verb: "list", resource: "services" }, "None"],
        ["a controller that changes something", { ...CONTROLLER, verb: "update", resource: "services" }, "Metadata"],
        ["a lease", { verb: "update", group: "coordination.k8s.io", resource: "leases" }, "None"],
        ["an event", { verb: "create", resource: "events" }, "None"],
    ];
    for (const [what, request, expected] of levels) {
        it(`logs ${what} at ${expected}`, () => {
            assert.equal(level(request), expected);
        });
    }

    it("never logs the body of what can hold a credential, whoever asks and however", () => {
        const text = fc.constantFrom("secrets", "configmaps", "serviceaccounts/token");
        const verb = fc.constantFrom("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection");
        const user = fc.constantFrom("jo", "system:apiserver", "system:kube-proxy", "quiet");
        const groups = fc.subarray(["system:nodes", "system:serviceaccounts:kube-system", "system:masters"]);
        const rules = auditRules(["quiet"]).map(({ rule }) => rule);
        fc.assert(
            fc.property(text, verb, user, groups, (resource, way, who, whose) => {
                assert.equal(level({ resource, verb: way, user: who, groups: whose }, rules), "Metadata");
            }),
        );
    });

    it("leaves out what further users read, but nothing that they change, nor their Secrets", () => {
        const rules = auditRules(["quiet"]).map(({ rule }) => rule);
        assert.equal(level({ user: "quiet", verb: "list", resource: "pods" }, rules), "None");
        assert.equal(level({ user: "quiet", verb: "create", resource: "pods" }, rules), "Metadata");
        assert.equal(level({ user: "quiet", verb: "list", resource: "secrets" }, rules), "Metadata");
    });

    it("is the YAML that the API server reads, with the rules as they are", () => {
        const { apiVersion, kind, omitStages, omitManagedFields, rules } = parse(auditPolicyText(["a", 'b"c']));
        assert.deepEqual(
            { apiVersion, kind, omitStages, omitManagedFields },
            {
                apiVersion: "audit.k8s.io/v1",
                kind: "Policy",
                omitStages: ["RequestReceived"],
                omitManagedFields: true,
            },
        );
        assert.deepEqual(
            rules,
            auditRules(["a", 'b"c']).map(({ rule }) => rule),
        );
    });

    it("says why each rule is there", () => {
        assert.equal(auditPolicyText().match(/^ {4}# .+\.\n {4}- level: /gm)?.length, RULES.length);
    });
});

describe("names of users", () => {
    it("are one word", () => {
        assert.equal(userNameFault("system:serviceaccount:ci:deployer"), undefined);
        for (const wrong of ["", "two words", "a\nb"]) {
            assert.equal(
                userNameFault(wrong),
                `must be the name of a user, without spaces, is ${JSON.stringify(wrong)}; write for example "system:serviceaccount:ci:deployer"`,
            );
        }
    });
});
