/** The real Pulumi engine, run through the Automation API on a stack of the sandbox's own. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { LocalWorkspace, type OutputMap, PulumiCommand, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import { repositoryFolder, stateFolder } from "./paths";
import { PROVIDERS, standInProviders } from "./stand-ins";

/** What the engine needs of the outside. */
export interface EngineEnvironment {
    /** Path of the kubeconfig that providers and the database tunnel use. */
    kubeconfig: string;
    /** Path of the `pulumi` program. */
    pulumi: string;
    /** Path of `kubectl`, for whoever looks around. */
    kubectl: string;
    /** Path of the `helm` program that the stand-in for Releases runs. */
    helm: string;
}

/** A stack's configuration: what `Pulumi.<stack>.yaml` holds under `config`. */
export type StackConfig = Record<string, unknown>;

const pulumiHome = path.join(stateFolder, "pulumi");

/** Makes the stack when it isn't there, gives it its configuration, and returns it. */
export async function openStack(
    stackName: string,
    config: StackConfig,
    program: PulumiFn,
    environment: EngineEnvironment,
    standIns: boolean,
): Promise<Stack> {
    const workDir = path.join(stateFolder, "stacks");
    fs.mkdirSync(workDir, { recursive: true, mode: 0o700 });
    writeStackFile(path.join(workDir, `Pulumi.${stackName}.yaml`), config);
    const project = parse(fs.readFileSync(path.join(repositoryFolder, "Pulumi.yaml"), "utf8"));
    return LocalWorkspace.createOrSelectStack(
        { stackName, projectName: project.name, program },
        {
            workDir,
            pulumiHome,
            pulumiCommand: await PulumiCommand.get({ root: rootOf(environment.pulumi) }),
            projectSettings: {
                name: project.name,
                runtime: "nodejs",
                config: project.config,
                ...(standIns ? { plugins: { providers: await standInProviders() } } : {}),
            },
            envVars: engineVariables(environment),
        },
    );
}

/**
 * Whether the engine has all providers, or can fetch them from the plugin host: one that can't be had would be missed
 * in the middle of an update. Without a way to the host the engine gives up at the first after a few seconds.
 */
export async function pluginHostReachable(
    { pulumi }: Pick<EngineEnvironment, "pulumi">,
    home = pulumiHome,
): Promise<boolean> {
    const env = { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
    try {
        for (const [index, name] of PROVIDERS.entries()) {
            const args = ["plugin", "install", "resource", name, sdkVersion(name)];
            const timeout = index === 0 ? 60_000 : 600_000;
            await promisify(execFile)(pulumi, args, { env, timeout });
        }
        return true;
    } catch {
        return false;
    }
}

/** The engine wants the provider of the SDK's own version. */
function sdkVersion(provider: string): string {
    const file = require.resolve(`@pulumi/${provider}/package.json`);
    return (JSON.parse(fs.readFileSync(file, "utf8")) as { version: string }).version;
}

/** What a stack tells everybody, as `pulumi stack output --json` prints it: without secrets, and what it hasn't got. */
export function plainOutputs(outputs: OutputMap): Record<string, unknown> {
    const told = Object.entries(outputs).filter(([, { value, secret }]) => !secret && value !== undefined);
    return Object.fromEntries(told.map(([name, { value }]) => [name, value]));
}

/** Variables for the engine, its providers and this process: the program and its tunnel run here. */
function engineVariables(environment: EngineEnvironment): Record<string, string> {
    const backend = path.join(stateFolder, "pulumi-state");
    fs.mkdirSync(backend, { recursive: true, mode: 0o700 });
    process.env.KUBECONFIG = environment.kubeconfig;
    return {
        KUBECONFIG: environment.kubeconfig,
        BULWARK_HELM: environment.helm,
        // Where the engine finds what runs policy packs; it comes with the language host, which the sandbox does without.
        PATH: [path.join(repositoryFolder, "sandbox", "analyzers"), process.env.PATH].join(path.delimiter),
        PULUMI_BACKEND_URL: `file://${backend}`,
        PULUMI_CONFIG_PASSPHRASE: passphrase(),
        PULUMI_SKIP_UPDATE_CHECK: "true",
    };
}

/** A passphrase of this sandbox's own, made once: it encrypts the secrets in the state. */
function passphrase(): string {
    const file = path.join(stateFolder, "passphrase");
    if (!fs.existsSync(file)) {
        fs.mkdirSync(stateFolder, { recursive: true });
        fs.writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
    }
    return fs.readFileSync(file, "utf8");
}

/** Keeps the salt that an earlier run wrote: without it the state's secrets can't be read again. */
function writeStackFile(file: string, config: StackConfig): void {
    const before = fs.existsSync(file) ? (parse(fs.readFileSync(file, "utf8")) as { encryptionsalt?: string }) : {};
    const salt = before.encryptionsalt === undefined ? {} : { encryptionsalt: before.encryptionsalt };
    fs.writeFileSync(file, stringify({ ...salt, config }), { mode: 0o600 });
}

/** The Automation API wants the folder above `bin/`. */
function rootOf(program: string): string {
    return path.dirname(path.dirname(program));
}
