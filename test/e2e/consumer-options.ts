/** What a program says by resource options about a component, on a real API server: it goes for all that is made. */
import { strict as assert } from "node:assert";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { AllowedFlow, AuditTrail, SecureNamespace } from "../../components/index";
import { get, kubectl } from "./support/kubectl";
import { openOwn, STACK } from "./support/stack";

const NAMESPACE = `${STACK}-options`;
/** What components make here, in their order: the namespace itself, and all that is in it. */
const MADE = ["networkpolicies", "resourcequotas", "limitranges", "configmaps"];
const TIMEOUTS = { create: "3m", update: "3m", delete: "3m" };
const MARK = "e2e.bulwark.dev/seen";

interface KubernetesObject {
    metadata: { name: string; uid: string; annotations?: Record<string, string> };
}

/** What the program of the test says: how its components are called, and the options of each. */
interface Said {
    name: string;
    opts(component: string): pulumi.ComponentResourceOptions;
}

const mark: pulumi.ResourceTransform = ({ custom, props, opts }) => {
    if (!custom || props.metadata === undefined) {
        return undefined;
    }
    const annotations = { ...props.metadata.annotations, [MARK]: "yes" };
    return { props: { ...props, metadata: { ...props.metadata, annotations } }, opts };
};

describe("resource options of a program", () => {
    let stack: Stack;
    let said: Said;

    before(async () => {
        stack = await openOwn(NAMESPACE, ({ kubeconfig }) => {
            const provider = new k8s.Provider("explicit", { kubeconfig });
            const { name, opts } = said;
            const own = (component: string) => ({ ...opts(component), provider });
            const space = new SecureNamespace(`${name}-space`, { namespaceName: NAMESPACE }, own("space"));
            const { namespaceName } = space;
            new AuditTrail(`${name}-audit`, { configMap: { namespaceName } }, own("audit"));
            // Its policies are called after it.
            const flow = { from: { namespaceName }, to: { cidrs: ["192.0.2.0/24"] }, ports: [{ port: 443 }] };
            new AllowedFlow("flow", flow, { ...own("flow"), aliases: [] });
        });
        // Whatever were not behind the explicit provider would have none at all.
        await stack.setConfig("pulumi:disable-default-providers", { value: '["*"]' });
        await remove();
    });
    after(async () => {
        await remove();
        await stack.workspace.removeStack(NAMESPACE, { force: true });
    });

    /** Takes away whatever is there, also what an earlier run that was cut short has left protected. */
    async function remove(): Promise<void> {
        const state = await stack.exportStack();
        const { resources = [] } = state.deployment as { resources?: { protect?: boolean }[] };
        for (const resource of resources) {
            resource.protect = false;
        }
        await stack.importStack(state);
        await stack.destroy();
        await kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found");
    }

    async function objects(): Promise<KubernetesObject[]> {
        const namespace = await get<KubernetesObject>("namespace", NAMESPACE);
        const { items } = await get<{ items: KubernetesObject[] }>(MADE.join(","), "-n", NAMESPACE);
        // Kubernetes puts this one into every namespace.
        return [namespace, ...items.filter(({ metadata }) => metadata.name !== "kube-root-ca.crt")];
    }

    const uids = async () => (await objects()).map(({ metadata }) => `${metadata.name} ${metadata.uid}`).sort();

    it("provider, transforms and timeouts reach every object", async () => {
        said = { name: "first", opts: () => ({ protect: true, transforms: [mark], customTimeouts: TIMEOUTS }) };
        await stack.up();
        const found = await objects();
        assert.equal(found.length, 7);
        for (const { metadata } of found) {
            assert.equal(metadata.annotations?.[MARK], "yes", metadata.name);
        }
        const { deployment } = await stack.exportStack();
        const { resources } = deployment as { resources: { type: string; urn: string; customTimeouts?: object }[] };
        const made = resources.filter(({ type }) => type.startsWith("kubernetes:"));
        assert.equal(made.length, 8);
        for (const { urn, customTimeouts } of made) {
            assert.deepEqual(customTimeouts, { create: 180, update: 180, delete: 180 }, urn);
        }
    });

    it("protect keeps what is there from a destroy", async () => {
        const before = await uids();
        await assert.rejects(stack.destroy(), /cannot be deleted\s+because it is protected/);
        assert.deepEqual(await uids(), before);
    });

    it("aliases rename components and leave the objects as they are", async () => {
        const before = await uids();
        said = {
            name: "second",
            opts: (component) => ({
                protect: false,
                retainOnDelete: true,
                transforms: [mark],
                aliases: [{ name: `first-${component}` }],
            }),
        };
        const { summary } = await stack.up();
        for (const change of Object.keys(summary.resourceChanges ?? {})) {
            assert.match(change, /^(same|update)$/);
        }
        assert.deepEqual(await uids(), before);
    });

    it("retainOnDelete leaves everything on the cluster, and nothing in the state", async () => {
        const before = await uids();
        await stack.destroy();
        const { deployment } = await stack.exportStack();
        assert.deepEqual((deployment as { resources?: object[] }).resources ?? [], []);
        assert.deepEqual(await uids(), before);
    });
});
