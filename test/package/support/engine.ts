/**
 * The real engine, with the package as a plugin and echoing providers behind it. An ordinary installation starts the
 * package through the language host for Node; here a launcher starts the same host of the SDK in its place.
 */
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace, PulumiCommand, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { pulumiProgram } from "../../../sandbox/programs/go";
import { bundleProgram, PROVIDERS, type ProviderFolder } from "../../../sandbox/stand-ins";
import { foreignFolder, removeFolder } from "./folder";
import { installPackage } from "./installed-package";
import { pluginHost } from "./plugin";

/** One resource of a stack's state. */
export interface StateResource {
    urn: string;
    type: string;
    custom: boolean;
    parent?: string;
    provider?: string;
    protect?: boolean;
    retainOnDelete?: boolean;
    deletedWith?: string;
    /** Only read, not made. */
    external?: boolean;
    customTimeouts?: { create?: number; update?: number; delete?: number };
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
}

/** Stacks of a folder of their own, which `close` removes. */
export interface Engine {
    stack(name: string, program: PulumiFn): Promise<Stack>;
    close(): void;
}

export async function startEngine(): Promise<Engine> {
    const folder = foreignFolder();
    const pulumiCommand = await PulumiCommand.get({ root: await pulumiProgram() });
    const variables = engineVariables(path.join(folder, "state"));
    const projectSettings = {
        name: "consumer",
        runtime: "nodejs" as const,
        plugins: { providers: await plugins(folder) },
    };
    return {
        stack: (stackName, program) =>
            LocalWorkspace.createOrSelectStack(
                { stackName, projectName: "consumer", program },
                {
                    workDir: folder,
                    pulumiHome: path.join(folder, "home"),
                    pulumiCommand,
                    projectSettings,
                    envVars: variables,
                },
            ),
        close: () => removeFolder(folder),
    };
}

/** What the engine's environment says, with its stacks in a folder, which is made. */
export function engineVariables(folder: string): Record<string, string> {
    fs.mkdirSync(folder);
    return {
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: "of this test alone",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // To write the state down after each resource is most of the work, and nothing outside would be lost.
        PULUMI_EXPERIMENTAL: "true",
        PULUMI_SKIP_CHECKPOINTS: "true",
    };
}

/** Puts the package and the echoing providers into a folder, as a project's file names them. */
export async function plugins(folder: string): Promise<ProviderFolder[]> {
    const echo = path.join(folder, "plugins", "echo");
    await bundleProgram(path.join(__dirname, "echo-provider.ts"), echo);
    return [
        ...PROVIDERS.map((name) => launcher(folder, name, [echo, name])),
        launcher(folder, "bulwark", [pluginHost, await installPackage(path.join(folder, "plugins"))]),
    ];
}

function launcher(folder: string, name: string, command: string[]): ProviderFolder {
    const own = path.join(folder, "plugins", name);
    fs.mkdirSync(own, { recursive: true });
    const words = [process.execPath, ...command].map((word) => `'${word}'`).join(" ");
    // The engine runs a plugin in a folder of its choice; the consumer's has no tsconfig.json.
    const script = `#!/bin/sh\ncd '${folder}' && exec ${words} "$@"\n`;
    fs.writeFileSync(path.join(own, `pulumi-resource-${name}`), script, { mode: 0o755 });
    return { name, path: own };
}

/** A component of the package, as a generated SDK registers it. */
export class Remote extends pulumi.ComponentResource {
    constructor(
        component: string,
        name: string,
        args: pulumi.Inputs,
        outputs: string[],
        opts?: pulumi.ComponentResourceOptions,
    ) {
        const wanted = Object.fromEntries(outputs.map((key) => [key, undefined]));
        super(`bulwark:index:${component}`, name, { ...wanted, ...args }, opts, true);
    }

    /** An output that the constructor was asked for. */
    output(key: string): pulumi.Output<string> {
        return (this as unknown as Record<string, pulumi.Output<string>>)[key] ?? assert.fail(key);
    }
}

/** What the engine keeps of a stack. */
export async function stateOf(stack: Stack): Promise<StateResource[]> {
    const { deployment } = await stack.exportStack();
    return (deployment as { resources?: StateResource[] }).resources ?? [];
}
