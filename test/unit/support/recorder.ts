import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { answer } from "./answers";

/** What a program registered, as the engine would see it. */
export interface Registration {
    urn: string;
    type: string;
    name: string;
    /** Inputs with secrets unwrapped. */
    inputs: Record<string, unknown>;
    /** Top-level inputs that are or contain a secret. */
    secretInputs: string[];
    parent: string;
    protect: boolean;
    retainOnDelete: boolean;
    deletedWith: string;
    dependencies: string[];
    /** What each input was made from: when one of these is deleted before it's replaced, the engine may replace this too. */
    propertyDependencies: Record<string, string[]>;
    aliases: AliasRequest[];
    ignoreChanges: string[];
    additionalSecretOutputs: string[];
    provider: string;
    custom: boolean;
    /** What a component gave to `registerOutputs`, with secrets unwrapped; undefined until it did. */
    outputs?: Record<string, unknown>;
    /** Top-level outputs that are or contain a secret. */
    secretOutputs: string[];
}

/** What a resource may have been before: a whole URN, or in what it differs; what is empty is as it is now. */
export interface AliasRequest {
    urn: string;
    spec?: { name: string; type: string; stack: string; project: string; parenturn: string; noparent: boolean };
}

const SECRET_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_VALUE = "1b47061264138c4ac30d75fd1eb44270";

const LATER = "test:index:Later";

const { stackTraceLimit } = Error;

let registrations: Registration[] = [];

/**
 * The part of the SDK's mock monitor that drops what we want to see. It is an internal class: this file is the only one
 * that touches it, and @pulumi/pulumi is pinned exactly.
 */
interface RegisterRequest {
    getType(): string;
    getName(): string;
    getCustom(): boolean;
    getObject(): { toJavaScript(): Record<string, unknown> };
    getParent(): string;
    getProtect(): boolean;
    getRetainondelete(): boolean;
    getDeletedwith(): string;
    getDependenciesList(): string[];
    getPropertydependenciesMap(): { toArray(): [string, string[]][]; get(key: string): { getUrnsList(): string[] } };
    getAliasurnsList(): string[];
    getAliasesList(): { toObject(): AliasRequest }[];
    getIgnorechangesList(): string[];
    getAdditionalsecretoutputsList(): string[];
    getProvider(): string;
}
type Register = (request: RegisterRequest, callback: (error: unknown, response: unknown) => void) => unknown;
interface OutputsRequest {
    getUrn(): string;
    getOutputs(): { toJavaScript(): Record<string, unknown> };
}
type RegisterOutputs = (request: OutputsRequest, callback: unknown) => unknown;

const prototype = MockMonitor.prototype as unknown as {
    registerResource: Register;
    registerResourceOutputs: RegisterOutputs;
};
const { registerResource: original, registerResourceOutputs: originalOutputs } = prototype;
prototype.registerResource = function (this: unknown, request, callback) {
    const raw = request.getObject().toJavaScript();
    const registration: Registration = {
        urn: "",
        type: request.getType(),
        name: request.getName(),
        inputs: unwrap(raw) as Record<string, unknown>,
        secretInputs: Object.keys(raw).filter((key) => containsSecret(raw[key])),
        parent: request.getParent(),
        protect: request.getProtect(),
        retainOnDelete: request.getRetainondelete(),
        deletedWith: request.getDeletedwith(),
        dependencies: request.getDependenciesList(),
        propertyDependencies: propertyDependencies(request),
        aliases: request.getAliasesList().map((alias) => alias.toObject()),
        ignoreChanges: request.getIgnorechangesList(),
        additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
        provider: request.getProvider(),
        custom: request.getCustom(),
        secretOutputs: [],
    };
    registrations.push(registration);
    return original.call(this, request, (error, response) => {
        registration.urn = (response as { getUrn(): string } | undefined)?.getUrn() ?? "";
        callback(error, response);
    });
};
prototype.registerResourceOutputs = function (this: unknown, request, callback) {
    const registration = registrations.find(({ urn }) => urn === request.getUrn());
    if (registration) {
        const raw = request.getOutputs().toJavaScript();
        registration.outputs = unwrap(raw) as Record<string, unknown>;
        registration.secretOutputs = Object.keys(raw).filter((key) => containsSecret(raw[key]));
    }
    return originalOutputs.call(this, request, callback);
};

