/** Where there is a way to the plugin host, the engine runs the plugins from there: the host is a server of this test. */
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";
import { RandomPassword } from "@pulumi/random";
import { pluginHostReachable } from "../../sandbox/engine";
import { pulumiProgram } from "../../sandbox/programs/go";
import { PROVIDERS, type ProviderFolder, standInProviders } from "../../sandbox/stand-ins";
import { engineVariables } from "./support/engine";
import { foreignFolder, removeFolder } from "./support/folder";

const OVERRIDE = "PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES";

describe("the plugin host", function () {
    this.timeout(300_000);
    const folder = foreignFolder();
    let host: http.Server;
    let asked: string[] = [];
    let missing: string | undefined;
    let root: string;
    let standIns: ProviderFolder[];

    before(async () => {
        root = await pulumiProgram();
        standIns = await standInProviders();
        host = http.createServer((request, response) => {
            const name = /^\/pulumi-resource-([a-z]+)-v[0-9.]+-/.exec(request.url ?? "")?.[1] ?? "";
            asked.push(name);
            const standIn = standIns.find((each) => each.name === name);
            if (standIn && name !== missing) {
                response.end(plugin(folder, standIn));
            } else {
                response.writeHead(404).end();
            }
        });
        await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
        process.env[OVERRIDE] = `.*=http://127.0.0.1:${(host.address() as AddressInfo).port}`;
    });
    beforeEach(() => {
        asked = [];
    });
    after(() => {
        delete process.env[OVERRIDE];
        host.close();
        removeFolder(folder);
    });

    const reachable = (home: string) =>
        pluginHostReachable({ pulumi: path.join(root, "bin", "pulumi") }, path.join(folder, home));

    it("is asked for every provider, once", async () => {
        assert.equal(await reachable("home"), true);
        assert.deepEqual([...asked].sort(), [...PROVIDERS].sort());
        asked = [];
        assert.equal(await reachable("home"), true);
        assert.deepEqual(asked, []);
    });

    it("gives the plugins that the engine then runs", async () => {
        assert.equal(await reachable("home"), true);
        const stack = await LocalWorkspace.createOrSelectStack(
            {
                stackName: "from-the-host",
                projectName: "consumer",
                program: async () => ({ length: new RandomPassword("any", { length: 24 }).result.length }),
            },
            {
                workDir: folderWithin(folder, "work"),
                pulumiHome: path.join(folder, "home"),
                pulumiCommand: await PulumiCommand.get({ root }),
                envVars: engineVariables(path.join(folder, "state")),
            },
        );
        const { outputs } = await stack.up();
        assert.equal(outputs.length?.value, 24);
        assert.ok(fs.existsSync(path.join(folder, "started-random")));
    });

    it("counts as out of reach when one provider is missing there", async () => {
        for (const name of ["random", "kubernetes"]) {
            missing = name;
            assert.equal(await reachable(`without-${name}`), false);
        }
        missing = undefined;
    });

    it("counts as out of reach when nobody answers", async () => {
        host.close();
        assert.equal(await reachable("without-a-host"), false);
    });
});

/** A plugin as the host has it, which leaves a mark when it is started: the offline stand-in under another roof. */
function plugin(folder: string, { name, path: standIn }: ProviderFolder): Buffer {
    const program = `pulumi-resource-${name}`;
    const own = folderWithin(folder, name);
    const script = `#!/bin/sh\ntouch '${path.join(folder, `started-${name}`)}'\nexec '${path.join(standIn, program)}' "$@"\n`;
    fs.writeFileSync(path.join(own, program), script, { mode: 0o755 });
    return execFileSync("tar", ["-C", own, "-czf", "-", program]);
}

function folderWithin(folder: string, name: string): string {
    const made = path.join(folder, name);
    fs.mkdirSync(made, { recursive: true });
    return made;
}
