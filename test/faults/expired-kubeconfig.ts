import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import type { CommandError } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import type { Cluster } from "../../sandbox/cluster";
import { stateFolder } from "../../sandbox/paths";
import { kubectl, kubectlWith } from "../e2e/support/kubectl";
import { cluster, STACK } from "../e2e/support/stack";
import { converge, STACK_TRACE } from "./by-hand";
import { unknownTo } from "./orphans";
import { clear, smallStack, upWithFault } from "./small-stack";

const ADMIN = { name: `${STACK}-expired-admin`, namespace: "default" };

const BINDING = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: ADMIN.name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", ...ADMIN }],
};

interface KubeConfig {
    users: { name: string; user: unknown }[];
}

describe("a kubeconfig that expires in the middle of an update", () => {
    const kubeconfig = path.join(stateFolder, `${ADMIN.name}.kubeconfig`);
    before(async () => {
        await kubectl("create", "serviceaccount", "-n", ADMIN.namespace, ADMIN.name);
        await kubectlWith(JSON.stringify(BINDING), "apply", "-f", "-");
        fs.writeFileSync(kubeconfig, await withToken(await cluster()), { mode: 0o600 });
        await clear(await smallStack("expired"));
    });
    after(async () => {
        fs.rmSync(kubeconfig, { force: true });
        await kubectl("delete", "clusterrolebinding", ADMIN.name);
        await kubectl("delete", "serviceaccount", "-n", ADMIN.namespace, ADMIN.name, "--ignore-not-found");
        await (await smallStack("expired")).stack.destroy({ remove: true });
    });

    it("fails the update with the reason, and with a good one the next goes on", async () => {
        const { stack } = await smallStack("expired", kubeconfig);
        // Nobody is known any more by a token of an account that is gone, some seconds later.
        const expire = () =>
            kubectl("delete", "serviceaccount", "-n", ADMIN.namespace, ADMIN.name).then(() => undefined);
        const failure = (await upWithFault(stack, /^kubernetes:/, expire).catch((error) => error)) as CommandError;
        // By the API, or by the tunnel when only the database was left to do.
        assert.match(failure.message, /Unauthorized|The database tunnel found no connection .*: 401/);
        assert.doesNotMatch(failure.message, STACK_TRACE);
        const good = await smallStack("expired");
        const removed = await converge(good);
        process.stdout.write(`      in the way of the next: ${removed.join("; ") || "nothing"}\n`);
        const { changeSummary } = await good.stack.preview({ refresh: true, runProgram: true, expectNoChanges: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
        assert.deepEqual(await unknownTo(good.stack, good.prefix), []);
    });
});

async function withToken(node: Cluster): Promise<string> {
    const token = (await kubectl("create", "token", "-n", ADMIN.namespace, ADMIN.name)).trim();
    const config = parse(fs.readFileSync(node.kubeconfig, "utf8")) as KubeConfig;
    return stringify({ ...config, users: config.users.map(({ name }) => ({ name, user: { token } })) });
}
