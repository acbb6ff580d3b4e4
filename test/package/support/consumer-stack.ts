/** A consumer's program on the real engine, from a copy of its folder, with the package as plugin and echoing providers. */
import * as fs from "node:fs";
import * as path from "node:path";
import { type ConfigMap, LocalWorkspace, type OutputMap, PulumiCommand } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import { engineOfAllLanguages } from "./consumer-languages";
import { engineVariables, plugins, type StateResource, stateOf } from "./engine";
import { foreignFolder, removeFolder } from "./folder";
import { componentsFolder } from "./plugin";

const consumers = path.join(path.dirname(componentsFolder), "examples", "consumers");

/** A copy of the example's folder, elsewhere. */
export interface Consumer {
    folder: string;
    /** Runs `pulumi up` and tells what there is then. `command` is the shell's, for the stand-in of the language host. */
    up(config: Record<string, string>, command?: string): Promise<Deployed>;
    close(): void;
}

export interface Deployed {
    resources: StateResource[];
    outputs: OutputMap;
}

export function copyConsumer(source: string): Consumer {
    const root = foreignFolder();
    const folder = path.join(root, "program");
    fs.cpSync(source, folder, { recursive: true, filter: (name) => !/\/(sdks|venv|node_modules|bin)$/.test(name) });
    return {
        folder,
        close: () => removeFolder(root),
        up: async (config, command = "") => {
            const { root: pulumi, searchPath } = await engineOfAllLanguages();
            const project = path.join(folder, "Pulumi.yaml");
            const { packages: _, ...settings } = parse(fs.readFileSync(project, "utf8"));
            fs.writeFileSync(project, stringify({ ...settings, plugins: { providers: await plugins(root) } }));
            const stack = await LocalWorkspace.createOrSelectStack(
                { stackName: "test", workDir: folder },
                {
                    pulumiHome: path.join(root, "home"),
                    pulumiCommand: await PulumiCommand.get({ root: pulumi }),
                    envVars: {
                        PATH: searchPath,
                        BULWARK_CONSUMER_COMMAND: command,
                        ...engineVariables(path.join(root, "state")),
                    },
                },
            );
            const values: ConfigMap = Object.fromEntries(
                Object.entries(config).map(([key, value]) => [key, { value }]),
            );
            await stack.setAllConfig(values);
            const { outputs } = await stack.up();
            return { resources: await stateOf(stack), outputs };
        },
    };
}

/** The folder of an example. */
export function exampleFolder(name: string): string {
    return path.join(consumers, name);
}
