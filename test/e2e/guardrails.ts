/** The guardrails on the real API server: what they refuse, by which policy, and what they let through. */
import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import type { Stack } from "@pulumi/pulumi/automation";
import { AdmissionGuardrails } from "../../components/cluster/admission-guardrails";
import { falcoExemption } from "../../components/cluster/guardrail-exemptions";
import { policyBinding } from "../../components/cluster/guardrail-policy";
import { GUARDRAILS, GuardrailRule } from "../../components/cluster/guardrail-rules";
import { eventually } from "./support/eventually";
import {
    BAD_CONTAINERS,
    badObjects,
    falcoLike,
    goodObjects,
    KINDS,
    type KubernetesObject,
    podSpec,
    REGISTRIES,
    SERVICE_ACCOUNT,
    service,
} from "./support/guarded-objects";
import { get, kubectl, type Outcome } from "./support/kubectl";
import { NAMES, openOwn, running } from "./support/stack";

const PREFIX = "e2e-guarded";
const RULES = Object.values(GuardrailRule);
/** One namespace refuses; in another, warnings tell every policy that an object breaks, not just the first. */
const NAMESPACES = { enforced: "e2e-guarded", warned: "e2e-guarded-warned", exposed: "e2e-guarded-exposed" };
const LABEL = "e2e.bulwark.dev/guarded";
const FALCO = { "app.kubernetes.io/name": "falco", "app.kubernetes.io/instance": "falco" };

/** Runs kubectl with an object as its input; the outcome is the test's business. */
async function send(object: unknown, ...args: string[]): Promise<Outcome> {
    const { cluster } = await running();
    const child = spawn(cluster.programs.kubectl, args, { env: { ...process.env, KUBECONFIG: cluster.kubeconfig } });
    const outcome = { code: -1, stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => {
        outcome.stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
        outcome.stderr += chunk;
    });
    child.stdin.end(JSON.stringify(object));
    outcome.code = await new Promise((resolve) => child.on("close", (code) => resolve(code ?? -1)));
    return outcome;
}

function tryOut(object: KubernetesObject, namespace: string): Promise<Outcome> {
    return send(object, "create", "--dry-run=server", "-n", namespace, "-f", "-");
}

/** The rules that an object breaks, by the warnings of their policies. */
async function brokenRules(object: KubernetesObject): Promise<string[]> {
    const { code, stderr } = await tryOut(object, NAMESPACES.warned);
    assert.equal(code, 0, stderr);
    const policies = [...stderr.matchAll(/ValidatingAdmissionPolicy '([^']+)'/g)].map((match) => match[1] ?? "");
    return policies.filter((each) => each.startsWith(PREFIX)).map((each) => each.slice(PREFIX.length + 1));
}

function assertRefused({ code, stderr }: Outcome, rule: GuardrailRule): void {
    assert.notEqual(code, 0);
    assert.ok(stderr.includes(`'${PREFIX}-${rule}'`), stderr);
    assert.ok(stderr.includes(GUARDRAILS[rule].must), stderr);
}

/** A few at a time: each one is a process. */
async function forEach<T>(all: T[], judge: (each: T) => Promise<void>): Promise<void> {
    const rest = [...all];
    const work = async () => {
        for (let each = rest.shift(); each !== undefined; each = rest.shift()) {
            await judge(each);
        }
    };
    await Promise.all(Array.from({ length: 4 }, work));
}

