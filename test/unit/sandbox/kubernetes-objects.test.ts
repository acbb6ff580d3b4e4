import * as assert from "node:assert/strict";
import { ApiError, type Call, type Cluster } from "../../../sandbox/providers/kubernetes/cluster";
import { podReasons } from "../../../sandbox/providers/kubernetes/diagnosis";
import { objectTypes } from "../../../sandbox/providers/kubernetes/objects";
import { checkConfig, Session } from "../../../sandbox/providers/kubernetes/session";
import type { CreateContext, ResourceType } from "../../../sandbox/providers/resource-type";
import { type Props, UNKNOWN } from "../../../sandbox/providers/wire";

/** An API server that keeps what is applied, and remembers what it was asked. */
class MemoryCluster implements Cluster {
    kubeconfig = "";
    calls: string[] = [];
    objects: Record<string, Props> = {};
    logs = "";

    async call(method: string, path: string, { body, query }: Call = {}): Promise<Props> {
        this.calls.push(`${method} ${path}${query?.dryRun ? " dry" : ""}`);
        if (method === "PATCH" && path.includes("/absent/")) {
            throw new ApiError(404, "NotFound", 'namespaces "absent" not found', "namespaces");
        }
        if (method === "PATCH") {
            const made = { ...(body as Props), kept: true };
            this.objects = query?.dryRun ? this.objects : { ...this.objects, [path]: made };
            return made;
        }
        const found = this.objects[path];
        if (!found) {
            throw new ApiError(404, "NotFound", `${path} not found`, "");
        }
        if (method === "DELETE") {
            delete this.objects[path];
        }
        return found;
    }

    async text(): Promise<string> {
        return this.logs;
    }
}

class MemorySession extends Session {
    readonly memory = new MemoryCluster();

    override async cluster(): Promise<Cluster> {
        return this.memory;
    }
}

const PATH = "/api/v1/namespaces/n/configmaps/a";
const INPUTS = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "n" }, data: { k: "v" } };

function context(preview = false): CreateContext {
    const signal = new AbortController().signal;
    return { urn: "urn:x", timeoutSeconds: 1, signal, preview, log: () => undefined, warn: () => undefined };
}

function typeOf(session: Session, name: string): Required<Pick<ResourceType, "create" | "read" | "update" | "delete">> {
    const { create, read, update, delete: remove } = objectTypes(session)[`kubernetes:core/v1:${name}`] ?? {};
    assert.ok(create && read && update && remove, `${name} can be created, read, updated and deleted`);
    return { create, read, update, delete: remove };
}

describe("sandbox kubernetes provider: objects", () => {
    let session: MemorySession;
    let configMap: ReturnType<typeof typeOf>;

    beforeEach(() => {
        session = new MemorySession();
        configMap = typeOf(session, "ConfigMap");
    });

    it("applies, reads, changes and deletes an object", async () => {
        const { id, outputs } = await configMap.create(INPUTS, context());
        assert.equal(id, "n/a");
        assert.match(String(outputs.__fieldManager), /^pulumi-kubernetes-[0-9a-f]{8}$/);
        session.memory.objects[PATH] = { ...session.memory.objects[PATH], data: { k: "changed by hand" } };
        const found = await configMap.read("n/a", outputs, INPUTS);
        assert.deepEqual(found?.inputs.data, { k: "changed by hand" });
        const updated = await configMap.update("n/a", outputs, { ...INPUTS, data: {} }, context());
        assert.equal(updated.__fieldManager, outputs.__fieldManager);
        await configMap.delete("n/a", outputs, context());
        assert.equal(await configMap.read("n/a", outputs, INPUTS), undefined);
        await configMap.delete("n/a", outputs, context());
    });

    it("takes over no object that exists", async () => {
        session.memory.objects[PATH] = INPUTS;
        await assert.rejects(configMap.create(INPUTS, context()), /configmaps "n\/a" already exists/);
        assert.deepEqual(session.memory.calls, [`GET ${PATH}`]);
    });

    it("only asks in a preview, and not at all about what it doesn't know", async () => {
        const preview = await configMap.create(INPUTS, context(true));
        assert.equal((preview.outputs.metadata as Props).uid, UNKNOWN);
        assert.deepEqual(session.memory.calls, [`GET ${PATH}`, `PATCH ${PATH} dry`]);
        session.memory.calls = [];
        const unknown = { ...INPUTS, data: { k: UNKNOWN } };
        assert.deepEqual((await configMap.create(unknown, context(true))).outputs, unknown);
        assert.deepEqual(session.memory.calls, []);
    });

    it("previews an object whose namespace is still to come", async () => {
        const inputs = { ...INPUTS, metadata: { name: "a", namespace: "absent" } };
        assert.deepEqual((await configMap.create(inputs, context(true))).outputs, inputs);
    });

    it("patches what exists and gives up only its own fields", async () => {
        const patch = typeOf(session, "ServiceAccountPatch");
        const inputs = { ...INPUTS, kind: "ServiceAccount", automountServiceAccountToken: false };
        const path = "/api/v1/namespaces/n/serviceaccounts/a";
        session.memory.objects[path] = { ...inputs, automountServiceAccountToken: true };
        const { outputs } = await patch.create(inputs, context());
        await patch.delete("n/a", outputs, context());
        assert.equal(session.memory.objects[path]?.automountServiceAccountToken, undefined);
        assert.equal(session.memory.calls.filter((call) => call.startsWith("DELETE")).length, 0);
    });

    it("shows a crashed container's last words without the secrets that it was given", async () => {
        const secret = Buffer.from("hunter2hunter2").toString("base64");
        const pod = {
            metadata: { name: "p" },
            spec: { volumes: [{ secret: { secretName: "s" } }], containers: [] },
            status: {
                containerStatuses: [{ name: "c", state: { terminated: { reason: "Error", exitCode: 1 } } }],
            },
        };
        session.memory.objects = {
            "/api/v1/namespaces/n/pods": { items: [pod] },
            "/api/v1/namespaces/n/secrets/s": { data: { password: secret } },
        };
        session.memory.logs = "start\nlogin with hunter2hunter2 at postgresql://me:other-password@db failed\n";
        assert.deepEqual(await podReasons(session.memory, "n", { app: "x" }), [
            "[Pod p] container c: Error with exit code 1; last log line: " +
                "login with [secret] at postgresql://me:[secret]@db failed",
        ]);
    });

    it("shows no log at all when it can't know the secrets", async () => {
        const volumes = [{ secret: { secretName: "gone" } }];
        const status = { containerStatuses: [{ name: "c", state: { terminated: { reason: "Error", exitCode: 1 } } }] };
        const pod = { metadata: { name: "p" }, spec: { volumes }, status };
        session.memory.objects = { "/api/v1/namespaces/n/pods": { items: [pod] } };
        session.memory.logs = "hunter2hunter2";
        assert.deepEqual(await podReasons(session.memory, "n", {}), ["[Pod p] container c: Error with exit code 1"]);
    });

    it("refuses settings that it would have to ignore", async () => {
        const properties = async (news: Props) => (await checkConfig(news)).map(({ property }) => property);
        assert.deepEqual(await properties({ kubeconfig: "x", namespace: "n", version: "1" }), []);
        assert.deepEqual(await properties({ renderYamlToDirectory: "x" }), ["renderYamlToDirectory"]);
        assert.deepEqual(await properties({ enableServerSideApply: "false" }), ["enableServerSideApply"]);
    });
});
