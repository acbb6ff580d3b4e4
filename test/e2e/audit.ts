import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { auditRulesText } from "../../components/monitoring/falco-audit-rules";
import { auditFields } from "../unit/monitoring/support/audit-fields";
import { Rules } from "../unit/monitoring/support/falco-engine";
import { type AuditEvent, AuditLog } from "./support/audit-log";
import { inPod, kubectl } from "./support/kubectl";
import { NAMES, type Running, running } from "./support/stack";

const ADMIN = "admin";
const SECRET = "audited";

describe("the audit trail", () => {
    let env: Running;
    let log: AuditLog;
    /** Falco's rules as they would be on this stack. Its controllers and its own accounts are not told apart. */
    const rules = new Rules(
        auditRulesText({
            protectedNamespaceNames: [NAMES.app, NAMES.database],
            trustedUserNames: [],
            secretReaderNames: [],
        }),
    );
    before(async () => {
        env = await running();
        log = await AuditLog.fromNow();
    });
    after(() => kubectl("delete", "secret,role", "-n", NAMES.app, SECRET, "--ignore-not-found"));

    /** Sends an object that is given on standard input, so that no list of processes shows it. */
    function send(verb: "apply" | "replace", object: object): void {
        execFileSync(env.cluster.programs.kubectl, [verb, "-f", "-"], {
            input: JSON.stringify(object),
            env: { ...process.env, KUBECONFIG: env.cluster.kubeconfig },
            stdio: "pipe",
        });
    }

    it("says who ran which command in which pod, and from where", async () => {
        const mark = randomBytes(8).toString("hex");
        assert.equal((await inPod(NAMES.app, "deploy/secure-app", ["echo", mark])).code, 0);
        const event = await log.find("the exec", ({ requestURI }) => requestURI.includes(`command=${mark}`));
        const { resource, subresource, namespace, name } = event.objectRef ?? {};
        assert.deepEqual([resource, subresource, namespace], ["pods", "exec", NAMES.app]);
        assert.match(name ?? "", /^secure-app-/);
        assert.equal(event.user.username, ADMIN);
        assert.match(event.sourceIPs[0] ?? "", /^[\da-f.:]+$/);
        assert.equal(event.responseStatus?.code, 101);
        assert.deepEqual(rules.matching(auditFields(event)), ["Command in protected pod"]);
    });

    it("says who read which Secret", async () => {
        await kubectl("get", "secret", "-n", NAMES.app, "app-db-creds");
        const event = await log.find("the read", (each) => isAbout(each, "secrets", "app-db-creds"));
        assert.deepEqual([event.verb, event.user.username, event.level], ["get", ADMIN, "Metadata"]);
        assert.deepEqual(rules.matching(auditFields(event)), ["Secret of protected namespace read"]);
    });

    it("says who tried to in vain", async () => {
        const asStranger = ["--as=stranger", "get", "secret", "-n", NAMES.app, "app-db-creds"];
        await assert.rejects(kubectl(...asStranger), /forbidden/);
        const isAttempt = (each: AuditEvent) =>
            each.impersonatedUser?.username === "stranger" && isAbout(each, "secrets", "app-db-creds");
        const event = await log.find("the attempt", isAttempt);
        assert.equal(event.responseStatus?.code, 403);
        assert.deepEqual(rules.matching(auditFields(event)), ["Secret of protected namespace read"]);
    });

    it("says who asked for a privileged pod", async () => {
        const containers = [{ name: "x", image: "x", securityContext: { privileged: true } }];
        const pod = {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: SECRET, namespace: NAMES.app },
            spec: { containers },
        };
        assert.throws(() => send("apply", pod), /violates PodSecurity|denied/);
        const event = await log.find("the pod", (each) => isAbout(each, "pods", SECRET) && each.verb === "create");
        assert.equal(event.requestObject, undefined);
        assert.deepEqual(rules.matching(auditFields(event)), ["Workload refused in protected namespace"]);
    });

    it("never holds what is in a Secret or a token, however it is written or read", async () => {
        const values = [1, 2, 3].map(() => randomBytes(24).toString("hex"));
        const metadata = { name: SECRET, namespace: NAMES.app };
        const secret = (value = "") => ({ apiVersion: "v1", kind: "Secret", metadata, stringData: { value } });
        send("apply", secret(values[0]));
        send("apply", secret(values[1]));
        send("replace", secret(values[2]));
        await kubectl("get", "secrets", "-n", NAMES.app, "-o", "yaml");
        const token = (await kubectl("create", "token", "-n", NAMES.app, "default")).trim();
        await kubectl("delete", "secret", "-n", NAMES.app, SECRET);

        await log.find("the last of it", (each) => isAbout(each, "secrets", SECRET) && each.verb === "delete");
        const written = log.events().filter((each) => isAbout(each, "secrets", SECRET));
        assert.deepEqual(
            ["create", "patch", "update", "get", "delete"].filter(
                (verb) => !written.some((each) => each.verb === verb),
            ),
            [],
        );
        const text = log.text();
        for (const value of [...values, token]) {
            assert.ok(!text.includes(value));
            assert.ok(!text.includes(Buffer.from(value).toString("base64")));
        }
        const withBody = log.events().filter((each) => isCredential(each) && hasBody(each));
        assert.deepEqual(
            withBody.map(({ requestURI }) => requestURI),
            [],
        );
    });

    it("holds what a change of the defences says", async () => {
        const permissions = [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }];
        const metadata = { name: SECRET, namespace: NAMES.app };
        send("apply", { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata, rules: permissions });
        const event = await log.find("the Role", (each) => isAbout(each, "roles", SECRET) && each.verb === "create");
        assert.deepEqual((event.requestObject as { rules: unknown } | undefined)?.rules, permissions);
        assert.deepEqual(rules.matching(auditFields(event)), ["Defence of protected namespace changed"]);
    });

    it("leaves out the cluster's heartbeats, so that the rest can be read", () => {
        const resources = log.events().map(({ objectRef }) => objectRef?.resource);
        assert.ok(resources.length > 0);
        assert.ok(!resources.includes("leases"));
        assert.ok(!resources.includes("events"));
    });
});

/** Whether it is about this stack's object; other suites write to the same log. */
function isAbout({ objectRef }: AuditEvent, resource: string, name: string): boolean {
    return objectRef?.resource === resource && objectRef.name === name && objectRef.namespace === NAMES.app;
}

function isCredential({ objectRef }: AuditEvent): boolean {
    const { resource = "", subresource } = objectRef ?? {};
    return ["secrets", "configmaps", "tokenreviews"].includes(resource) || subresource === "token";
}

function hasBody({ requestObject, responseObject }: AuditEvent): boolean {
    return requestObject !== undefined || responseObject !== undefined;
}
