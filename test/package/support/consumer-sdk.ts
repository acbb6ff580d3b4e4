/** The SDKs that `pulumi package add` makes for consumers, one for each state of the schema. */
import * as fs from "node:fs";
import * as path from "node:path";
import { cached } from "../../../sandbox/programs/cache";
import { run } from "../../../sandbox/shell";
import { engineOfAllLanguages, standInHost } from "./consumer-languages";
import { componentsFolder } from "./plugin";

const schemaFile = path.join(componentsFolder, "schema.json");
const kubernetesSchema = path.join(__dirname, "consumer-kubernetes-schema.ts");

/** Folder of the SDK for a language. */
export async function generatedSdk(language: "go" | "nodejs" | "python"): Promise<string> {
    const { root, searchPath } = await engineOfAllLanguages();
    const key = { texts: [await standInHost()], paths: [schemaFile, kubernetesSchema, __filename] };
    const folder = await cached(`sdk-${language}`, key, async (target) => {
        const work = fs.mkdtempSync(path.join(target, "work-"));
        // The engine reads the schema of the provider that Bulwark's refers to, too.
        const plugin = `#!/bin/sh\nexec '${process.execPath}' --import '${require.resolve("tsx")}' '${kubernetesSchema}' "$@"\n`;
        fs.writeFileSync(path.join(work, "pulumi-resource-kubernetes"), plugin, { mode: 0o755 });
        // `package add` has it so, and the SDK for Go becomes a module by it.
        const schema = { ...JSON.parse(fs.readFileSync(schemaFile, "utf8")), meta: { supportPack: true } };
        fs.writeFileSync(path.join(work, "schema.json"), JSON.stringify(schema));
        const args = ["package", "gen-sdk", "schema.json", "--language", language, "--out", target, "--local"];
        await run(path.join(root, "bin", "pulumi"), args, {
            cwd: work,
            env: {
                PATH: `${work}:${searchPath}`,
                PULUMI_HOME: path.join(work, "home"),
                PULUMI_BACKEND_URL: `file://${work}`,
                PULUMI_SKIP_UPDATE_CHECK: "true",
            },
        });
        if (language === "nodejs") {
            await compile(path.join(target, language));
        }
        fs.rmSync(work, { recursive: true });
    });
    return path.join(folder, language);
}

/** What the SDK's script after `npm install` does, with this repository's packages. */
async function compile(sdk: string): Promise<void> {
    const packages = path.join(sdk, "node_modules");
    fs.symlinkSync(path.join(path.dirname(componentsFolder), "node_modules"), packages);
    await run(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", "."], { cwd: sdk });
    fs.copyFileSync(path.join(sdk, "package.json"), path.join(sdk, "bin", "package.json"));
    fs.rmSync(packages);
}
