import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { loadKubeConfig } from "../../../components/kube-config";

const SECRET = "token-that-nobody-may-see";

describe("a kubeconfig that can't be used", () => {
    let folder: string;
    before(() => {
        folder = fs.mkdtempSync(path.join(tmpdir(), "bulwark-kubeconfig-"));
    });

    after(() => fs.rmSync(folder, { recursive: true }));

    async function assertRefused(choice: { kubeconfig: string; context?: string }, message: RegExp): Promise<void> {
        await assert.rejects(loadKubeConfig(choice), (error: Error) => {
            assert.match(error.message, message);
            assert.ok(!error.message.includes(SECRET) && !error.stack?.includes("\n    at "), error.stack);
            return true;
        });
    }

    it("is named when it isn't there", () =>
        assertRefused(
            { kubeconfig: path.join(folder, "absent") },
            /^The kubeconfig ".*absent" can't be read \(ENOENT\)\.$/,
        ));

    it("is named, without its content, when it can't be parsed", async () => {
        const file = path.join(folder, "broken");
        fs.writeFileSync(file, `users: [{ token: ${SECRET}: : }`);
        await assertRefused({ kubeconfig: file }, /^The kubeconfig ".*broken" can't be parsed\.$/);
        await assertRefused({ kubeconfig: `{ token: ${SECRET}: : }` }, /^The given kubeconfig can't be parsed\.$/);
    });

    it("tells the contexts that it has when another one is asked for", async () => {
        const context = { name: "home", context: { cluster: "c", user: "u" } };
        const kubeconfig = JSON.stringify({
            clusters: [{ name: "c", cluster: { server: "https://10.0.0.1" } }],
            users: [{ name: "u", user: { token: SECRET } }],
            contexts: [context],
        });
        await assertRefused(
            { kubeconfig, context: "it's\nelsewhere" },
            /^The kubeconfig has no context "it's\\nelsewhere"; it has "home"\.$/,
        );
        const { config } = await loadKubeConfig({ kubeconfig, context: "home" });
        assert.equal(config.getCurrentCluster()?.server, "https://10.0.0.1");
    });
});
