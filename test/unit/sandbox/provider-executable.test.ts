import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { standInProviders } from "../../../sandbox/stand-ins";

type Reply<T> = (error: grpc.ServiceError | null, response: T) => void;

function call<T>(start: (reply: Reply<T>) => unknown): Promise<T> {
    return new Promise((resolve, reject) => start((error, response) => (error ? reject(error) : resolve(response))));
}

describe("sandbox provider executable", () => {
    const started: ChildProcess[] = [];

    afterEach(() => {
        for (const child of started.splice(0)) {
            child.kill("SIGKILL");
        }
    });

    function run(command: string, args: string[]): ChildProcess {
        const child = spawn(command, args, { cwd: "/", stdio: ["ignore", "pipe", "inherit"] });
        started.push(child);
        return child;
    }

    async function executable(provider: string): Promise<string> {
        const folder = (await standInProviders()).find(({ name }) => name === provider);
        assert.ok(folder);
        return path.join(folder.path, `pulumi-resource-${provider}`);
    }

    async function connect(child: ChildProcess): Promise<ResourceProviderClient> {
        assert.ok(child.stdout);
        const [line] = await once(child.stdout, "data");
        return new ResourceProviderClient(`127.0.0.1:${Number(String(line))}`, grpc.credentials.createInsecure());
    }

    it("is made of nothing but its folder and packages, which tell whether the cached one is up to date", () => {
        const folder = path.join(__dirname, "../../../sandbox/providers");
        const files = fs
            .readdirSync(folder, { recursive: true, encoding: "utf8" })
            .filter((file) => /\.ts$/.test(file));
        assert.ok(files.length > 20);
        const imported = files.flatMap((file) => {
            const text = fs.readFileSync(path.join(folder, file), "utf8");
            const local = [...text.matchAll(/(?:from|require\(|import\() ?"(\.[^"]+)"/g)].map(([, to = ""]) => to);
            return local.map((to) => path.relative(folder, path.join(folder, path.dirname(file), to)));
        });
        assert.deepEqual(
            imported.filter((file) => file.startsWith("..")),
            [],
        );
    });

    for (const [name, version] of [
        ["random", "4.21.2"],
        ["tls", "5.6.1"],
        ["postgresql", "3.18.0"],
        ["kubernetes", "4.32.0"],
    ] as const) {
        it(`of ${name} starts from any folder, poses as version ${version} and ends when the engine is done`, async () => {
            const child = run(await executable(name), ["-v=9", "127.0.0.1:1"]);
            const client = await connect(child);
            const info = await call<PluginInfo>((reply) => client.getPluginInfo(new Empty(), reply));
            assert.equal(info.getVersion(), version);
            child.kill("SIGINT");
            assert.deepEqual(await once(child, "exit"), [0, null]);
        });
    }

    it("finishes the operation under way when it is interrupted", async () => {
        const loader = `file://${require.resolve("tsx")}`;
        const child = run(process.execPath, ["--import", loader, path.resolve(__dirname, "slow-provider.ts")]);
        const client = await connect(child);
        const request = new proto.CreateRequest().setUrn("urn:pulumi:dev::project::slow:index:Thing::thing");
        const created = call<proto.CreateResponse>((reply) => client.create(request, reply));
        await wait(200);
        child.kill("SIGINT");
        assert.equal((await created).getId(), "made");
        assert.deepEqual(await once(child, "exit"), [0, null]);
    });

    it("ends when the engine dies", async () => {
        const engine = run("/bin/sh", ["-c", `${await executable("random")} & echo $!; wait`]);
        assert.ok(engine.stdout);
        const [line] = await once(engine.stdout, "data");
        const provider = Number(String(line).split("\n")[0]);
        await once(engine.stdout, "data");
        engine.kill("SIGKILL");
        for (let waited = 0; alive(provider); waited += 100) {
            assert.ok(waited < 5000, "the provider outlives its engine");
            await wait(100);
        }
    });
});

function alive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}
