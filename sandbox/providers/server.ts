/**
 * A Pulumi resource provider over gRPC for the sandbox's stand-ins. The SDK's own provider server passes neither
 * previews nor secrets on to its provider, so this one speaks the protocol itself and keeps both away from the types.
 */
import * as grpc from "@grpc/grpc-js";
import { LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { EngineLog, Secrets, StatusError, statusOf } from "./messages";
import type { CheckFailure, CreateContext, Difference, Provider, ResourceType } from "./resource-type";
import { changedKeys, type Decoded, encode, type Props } from "./wire";

export * from "./resource-type";
export { changedKeys, containsUnknown, isUnknown, type Props, sameValue, UNKNOWN } from "./wire";

const CHANNEL_OPTIONS = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** Serves a provider to the engine that started this process; announces the port on the standard output. */
export async function serve(provider: Provider): Promise<void> {
    const server = new grpc.Server(CHANNEL_OPTIONS);
    const engineAddress = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
    server.addService(ResourceProviderService, handlers(provider, engineAddress));
    const port = await new Promise<number>((resolve, reject) =>
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
            error ? reject(error) : resolve(bound),
        ),
    );
    // The engine's way to say that it is done; it kills whoever is still there seconds later. Operations under way
    // are finished first, for the signal may be a terminal's Ctrl-C too.
    process.on("SIGINT", () => server.tryShutdown(() => process.exit(0)));
    const engine = process.ppid;
    setInterval(() => process.ppid === engine || process.exit(0), 1000).unref();
    process.stdout.write(`${port}\n`);
}

