import { strict as assert } from "node:assert";
import { kubectl } from "./support/kubectl";
import { NAMES, open, running } from "./support/stack";

async function namespaces(): Promise<string[]> {
    return (await kubectl("get", "namespaces", "-o", "name"))
        .trim()
        .split("\n")
        .map((line) => line.replace("namespace/", ""));
}

describe("destroy", () => {
    it("works when the database is gone already", async () => {
        const { cluster } = await running();
        const names = { app: "gone-app", database: "gone-database", localPort: 15_535 };
        const stack = await open(cluster, "gone", names);
        await stack.up();
        await kubectl("delete", "namespace", names.database, "--timeout=120s");
        const { summary } = await stack.destroy({ remove: true });
        assert.equal(summary.result, "succeeded");
        assert.deepEqual(
            (await namespaces()).filter((name) => name.startsWith("gone-")),
            [],
        );
    });

    it("leaves nothing behind, and needs no tunnel", async () => {
        const { stack } = await running();
        // Destroying doesn't run the program, so nothing listens for the provider.
        const { summary } = await stack.destroy({ remove: true });
        assert.equal(summary.result, "succeeded");
        const left = await namespaces();
        assert.ok(!left.includes(NAMES.app) && !left.includes(NAMES.database), left.join(" "));
        const kinds = "clusterroles,clusterrolebindings,persistentvolumes,validatingadmissionpolicies";
        const clusterWide = await kubectl("get", kinds, "-o", "name", "-l", "app.kubernetes.io/part-of=bulwark");
        // Another stack, such as the sandbox's own, may be there.
        assert.deepEqual(
            clusterWide.split("\n").filter((name) => name.includes(NAMES.app)),
            [],
        );
    });
});