describe("the guardrails", () => {
    let stack: Stack;

    before(async function () {
        this.timeout(180_000);
        await running();
        const namespace = (name: string, value: string) => ({
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name, labels: { [LABEL]: value } },
        });
        const account = (ns: string) => ({
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: SERVICE_ACCOUNT, namespace: ns },
        });
        stack = await openOwn("e2e-guardrails", () => {
            new AdmissionGuardrails("guardrails", {
                namePrefix: PREFIX,
                namespaceLabels: { [LABEL]: "enforced" },
                allowedRegistries: REGISTRIES,
                requireImmutableImages: true,
                exposedNamespaceNames: [NAMESPACES.exposed],
                exemptions: [falcoExemption({ namespaceName: NAMESPACES.enforced, podLabels: FALCO })],
            });
        });
        await stack.up();
        const items = [
            namespace(NAMESPACES.enforced, "enforced"),
            namespace(NAMESPACES.warned, "warned"),
            namespace(NAMESPACES.exposed, "enforced"),
            ...Object.values(NAMESPACES).map(account),
            ...RULES.map((rule) => ({
                apiVersion: "admissionregistration.k8s.io/v1",
                kind: "ValidatingAdmissionPolicyBinding",
                metadata: { name: `${PREFIX}-${rule}-warned` },
                spec: policyBinding(`${PREFIX}-${rule}`, "warn", { [LABEL]: "warned" }),
            })),
        ];
        const { code, stderr } = await send({ apiVersion: "v1", kind: "List", items }, "apply", "-f", "-");
        assert.equal(code, 0, stderr);
        await untilInForce();
    });

    after(async function () {
        this.timeout(180_000);
        const bindings = RULES.map((rule) => `${PREFIX}-${rule}-warned`);
        await kubectl("delete", "validatingadmissionpolicybinding", "--ignore-not-found", ...bindings);
        await kubectl("delete", "namespace", "--ignore-not-found", "--wait=false", ...Object.values(NAMESPACES));
        await stack?.destroy({ remove: true });
    });

    /** The API server takes a moment to act on a new policy. */
    async function untilInForce(): Promise<void> {
        const examples = badObjects().filter(({ rule }, index, all) => all.findIndex((o) => o.rule === rule) === index);
        assert.equal(examples.length, RULES.length);
        for (const deadline = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 500))) {
            const found = await Promise.all(
                examples.map(async ({ rule, object }) => {
                    const { code } = await tryOut(object, NAMESPACES.enforced);
                    return code !== 0 && (await brokenRules(object)).includes(rule);
                }),
            );
            if (found.every(Boolean)) {
                return;
            }
            assert.ok(Date.now() < deadline, "the policies aren't in force after a minute");
        }
    }

    it("refuse each bad object by exactly the policy of its rule, and say what to change", async function () {
        this.timeout(240_000);
        const all = badObjects();
        for (const rule of RULES) {
            assert.ok(all.filter((each) => each.rule === rule).length >= 2, rule);
        }
        await forEach(all, async ({ rule, what, object }) => {
            assert.deepEqual(await brokenRules(object), [rule], what);
            assertRefused(await tryOut(object, NAMESPACES.enforced), rule);
        });
    });

    it("admit each good object, without a warning", async function () {
        this.timeout(120_000);
        await forEach(goodObjects(), async ({ what, object }) => {
            assert.deepEqual(await brokenRules(object), [], what);
            const { code, stderr } = await tryOut(object, NAMESPACES.enforced);
            assert.equal(code, 0, `${what}: ${stderr}`);
        });
    });

    it("name what breaks the rule, and what is allowed", async () => {
        const bad = podSpec({
            containers: BAD_CONTAINERS.slice(0, 2).map(({ bad: it }, n) => ({ ...it, name: `c${n}` })),
        });
        const { stderr } = await tryOut(KINDS.Deployment?.(bad) as KubernetesObject, NAMESPACES.enforced);
        assert.match(
            stderr,
            /denied request: container "c0", "c1" must set securityContext\.readOnlyRootFilesystem: true/,
        );
        const foreign = podSpec({
            containers: BAD_CONTAINERS.filter(({ what }) => what === "another host").map((it) => it.bad),
        });
        const { stderr: registries } = await tryOut(KINDS.Pod?.(foreign) as KubernetesObject, NAMESPACES.enforced);
        assert.match(
            registries,
            /image "quay\.io\/example\/app:1" must come from .*\(allowed: registry\.bulwark\.local, ghcr\.io\/example\)/,
        );
    });

    it("judge ephemeral containers, which kubectl debug adds", async () => {
        // Nowhere to run: the API server alone is asked.
        const spec = podSpec({ nodeSelector: { "e2e.bulwark.dev/nowhere": "true" } });
        const target = { ...KINDS.Pod?.(spec), metadata: { name: "debugged" } };
        assert.equal((await send(target, "create", "-n", NAMESPACES.enforced, "-f", "-")).code, 0);
        const path = `/api/v1/namespaces/${NAMESPACES.enforced}/pods/debugged`;
        const stored = JSON.parse(await kubectl("get", "--raw", path)) as { spec: object };
        const debug = (ephemeral: object) =>
            send(
                { ...stored, spec: { ...stored.spec, ephemeralContainers: [ephemeral] } },
                "replace",
                "--raw",
                `${path}/ephemeralcontainers?dryRun=All`,
                "-f",
                "-",
            );
        for (const { rule, bad } of BAD_CONTAINERS) {
            assertRefused(await debug({ ...bad, name: "debugger" }), rule);
        }
        const sound = podSpec().containers as object[];
        const { code, stderr } = await debug({ ...sound[0], name: "debugger" });
        assert.equal(code, 0, stderr);
    });

    it("let what was there before live on, but not change for the worse", async () => {
        const namespace = NAMESPACES.exposed;
        const [broken] = BAD_CONTAINERS;
        await kubectl("label", "namespace", namespace, `${LABEL}-`);
        const old = KINDS.Deployment?.({ ...podSpec({ containers: [broken?.bad] }) }) as KubernetesObject;
        const made = { ...old, metadata: { name: "old" }, spec: { ...(old.spec as object), replicas: 0 } };
        await eventually(async () => assert.equal((await send(made, "create", "-n", namespace, "-f", "-")).code, 0));
        await kubectl("label", "namespace", namespace, `${LABEL}=enforced`);
        await eventually(async () => assertRefused(await tryOut(old, namespace), GuardrailRule.ReadOnlyRootFilesystem));
        await kubectl("annotate", "-n", namespace, "deployment/old", "touched=true");
        await kubectl("patch", "-n", namespace, "deployment/old", "-p", '{"spec":{"replicas":1,"paused":true}}');
        const change = '{"spec":{"template":{"spec":{"containers":[{"name":"c","command":["sh"]}]}}}}';
        assertRefused(
            await send("", "patch", "-n", namespace, "deployment/old", "-p", change),
            GuardrailRule.ReadOnlyRootFilesystem,
        );
        await kubectl("delete", "-n", namespace, "deployment/old");
    });

    it("let Services out of the cluster where an ingress controller lives, but never with external addresses", async () => {
        for (const type of ["NodePort", "LoadBalancer"]) {
            const { code, stderr } = await tryOut(service({ type }), NAMESPACES.exposed);
            assert.equal(code, 0, stderr);
        }
        assertRefused(
            await tryOut(service({ type: "LoadBalancer", externalIPs: ["192.0.2.1"] }), NAMESPACES.exposed),
            GuardrailRule.NoExposedServices,
        );
    });

    it("exempt the pods that are named, from the rules that are named, and nobody beside them", async () => {
        const { code, stderr } = await tryOut(falcoLike(FALCO), NAMESPACES.enforced);
        assert.equal(code, 0, stderr);
        assert.deepEqual((await brokenRules(falcoLike(FALCO))).sort(), [
            GuardrailRule.DropAllCapabilities,
            GuardrailRule.NoHostPaths,
            GuardrailRule.NoPrivilegeEscalation,
            GuardrailRule.ReadOnlyRootFilesystem,
            GuardrailRule.RunAsNonRoot,
        ]);
        assert.notEqual((await tryOut(falcoLike({ app: "other" }), NAMESPACES.enforced)).code, 0);
        assert.notEqual((await tryOut(falcoLike(FALCO), NAMESPACES.exposed)).code, 0);
        const { spec, ...rest } = falcoLike(FALCO);
        const onTheNode = { ...rest, spec: { ...(spec as object), hostNetwork: true } };
        assertRefused(await tryOut(onTheNode, NAMESPACES.enforced), GuardrailRule.NoHostNamespaces);
    });

    it("let the product's own workloads and Services pass", async () => {
        for (const namespace of [NAMES.app, NAMES.database]) {
            const kinds = "deployments,statefulsets,daemonsets,jobs,cronjobs,services";
            const { items } = await get<{ items: KubernetesObject[] }>(kinds, "-n", namespace);
            assert.ok(items.length >= 2, namespace);
            for (const { apiVersion, kind, metadata, spec } of items) {
                const { clusterIP, clusterIPs, ...own } = spec as Record<string, unknown>;
                // A Job's selector is the API server's own choice otherwise.
                const selected = kind === "Job" ? { ...own, manualSelector: true } : own;
                const copy = { apiVersion, kind, metadata: { name: metadata.name }, spec: selected };
                assert.deepEqual(await brokenRules(copy), [], `${kind} ${metadata.name}`);
            }
        }
    });

    it("fit the types of everything that they look at", async () => {
        for (const rule of RULES) {
            await eventually(async () => {
                const { metadata, status } = await get<{
                    metadata: { generation: number };
                    status: { observedGeneration?: number; typeChecking?: { expressionWarnings?: unknown[] } };
                }>("validatingadmissionpolicy", `${PREFIX}-${rule}`);
                assert.equal(status.observedGeneration, metadata.generation);
                assert.deepEqual(status.typeChecking?.expressionWarnings ?? [], [], rule);
            });
        }
    });

    it("change nothing when they are applied again", async function () {
        this.timeout(120_000);
        const { changeSummary } = await stack.preview({ refresh: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });
});
