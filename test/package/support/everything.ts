/** A stack with every component of the package, through the plugin: what several tests look at is made once. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { type Engine, Remote, type StateResource, startEngine, stateOf } from "./engine";
import { SAMPLES } from "./samples";

const TIMEOUTS = { create: "21m", update: "22m", delete: "23m" };
const SERVER = ["namespaceName", "podName", "host", "adminPassword", "caCertificate", "releaseUrn"];

/** The stack, what the engine keeps of it after the first update, and the engine, for further stacks. */
export interface Everything {
    engine: Engine;
    stack: Stack;
    made: StateResource[];
    /** Runs with every component's name as `called` makes it of its class, under the options that `given` adds. */
    preview(called?: typeof plainName, given?: (component: string) => object): ReturnType<Stack["preview"]>;
}

let shared: Promise<Everything> | undefined;

/** Brought up by whoever asks first. */
export function everything(): Promise<Everything> {
    shared ??= bringUp();
    return shared;
}

// One engine for all files that ask, so it ends with the whole run.
after(async () => (await shared)?.engine.close());

export function plainName(component: string): string {
    return component.toLowerCase();
}

/** A type that no transform of an inline program should touch (docs/limits.md, "Pulumi"). */
export const UNTOUCHED = "kubernetes:core/v1:Secret";

/** Marks every other object. */
const mark: pulumi.ResourceTransform = ({ custom, type, props, opts }) =>
    custom && props.metadata && type !== UNTOUCHED
        ? { props: { ...props, metadata: { ...props.metadata, annotations: { seen: "yes" } } }, opts }
        : undefined;

async function bringUp(): Promise<Everything> {
    const engine = await startEngine();
    let current = () => program(plainName, () => ({}));
    const stack = await engine.stack("everything", async () => current());
    await stack.up();
    return {
        engine,
        stack,
        made: await stateOf(stack),
        preview: (called = plainName, given = () => ({})) => {
            current = () => program(called, given);
            return stack.preview();
        },
    };
}

/** Each component with its sample and every option that goes for children; a server's outputs go into another one. */
function program(called: typeof plainName, given: (component: string) => object) {
    const cluster = new k8s.Provider("explicit-cluster", { kubeconfig: "{}" });
    const opts = {
        protect: true,
        retainOnDelete: true,
        transforms: [mark],
        providers: [cluster],
        customTimeouts: TIMEOUTS,
    };
    for (const [component, args] of Object.entries(SAMPLES)) {
        new Remote(component, called(component), args, [], { ...opts, ...given(component) });
    }
    const server = new Remote("PostgresDatabase", "chained-server", {}, SERVER, opts);
    new Remote(
        "DatabaseAccess",
        "chained-access",
        {
            server: Object.fromEntries(SERVER.map((key) => [key, server.output(key)])),
            clientNamespaceName: server.output("namespaceName"),
            direct: { host: "10.0.0.5" },
        },
        [],
        opts,
    );
    return { adminPassword: server.output("adminPassword") };
}
