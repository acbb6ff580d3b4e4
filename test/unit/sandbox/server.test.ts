import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import {
    handlers,
    PartialFailure,
    type Props,
    type Provider,
    type ResourceType,
    UNKNOWN,
} from "../../../sandbox/providers/server";
import { decode, encode, sameValue } from "../../../sandbox/providers/wire";

const TOKEN = "test:index:Thing";
const URN = `urn:pulumi:dev::project::parent:index:Parent$${TOKEN}::thing`;

/** A secret on the wire. */
function secret(value: string) {
    return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

type Reply<T> = (error: grpc.ServiceError | null, response: T) => void;

function call<T>(start: (reply: Reply<T>) => unknown): Promise<T> {
    return new Promise((resolve, reject) => start((error, response) => (error ? reject(error) : resolve(response))));
}

function refused(code: grpc.status, message: string) {
    return (error: grpc.ServiceError) => {
        assert.equal(error.code, code);
        assert.equal(error.details, message);
        return true;
    };
}

describe("sandbox provider server", () => {
    let server: grpc.Server | undefined;
    let client: ResourceProviderClient;
    let seen: Props[] = [];

    async function start(type: Partial<ResourceType>, rest: Partial<Provider> = {}): Promise<void> {
        seen = [];
        const thing: ResourceType = {
            async create(inputs) {
                seen.push(inputs);
                return { id: "id", outputs: { ...inputs, made: "by the provider" } };
            },
            ...type,
        };
        const provider = {
            name: "test",
            version: "1.2.3",
            configure: async () => undefined,
            resources: { [TOKEN]: thing },
        };
        server = new grpc.Server();
        server.addService(ResourceProviderService, handlers({ ...provider, ...rest }));
        const port = await new Promise<number>((resolve, reject) =>
            server?.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
                error ? reject(error) : resolve(bound),
            ),
        );
        client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    }

    afterEach(() => {
        client?.close();
        server?.forceShutdown();
        server = undefined;
    });

    function create(properties: Parameters<typeof Struct.fromJavaScript>[0], urn = URN): Promise<proto.CreateResponse> {
        const request = new proto.CreateRequest().setUrn(urn).setProperties(Struct.fromJavaScript(properties));
        return call((reply) => client.create(request, reply));
    }

    function diff(olds: Props, news: Props, state: Props = olds): Promise<proto.DiffResponse> {
        const request = new proto.DiffRequest()
            .setUrn(URN)
            .setOlds(encode(state))
            .setOldInputs(encode(olds))
            .setNews(encode(news));
        return call((reply) => client.diff(request, reply));
    }

    it("hands secrets over unwrapped and marks what came from them", async () => {
        await start({ secretOutputs: ["made"] });
        const response = await create({
            plain: "p",
            password: secret("s3cret"),
            nested: { list: [{ deep: secret("d33p") }] },
        });
        assert.deepEqual(seen, [{ plain: "p", password: "s3cret", nested: { list: [{ deep: "d33p" }] } }]);
        const outputs = decode(response.getProperties());
        assert.deepEqual([...outputs.secretKeys].sort(), ["made", "nested", "password"]);
        assert.equal(outputs.props.plain, "p");
    });

    it("hands unknown values over as UNKNOWN and takes them back", async () => {
        await start({});
        const response = await create({
            name: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
            list: ["a", "3eeb2bf0-c639-47a8-9e75-3b44932eb421"],
        });
        assert.deepEqual(seen, [{ name: UNKNOWN, list: ["a", UNKNOWN] }]);
        assert.equal(response.getProperties()?.toJavaScript().name, "04da6b54-80e4-46f7-96ec-b56ff0331ba9");
    });

    it("refuses an unknown type by name", async () => {
        await start({});
        await assert.rejects(
            create({}, "urn:pulumi:dev::project::test:index:Other::other"),
            refused(
                grpc.status.UNIMPLEMENTED,
                "test:index:Other: the offline stand-in of provider test implements only test:index:Thing",
            ),
        );
    });

    it("reports an error's message alone, without the secrets it quotes", async () => {
        await start({
            async create(inputs) {
                throw new Error(`cannot log in with ${inputs.password}`);
            },
        });
        await assert.rejects(
            create({ password: secret("correct horse") }),
            refused(grpc.status.UNKNOWN, "cannot log in with [secret]"),
        );
    });

    it("keeps the configuration's secrets out of errors too, and names its keys without the package", async () => {
        let received: Record<string, string> = {};
        await start(
            {
                async create() {
                    throw new Error("login failed: hunter2hunter2");
                },
            },
            {
                async configure(config) {
                    received = config;
                },
            },
        );
        const request = new proto.ConfigureRequest().setArgs(
            Struct.fromJavaScript({ password: secret("hunter2hunter2") }),
        );
        request.getVariablesMap().set("test:config:password", "hunter2hunter2");
        const response = await call<proto.ConfigureResponse>((reply) => client.configure(request, reply));
        assert.deepEqual(received, { password: "hunter2hunter2" });
        assert.ok(response.getAcceptsecrets() && response.getSupportspreview());
        await assert.rejects(create({}), refused(grpc.status.UNKNOWN, "login failed: [secret]"));
    });

    it("lets no failed check name a secret property, whose value the engine would print", async () => {
        await start({
            async check(news) {
                const failures = Object.keys(news).map((property) => ({ property, reason: "is not good" }));
                return { inputs: news, failures };
            },
        });
        const news = Struct.fromJavaScript({ open: "o", hidden: secret("h") });
        const request = new proto.CheckRequest().setUrn(URN).setNews(news);
        const response = await call<proto.CheckResponse>((reply) => client.check(request, reply));
        assert.deepEqual(
            new Map(response.getFailuresList().map((failure) => [failure.getProperty(), failure.getReason()])),
            new Map([
                ["open", "is not good"],
                ["", "hidden: is not good"],
            ]),
        );
        assert.deepEqual([...decode(response.getInputs()).secretKeys], ["hidden"]);
    });

    it("compares inputs deeply when the type has no diff of its own", async () => {
        await start({});
        const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
        assert.equal((await diff({ a: { b: [1] }, c: null }, { a: { b: [1] } })).getChanges(), DIFF_NONE);
        const changed = await diff({ a: { b: [1] } }, { a: { b: [2] }, d: UNKNOWN });
        assert.equal(changed.getChanges(), DIFF_SOME);
        assert.deepEqual([changed.getDiffsList(), changed.getReplacesList()], [["a", "d"], []]);
    });

    it("passes on what the type wants replaced", async () => {
        await start({
            async diff(_id, state, olds, news) {
                assert.deepEqual([state, olds, news], [{ s: 1 }, { a: 1 }, { a: 2 }]);
                return { changed: [], replace: ["a"], deleteBeforeReplace: true };
            },
        });
        const response = await diff({ a: 1 }, { a: 2 }, { s: 1 });
        assert.deepEqual([response.getDiffsList(), response.getReplacesList()], [["a"], ["a"]]);
        assert.equal(response.getDeletebeforereplace(), true);
    });

    it("never replaces a provider", async () => {
        await start({});
        const request = new proto.DiffRequest().setOldInputs(encode({ host: "a" })).setNews(encode({ host: "b" }));
        const response = await call<proto.DiffResponse>((reply) => client.diffConfig(request, reply));
        assert.deepEqual([response.getDiffsList(), response.getReplacesList()], [["host"], []]);
    });

    it("says with an empty id that a resource is gone, and keeps the state of a type that can't be read", async () => {
        const request = new proto.ReadRequest()
            .setUrn(URN)
            .setId("id")
            .setProperties(encode({ a: 1 }));
        await start({ read: async () => undefined });
        assert.equal((await call<proto.ReadResponse>((reply) => client.read(request, reply))).getId(), "");
        client.close();
        server?.forceShutdown();
        await start({});
        const kept = await call<proto.ReadResponse>((reply) => client.read(request, reply));
        assert.deepEqual([kept.getId(), kept.getProperties()?.toJavaScript()], ["id", { a: 1 }]);
    });

    it("marks what is read as secret when the state or the inputs had it secret", async () => {
        await start({ read: async (id, state, inputs) => ({ id, inputs: inputs ?? {}, outputs: state ?? {} }) });
        const request = new proto.ReadRequest()
            .setUrn(URN)
            .setId("id")
            .setProperties(Struct.fromJavaScript({ token: secret("t") }))
            .setInputs(Struct.fromJavaScript({ password: secret("p"), open: 1 }));
        const response = await call<proto.ReadResponse>((reply) => client.read(request, reply));
        assert.deepEqual([...decode(response.getProperties()).secretKeys], ["token"]);
        assert.deepEqual([...decode(response.getInputs()).secretKeys], ["password"]);
    });

    it("refuses to update a type that is only replaced, and forgets one that has no delete", async () => {
        await start({});
        const update = new proto.UpdateRequest().setUrn(URN).setNews(encode({}));
        await assert.rejects(
            call<proto.UpdateResponse>((reply) => client.update(update, reply)),
            refused(grpc.status.UNIMPLEMENTED, "this resource type is only ever replaced"),
        );
        await call<Empty>((reply) => client.delete(new proto.DeleteRequest().setUrn(URN), reply));
    });

    it("keeps a resource that exists but failed, with its secrets marked", async () => {
        await start({
            async create(inputs) {
                throw new PartialFailure("half", { ...inputs, state: "failed" }, ["not ready", "crashed"]);
            },
        });
        await assert.rejects(create({ password: secret("correct horse") }), (error: grpc.ServiceError) => {
            const [bytes] = error.metadata.get("grpc-status-details-bin");
            assert.ok(bytes instanceof Buffer);
            const detail = Status.deserializeBinary(bytes).getDetailsList()[0];
            const failure = detail?.unpack(
                proto.ErrorResourceInitFailed.deserializeBinary,
                "pulumirpc.ErrorResourceInitFailed",
            );
            assert.equal(failure?.getId(), "half");
            assert.deepEqual(failure?.getReasonsList(), ["not ready", "crashed"]);
            assert.deepEqual([...decode(failure?.getProperties()).secretKeys], ["password"]);
            return true;
        });
    });

    it("tells operations that the user cancelled", async () => {
        let aborted = false;
        await start({
            async create(_inputs, { signal }) {
                await once(signal, "abort");
                aborted = true;
                return { id: "id", outputs: {} };
            },
        });
        const created = create({});
        await wait(50);
        await call<Empty>((reply) => client.cancel(new Empty(), reply));
        await created;
        assert.ok(aborted);
    });

    it("treats null as absent and unknown as different from everything", () => {
        assert.ok(sameValue({ a: null, b: [{ c: 1 }] }, { b: [{ c: 1 }] }));
        assert.ok(!sameValue(UNKNOWN, UNKNOWN));
        assert.ok(!sameValue([1, 2], [1]));
        assert.ok(!sameValue({ a: 1 }, [1]));
    });
});
