import { strict as assert } from "node:assert";
import { kubectl } from "./support/kubectl";
import { NAMES, open, running } from "./support/stack";

describe("wrong settings", () => {
    it("are refused by the engine, all at once, before anything is created", async () => {
        const { cluster } = await running();
        const names = { app: "wrong-app", database: "wrong-database", localPort: 15_533 };
        const stack = await open(cluster, "wrong", names, {
            workload: { replicas: 0 },
            database: { access: { statementTimeout: "10" } },
        });
        const said: string[] = [];
        await assert.rejects(stack.up({ onOutput: (text) => said.push(text), onError: (text) => said.push(text) }));
        const text = said.join("");
        assert.match(text, /bulwark:workload\.replicas/);
        assert.match(text, /bulwark:database\.access\.statementTimeout/);
        assert.doesNotMatch(text, /\n\s+at .*:\d+:\d+/);
        assert.equal((await kubectl("get", "namespace", names.app, "--ignore-not-found")).trim(), "");
        await stack.workspace.removeStack("wrong", { force: true });
    });

    it("name the setting when the tunnel's port is taken", async () => {
        const { cluster } = await running();
        const net = await import("node:net");
        const other = net.createServer().listen(15_534, "127.0.0.1");
        const names = { app: "taken-app", database: "taken-database", localPort: 15_534 };
        const stack = await open(cluster, "taken", names);
        await assert.rejects(stack.preview(), /bulwark:database\.tunnel\.localPort/);
        other.close();
        await stack.workspace.removeStack("taken", { force: true });
        assert.ok(NAMES.localPort !== names.localPort);
    });
});
