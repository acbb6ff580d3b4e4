/**
 * The examples for consumers, each in its language: with the SDK that `pulumi package add` makes, on the real engine, with
 * the package behind it as a plugin. The one in TypeScript takes the package from npm.
 */
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { goProgram } from "../../sandbox/programs/go";
import { run } from "../../sandbox/shell";
import { engineOfAllLanguages, goKubernetes, pythonPackages } from "./support/consumer-languages";
import { withPackages } from "./support/consumer-npm";
import { generatedSdk } from "./support/consumer-sdk";
import { type Consumer, copyConsumer, type Deployed, exampleFolder } from "./support/consumer-stack";
import type { StateResource } from "./support/engine";
import { foreignFolder, removeFolder } from "./support/folder";
import { SAMPLES } from "./support/samples";

const tsc = require.resolve("typescript/bin/tsc");
const pythonLauncher = path.join(__dirname, "support", "consumer-run.py");

/** The key by which the engine marks a special value. */
const SECRET = "4dabf18193072939515e22adb298388d";

const image = `ghcr.io/example/shop:1.4.2@sha256:${"ab".repeat(32)}`;
const host = "shop.example.com";

/** What an example's program is told, and how it is made ready: the answer is the command that runs it. */
interface Case {
    config: Record<string, string>;
    prepare(consumer: Consumer): Promise<string>;
}

const CASES = {
    yaml: {
        config: { image, host, localPort: "17001" },
        prepare: async () => "",
    },
    go: {
        config: { image, host, localPort: "17002" },
        prepare: async ({ folder }) => {
            fs.cpSync(await generatedSdk("go"), path.join(folder, "sdks", "bulwark"), { recursive: true });
            const go = await goProgram();
            const standIn = `-replace=github.com/pulumi/pulumi-kubernetes/sdk/v4=${goKubernetes}`;
            await run(go, ["mod", "edit", standIn], { cwd: folder });
            // Without paths in it, what the compiler made for another copy is as good.
            await run(go, ["vet", "-trimpath", "."], { cwd: folder });
            await run(go, ["build", "-trimpath", "-o", "bin/shop", "."], { cwd: folder });
            return "exec bin/shop";
        },
    },
    python: {
        config: { clientNamespace: "shop", localPort: "17003" },
        prepare: async ({ folder }) => {
            const packages = await pythonPackages(path.join(folder, "requirements.txt"), await generatedSdk("python"));
            return `PYTHONPATH='${packages}' exec python3 '${pythonLauncher}'`;
        },
    },
    typescript: {
        config: { image, host },
        prepare: async ({ folder }) => {
            await withPackages(folder);
            await run(process.execPath, [tsc, "-p", "."], { cwd: folder });
            const options = ["monitor", "engine", "project", "stack", "parallel"]
                .map((name) => `--${name}="$PULUMI_${name.toUpperCase()}"`)
                .join(" ");
            return `exec '${process.execPath}' node_modules/@pulumi/pulumi/cmd/run ${options} --pwd=. bin/index.js`;
        },
    },
} satisfies Record<string, Case>;

type Language = keyof typeof CASES;

