/** The policy pack, run by the real engine. */
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as k8s from "@pulumi/kubernetes";
import type { Stack } from "@pulumi/pulumi/automation";
import { GUARDRAILS } from "../../components/cluster/guardrail-rules";
import { openOwn, running, STACK } from "./support/stack";

const POLICY_PACK = path.join(__dirname, "../../policy");

describe("policy pack", () => {
    it("lets Bulwark's own stack pass", async () => {
        const { stack } = await running();
        const { stdout } = await stack.preview({ policyPacks: [POLICY_PACK] });
        // Everything is known of a stack that is up, so every policy had its say.
        assert.match(stdout, /✅ bulwark@v/);
        assert.doesNotMatch(stdout, /can't run policy|mandatory/);
    });

    it("refuses a careless stack before anything is made, in the guardrails' words", async () => {
        const stack = await openOwn(`${STACK}-careless`, careless);
        const said = await refusal(stack);
        for (const rule of ["read-only-root-filesystem", "no-privilege-escalation", "immutable-images"] as const) {
            assert.ok(said.includes(`[mandatory]  ${rule}`), `${rule} isn't refused:\n${said}`);
            assert.ok(said.includes(GUARDRAILS[rule].must));
        }
        for (const promise of ["pod-security-labels", "no-plaintext-passwords", "ingress-tls"]) {
            assert.ok(said.includes(`[mandatory]  ${promise}`), `${promise} isn't refused:\n${said}`);
        }
        assert.ok(!said.includes("hunter2"), "the password is told");
        // The Automation API's up goes without a preview.
        await assert.rejects(stack.up({ policyPacks: [POLICY_PACK] }));
        const made = (await stack.exportStack()).deployment.resources ?? [];
        assert.deepEqual(
            made.filter(({ type }: { type: string }) => type.startsWith("kubernetes:")),
            [],
        );
        await stack.destroy({ remove: true });
    });

    it("refuses a namespace that nothing isolates", async () => {
        const stack = await openOwn(`${STACK}-open`, async () => {
            const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
            new k8s.core.v1.Namespace("open", { metadata: { name: `${STACK}-open`, labels } });
        });
        const said = await refusal(stack);
        assert.match(said, /\[mandatory\] {2}default-deny {2}\(kubernetes:core\/v1:Namespace: open\)/);
        await stack.destroy({ remove: true });
    });
});

/** What the engine says when it refuses a preview. */
async function refusal(stack: Stack): Promise<string> {
    const said: string[] = [];
    const onOutput = (text: string) => void said.push(text);
    await assert.rejects(stack.preview({ policyPacks: [POLICY_PACK], onOutput }), () => true, said.join(""));
    return said.join("");
}

/** A chart that makes nothing. */
function emptyChart(): string {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "careless-"));
    fs.writeFileSync(path.join(folder, "Chart.yaml"), "apiVersion: v2\nname: careless\nversion: 1.0.0\n");
    return folder;
}

async function careless() {
    const name = `${STACK}-careless`;
    const metadata = { name, namespace: name };
    new k8s.core.v1.Namespace(name, { metadata: { name } });
    new k8s.apps.v1.Deployment(name, {
        metadata,
        spec: {
            selector: { matchLabels: { app: name } },
            template: {
                metadata: { labels: { app: name } },
                spec: { containers: [{ name: "c", image: "nginx:latest", securityContext: { privileged: true } }] },
            },
        },
    });
    new k8s.networking.v1.Ingress(name, { metadata, spec: { rules: [{ host: "careless.example.com" }] } });
    new k8s.helm.v3.Release(name, { name, chart: emptyChart(), values: { auth: { postgresPassword: "hunter2" } } });
}