/** Runs a piece of a program against mocks and returns what it registered, in order. */
export async function record(program: () => unknown, preview = false): Promise<Registration[]> {
    registrations = [];
    const failures: unknown[] = [];
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs }) => ({
                id: `${name}-id`,
                state: { ...(inputs as object), ...(type === LATER ? known(inputs) : answer(type, inputs)) },
            }),
            call: ({ token }) => {
                throw new Error(`the recorder answers no function, ${token} was called`);
            },
        },
        "bulwark",
        "test",
        preview,
    );
    const onRejection = (reason: unknown) => failures.push(reason);
    process.on("unhandledRejection", onRejection);
    // The SDK takes a stack trace of each resource and promise: half of the time, if it took them here.
    Error.stackTraceLimit = Number(process.env.STACK_TRACE_LIMIT ?? 0);
    try {
        await program();
    } catch (error) {
        failures.push(error);
    }
    try {
        // After a failure too: a component that threw has still asked to be registered.
        await pulumi.runtime.disconnect();
        // A rejected input surfaces only on the next turn of the event loop.
        await new Promise((resolve) => setImmediate(resolve));
    } catch (error) {
        failures.push(error);
    } finally {
        Error.stackTraceLimit = stackTraceLimit;
        process.off("unhandledRejection", onRejection);
    }
    if (failures.length > 0) {
        throw failures[0];
    }
    return registrations;
}

/** What was registered before the last `record` ended, also when it failed: proves that nothing was created. */
export function recorded(): Registration[] {
    return registrations;
}

/** The one registration of a type whose name ends in `suffix`. */
export function one(all: Registration[], type: string, suffix = ""): Registration {
    const found = all.filter((each) => each.type === type && each.name.endsWith(suffix));
    if (found.length !== 1) {
        const names = all.map((each) => `${each.type} ${each.name}`).join("\n  ");
        throw new Error(`expected one ${type} …${suffix}, found ${found.length} in:\n  ${names}`);
    }
    return found[0] as Registration;
}

/** A value that only an update knows: the output of a resource that a preview doesn't make. */
export function later<T>(value: T): pulumi.Output<T> {
    return new Later("later", value).value as pulumi.Output<T>;
}

class Later extends pulumi.CustomResource {
    declare readonly value: pulumi.Output<unknown>;

    constructor(name: string, given: unknown) {
        super(LATER, name, { given, value: undefined });
    }
}

/** The value of an output. */
export function resolved<T>(output: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> {
    return new Promise((resolve) => {
        pulumi.output(output).apply(resolve);
    });
}

/** What an update knows of a `Later`, and a preview doesn't. */
function known(inputs: Record<string, unknown>): Record<string, unknown> {
    return pulumi.runtime.isDryRun() ? {} : { value: inputs.given };
}

function propertyDependencies(request: RegisterRequest): Record<string, string[]> {
    const map = request.getPropertydependenciesMap();
    return Object.fromEntries(map.toArray().map(([property]) => [property, map.get(property).getUrnsList()]));
}

function unwrap(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(unwrap);
    }
    if (value !== null && typeof value === "object") {
        const object = value as Record<string, unknown>;
        if (object[SECRET_KEY] === SECRET_VALUE) {
            return unwrap(object.value);
        }
        return Object.fromEntries(Object.entries(object).map(([key, member]) => [key, unwrap(member)]));
    }
    return value;
}

function containsSecret(value: unknown): boolean {
    if (value === null || typeof value !== "object") {
        return false;
    }
    const object = value as Record<string, unknown>;
    return object[SECRET_KEY] === SECRET_VALUE || Object.values(object).some(containsSecret);
}
