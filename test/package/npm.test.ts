/** The package as npm serves it: packed, installed into an empty project, type-checked, loaded, run. */
import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { RECIPIENT } from "../unit/support/recipient";
import { npmProject, withPackages } from "./support/consumer-npm";
import { fenced } from "./support/examples";
import { foreignFolder, removeFolder } from "./support/folder";
import { copySources } from "./support/installed-package";
import { componentsFolder } from "./support/plugin";

const run = promisify(execFile);
const repository = path.dirname(componentsFolder);
const tsc = require.resolve("typescript/bin/tsc");

/** Everything that a consumer may switch on, but for what forbids CommonJS sources altogether. */
const STRICTEST = {
    strict: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    noImplicitReturns: true,
    noImplicitOverride: true,
    noFallthroughCasesInSwitch: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    exactOptionalPropertyTypes: true,
    allowUnreachableCode: false,
    allowUnusedLabels: false,
    isolatedModules: true,
    erasableSyntaxOnly: true,
    forceConsistentCasingInFileNames: true,
};

/** What Pulumi's own templates have had, old and new. */
const TEMPLATES = {
    current: { target: "es2020", module: "nodenext", moduleResolution: "nodenext" },
    old: { target: "es2016", module: "commonjs", moduleResolution: "node" },
};

/** Runs the compiled examples on mocks and tells how much each made. */
const RUN_EXAMPLES = `
const pulumi = require("@pulumi/pulumi");
const fs = require("node:fs");
const made = {};
const answers = { result: "x", privateKeyPem: "x", certPem: "x", certRequestPem: "x", status: {} };
const present = {
    endpoints: [{ addresses: ["10.0.0.10"] }],
    ports: [{ name: "https", port: 6443 }],
    data: { "ca.crt": "CERTIFICATE" },
};
(async () => {
    for (const file of fs.readdirSync("out").filter((name) => name.endsWith(".js"))) {
        made[file] = 0;
        await pulumi.runtime.setMocks({
            newResource: ({ name, inputs }) => {
                made[file] += 1;
                return { id: name, state: { ...answers, ...present, ...inputs } };
            },
            call: () => ({}),
        });
        require("./out/" + file);
        await pulumi.runtime.disconnect();
    }
    console.log(JSON.stringify(made));
})();
`;

describe("the npm package", function () {
    this.timeout(300_000);
    let tarball: string;
    let consumer: string;

    before(async () => {
        ({ tarball } = await npmProject());
        consumer = foreignFolder({
            "package.json": JSON.stringify({ name: "consumer", private: true }),
            "run.js": RUN_EXAMPLES,
            // Files that the example of DatabaseBackup reads.
            "backup.crt": RECIPIENT,
            "escrow.crt": RECIPIENT,
            ...Object.fromEntries(examples()),
        });
        await withPackages(consumer);
        // The engine compiles the sources with the consumer's tsconfig.json where they aren't compiled yet.
        copySources(consumer);
    });
    after(() => removeFolder(consumer));

    it("holds sources, compiled files and types, and nothing of the repository", async () => {
        const { stdout } = await run("tar", ["tzf", tarball]);
        const files = stdout
            .trim()
            .split("\n")
            .map((name) => name.replace(/^package\//, ""));
        for (const name of [
            "index.ts",
            "dist/index.js",
            "dist/index.d.ts",
            "PulumiPlugin.yaml",
            "LICENSE",
            "README.md",
        ]) {
            assert.ok(files.includes(name), name);
        }
        const folders = new Set(files.filter((name) => name.includes("/")).map((name) => name.split("/")[0]));
        assert.deepEqual([...folders].sort(), [
            "application",
            "cluster",
            "composition",
            "container",
            "database",
            "dist",
            "monitoring",
        ]);
    });

    it("has an entry that publint and are-the-types-wrong find nothing wrong with", async () => {
        await run("npx", ["--yes", "publint@0.3.25", "--strict", tarball], { cwd: consumer });
        await run("npx", ["--yes", "--package=@arethetypeswrong/cli@0.18.5", "attw", tarball], { cwd: consumer });
    });

    it("can be required and imported", async () => {
        const script = "console.log(typeof SecureApplication, FlowProtocol.Tcp)";
        const required = `const { SecureApplication, FlowProtocol } = require("bulwark"); ${script}`;
        const imported = `import { SecureApplication, FlowProtocol } from "bulwark"; ${script}`;
        for (const args of [
            ["-e", required],
            ["--input-type=module", "-e", imported],
        ]) {
            assert.equal((await run(process.execPath, args, { cwd: consumer })).stdout.trim(), "function TCP");
        }
    });

    for (const [name, options] of Object.entries(TEMPLATES)) {
        it(`has types and sources that fit the ${name} template, made as strict as can be`, async () => {
            const types = [path.join(repository, "node_modules", "@types")];
            const compilerOptions = {
                ...STRICTEST,
                ...options,
                skipLibCheck: true,
                outDir: "out",
                typeRoots: types,
                types: ["node"],
            };
            fs.writeFileSync(
                path.join(consumer, "tsconfig.json"),
                JSON.stringify({ compilerOptions, include: ["*.ts", "components/index.ts"] }),
            );
            await run(process.execPath, [tsc, "-p", "."], { cwd: consumer }).catch(({ stdout }) => assert.fail(stdout));
        });
    }

    it("runs every example of the pages", async () => {
        const { stdout } = await run(process.execPath, ["run.js"], { cwd: consumer });
        const made = Object.entries(JSON.parse(stdout) as Record<string, number>);
        assert.equal(made.length, examples().length);
        for (const [name, count] of made) {
            assert.ok(count > 1, name);
        }
    });
});

/** The examples in TypeScript of the components' pages, by file name. */
function examples(): [name: string, text: string][] {
    const folder = path.join(repository, "docs", "components");
    return fs
        .readdirSync(folder)
        .filter((name) => name.endsWith(".md"))
        .flatMap((name) =>
            fenced(fs.readFileSync(path.join(folder, name), "utf8"), "ts").map((text, index): [string, string] => [
                name.replace(/\.md$/, `-${index}.ts`),
                text,
            ]),
        );
}