/** Makes a project from the template, by the engine alone. */
async function newProject(folder: string): Promise<void> {
    const { root, searchPath } = await engineOfAllLanguages();
    const template = path.resolve(__dirname, "../../templates/bulwark");
    const args = ["new", template, "--generate-only", "--yes", "--non-interactive", "--name", "shop", "--dir", folder];
    const state = path.dirname(folder);
    const env = {
        PATH: searchPath,
        PULUMI_HOME: path.join(state, "home"),
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    await run(path.join(root, "bin", "pulumi"), args, { env });
}

describe("the consumer's example", function () {
    this.timeout(900_000);
    const consumers: Record<string, Consumer> = {};
    let deployed: Record<Language, Deployed>;
    before(async () => {
        const all = Object.entries(CASES).map(async ([language, { config, prepare }]) => {
            const consumer = copyConsumer(exampleFolder(language));
            consumers[language] = consumer;
            return [language, await consumer.up(config, await prepare(consumer))];
        });
        await Promise.allSettled(all); // none goes on behind the back of what closes them
        deployed = Object.fromEntries(await Promise.all(all));
    });
    after(() => {
        for (const consumer of Object.values(consumers)) {
            consumer.close();
        }
    });

    const named = (language: Language, type: string, name: string) => {
        const found = deployed[language].resources.find(
            (resource) => resource.type === type && resource.urn.endsWith(`::${name}`),
        );
        return found ?? assert.fail(`${language} has no ${type} ${name}`);
    };
    const types = (language: Language) => new Set(deployed[language].resources.map(({ type }) => type));
    const inputs = <Shape>({ inputs: given }: StateResource) => given as Shape;
    const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

    it("in YAML has the whole", () => {
        for (const component of ["HardenedWorkload", "ProtectedIngress", "PostgresDatabase", "RowLevelSecurity"]) {
            assert.ok(types("yaml").has(`bulwark:index:${component}`), component);
        }
        const { spec } = inputs<{ spec: { replicas: number } }>(named("yaml", DEPLOYMENT, "shop-workload-deployment"));
        assert.equal(spec.replicas, 3);
        assert.equal(deployed.yaml.outputs.url?.value, `https://${host}/`);
    });

    it("in Go has the whole, as for production", () => {
        const policies = deployed.go.outputs.guardrailPolicyNames?.value as string[];
        assert.ok(policies.includes("bulwark-immutable-images"), policies.join(" "));
        assert.equal(named("go", "kubernetes:helm.sh/v3:Release", "shop-database-release").protect, true);
        assert.equal(deployed.go.outputs.url?.value, `https://${host}/`);
    });

    it("in Python has the database alone", () => {
        const made = types("python");
        assert.ok(made.has("bulwark:index:RowLevelSecurity"));
        for (const component of ["HardenedWorkload", "ProtectedIngress", "SecureApplication"]) {
            assert.ok(!made.has(`bulwark:index:${component}`), component);
        }
        const role = named("python", "postgresql:index/role:Role", "access-readonly");
        assert.equal(inputs<{ statementTimeout: number }>(role).statementTimeout, 30_000);
        assert.equal(deployed.python.outputs.adminPassword?.secret, true);
    });

    it("in TypeScript secures a workload that is there, without a database", () => {
        const databases = [...types("typescript")].filter((type) => /^postgresql:|Postgres|Database/.test(type));
        assert.deepEqual(databases, []);
        const workload = named("typescript", DEPLOYMENT, "shop");
        assert.match(workload.parent ?? "", /pulumi:pulumi:Stack/);
        assert.equal(inputs<{ metadata: { namespace: string } }>(workload).metadata.namespace, "shop");
        assert.equal(deployed.typescript.outputs.url?.value, `https://${host}/`);
    });

    it("by the template for pulumi new compiles, with the packages of the one in TypeScript", async () => {
        const { folder } = consumers.typescript ?? assert.fail();
        const project = path.join(folder, "from-template");
        await newProject(project);
        assert.equal(parse(fs.readFileSync(path.join(project, "Pulumi.yaml"), "utf8")).name, "shop");
        assert.doesNotMatch(fs.readFileSync(path.join(project, "package.json"), "utf8"), /\$\{/);
        await run(process.execPath, [tsc, "-p", ".", "--noEmit"], { cwd: project });
    });

    for (const language of Object.keys(CASES) as Language[]) {
        it(`in ${language} keeps secrets encrypted in the state`, () => {
            const { resources } = deployed[language];
            assert.ok(resources.length > 20);
            const inClear = JSON.stringify(resources, (_key, value) => (value?.[SECRET] === undefined ? value : null));
            assert.doesNotMatch(inClear, /generated-by-the-test|PRIVATE KEY/);
        });
    }
});

describe("the SDK for Node that a consumer gets without npm", function () {
    this.timeout(300_000);
    const folder = foreignFolder();
    after(() => removeFolder(folder));

    it("has every component", async () => {
        fs.cpSync(await generatedSdk("nodejs"), folder, { recursive: true });
        fs.symlinkSync(path.resolve(__dirname, "../../node_modules"), path.join(folder, "node_modules"));
        const sdk: Record<string, unknown> = require(path.join(folder, "bin", "index.js"));
        for (const component of Object.keys(SAMPLES)) {
            assert.equal(typeof sdk[component], "function", component);
        }
    });
});