/** The service's methods; exported for tests. */
export function handlers(provider: Provider, engineAddress?: string): grpc.UntypedServiceImplementation {
    const engine = new EngineLog(engineAddress);
    const cancelled = new AbortController();
    const configSecrets = new Set<string>();

    /** One method: decodes nothing itself, turns every error into a status that holds the message alone. */
    function unary<Request, Response>(method: (request: Request, secrets: Secrets) => Promise<Response> | Response) {
        return async (call: grpc.ServerUnaryCall<Request, Response>, callback: grpc.sendUnaryData<Response>) => {
            const secrets = new Secrets(configSecrets);
            try {
                callback(null, await method(call.request, secrets));
            } catch (error) {
                callback(statusOf(error, secrets));
            }
        };
    }

    function resourceType(urn: string): ResourceType {
        const token = urn.split("::")[2]?.split("$").at(-1) ?? urn;
        const type = provider.resources[token];
        if (!type) {
            const known = Object.keys(provider.resources).join(", ");
            throw new StatusError(
                grpc.status.UNIMPLEMENTED,
                `${token}: the offline stand-in of provider ${provider.name} implements only ${known}`,
            );
        }
        return type;
    }

    function contextOf(urn: string, timeoutSeconds: number, preview: boolean, secrets: Secrets): CreateContext {
        const send = (severity: LogSeverity) => (message: string) => engine.log(severity, secrets.hide(message), urn);
        return {
            urn,
            timeoutSeconds,
            preview,
            signal: cancelled.signal,
            log: send(LogSeverity.INFO),
            warn: send(LogSeverity.WARNING),
        };
    }

    return {
        handshake: unary((request: proto.ProviderHandshakeRequest) => {
            engine.attach(request.getEngineAddress());
            return new proto.ProviderHandshakeResponse().setAcceptSecrets(true);
        }),
        attach: unary((request: { getAddress(): string }) => {
            engine.attach(request.getAddress());
            return new Empty();
        }),
        cancel: unary(() => {
            cancelled.abort();
            return new Empty();
        }),
        getPluginInfo: unary(() => new PluginInfo().setVersion(provider.version)),
        getSchema: unary(() => {
            const resources = Object.fromEntries(Object.keys(provider.resources).map((token) => [token, {}]));
            const schema = { name: provider.name, version: provider.version, resources };
            return new proto.GetSchemaResponse().setSchema(JSON.stringify(schema));
        }),
        checkConfig: unary(async (request: proto.CheckRequest, secrets) => {
            const news = secrets.decode(request.getNews());
            const failures = (await provider.checkConfig?.(news.props)) ?? [];
            return checked(request.getNews(), failures, news, secrets);
        }),
        diffConfig: unary((request: proto.DiffRequest, secrets) => {
            const olds = secrets.decode(request.getOldInputs() ?? request.getOlds()).props;
            return difference({ changed: changedKeys(olds, secrets.decode(request.getNews()).props), replace: [] });
        }),
        configure: unary(async (request: proto.ConfigureRequest, secrets) => {
            for (const text of secrets.decode(request.getArgs()).secretTexts) {
                configSecrets.add(text);
            }
            const config: Record<string, string> = {};
            for (const [key, value] of request.getVariablesMap().toArray()) {
                config[key.slice(key.lastIndexOf(":") + 1)] = value;
            }
            await provider.configure(config);
            return new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
        }),
        invoke: unary(async (request: proto.InvokeRequest, secrets) => {
            const invoke = provider.invokes?.[request.getTok()];
            if (!invoke) {
                throw new StatusError(
                    grpc.status.UNIMPLEMENTED,
                    `${request.getTok()}: the offline stand-in of provider ${provider.name} lacks this function`,
                );
            }
            const args = secrets.decode(request.getArgs());
            const result = await invoke(args.props);
            const secretKeys = args.secretKeys.size > 0 ? Object.keys(result) : [];
            return new proto.InvokeResponse().setReturn(encode(result, secretKeys));
        }),
        check: unary(async (request: proto.CheckRequest, secrets) => {
            const urn = request.getUrn();
            const type = resourceType(urn);
            const news = secrets.decode(request.getNews());
            const olds = request.hasOlds() ? secrets.decode(request.getOlds()).props : undefined;
            const result = await type.check?.(news.props, olds, { urn, name: urn.split("::")[3] ?? "" });
            const inputs = encode(result?.inputs ?? news.props, secretKeys(type, news));
            return checked(inputs, result?.failures ?? [], news, secrets);
        }),
        diff: unary(async (request: proto.DiffRequest, secrets) => {
            const type = resourceType(request.getUrn());
            const state = secrets.decode(request.getOlds()).props;
            const olds = secrets.decode(request.getOldInputs()).props;
            const news = secrets.decode(request.getNews()).props;
            return difference(
                type.diff
                    ? await type.diff(request.getId(), state, olds, news)
                    : { changed: changedKeys(olds, news), replace: [] },
            );
        }),
        create: unary(async (request: proto.CreateRequest, secrets) => {
            const type = resourceType(request.getUrn());
            const inputs = secrets.decode(request.getProperties());
            secrets.marked = secretKeys(type, inputs);
            const context = contextOf(request.getUrn(), request.getTimeout(), request.getPreview(), secrets);
            const { id, outputs } = await type.create(inputs.props, context);
            return new proto.CreateResponse().setId(id).setProperties(encode(outputs, secrets.marked));
        }),
        read: unary(async (request: proto.ReadRequest, secrets) => {
            const type = resourceType(request.getUrn());
            const [state, inputs] = [request.getProperties(), request.getInputs()].map((part) => secrets.decode(part));
            if (!type.read) {
                return new proto.ReadResponse()
                    .setId(request.getId())
                    .setProperties(request.getProperties())
                    .setInputs(request.getInputs());
            }
            const found = await type.read(request.getId(), present(state), present(inputs));
            if (!found) {
                return new proto.ReadResponse();
            }
            const marked = secretKeys(type, state, inputs);
            return new proto.ReadResponse()
                .setId(found.id)
                .setProperties(encode(found.outputs, marked))
                .setInputs(encode(found.inputs, marked));
        }),
        update: unary(async (request: proto.UpdateRequest, secrets) => {
            const type = resourceType(request.getUrn());
            if (!type.update) {
                throw new StatusError(grpc.status.UNIMPLEMENTED, "this resource type is only ever replaced");
            }
            const state = secrets.decode(request.getOlds()).props;
            const news = secrets.decode(request.getNews());
            secrets.marked = secretKeys(type, news);
            const context = contextOf(request.getUrn(), request.getTimeout(), request.getPreview(), secrets);
            const outputs = await type.update(request.getId(), state, news.props, context);
            return new proto.UpdateResponse().setProperties(encode(outputs, secrets.marked));
        }),
        delete: unary(async (request: proto.DeleteRequest, secrets) => {
            const type = resourceType(request.getUrn());
            const state = secrets.decode(request.getProperties()).props;
            await type.delete?.(
                request.getId(),
                state,
                contextOf(request.getUrn(), request.getTimeout(), false, secrets),
            );
            return new Empty();
        }),
    };
}

function secretKeys(type: ResourceType, ...parts: (Decoded | undefined)[]): Set<string> {
    return new Set([...(type.secretOutputs ?? []), ...parts.flatMap((part) => [...(part?.secretKeys ?? [])])]);
}

function present(decoded: Decoded | undefined): Props | undefined {
    return decoded && Object.keys(decoded.props).length > 0 ? decoded.props : undefined;
}

function checked(
    inputs: Struct | undefined,
    failures: CheckFailure[],
    news: Decoded,
    secrets: Secrets,
): proto.CheckResponse {
    const list = failures.map(({ property, reason }) => {
        // The engine prints the value of the property that a failure names, a secret one too.
        const hidden = news.secretKeys.has(property.split(/[.[]/)[0] ?? "");
        return new proto.CheckFailure()
            .setProperty(hidden ? "" : property)
            .setReason(secrets.hide(hidden ? `${property}: ${reason}` : reason));
    });
    return new proto.CheckResponse().setInputs(inputs).setFailuresList(list);
}

function difference({ changed, replace, deleteBeforeReplace }: Difference): proto.DiffResponse {
    const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
    const diffs = [...new Set([...changed, ...replace])];
    return new proto.DiffResponse()
        .setChanges(diffs.length > 0 ? DIFF_SOME : DIFF_NONE)
        .setDiffsList(diffs)
        .setReplacesList(replace)
        .setDeletebeforereplace(deleteBeforeReplace ?? false);
}
