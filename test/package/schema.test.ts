/** The package's schema: a contract with the users of every language, made from the sources by rules that break silently. */
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";
import * as bulwark from "../../components/index";
import type { PropertySchema } from "../../docs/schema";
import { foreignFolder, removeFolder } from "./support/folder";
import { installPackage } from "./support/installed-package";
import { componentsFolder, type PackageSchema, servePackage } from "./support/plugin";

const PREFIX = "bulwark:index:";

describe("the package's schema", () => {
    let schema: PackageSchema;
    before(async function () {
        this.timeout(180_000);
        // A program in Python, Go or YAML has no tsconfig.json: the defaults of the host apply.
        schema = await servedSchema(async () => componentsFolder);
    });

    it("is the one in schema.json; `npx tsx docs/generate.ts` writes it anew", () => {
        const golden = JSON.parse(fs.readFileSync(path.join(componentsFolder, "schema.json"), "utf8"));
        assert.deepEqual(schema, golden);
    });

    it("is the same from the compiled package, which nothing reads the sources of", async () => {
        const compiled = await servedSchema(async (folder) => {
            const installed = await installPackage(folder);
            fs.writeFileSync(path.join(installed, "index.ts"), "this is no program");
            return installed;
        });
        assert.deepEqual(compiled, schema);
    });

    it("has a resource for each component that the package exports, under its class name", () => {
        const classes = Object.entries(bulwark).filter(([, value]) => typeof value === "function");
        assert.deepEqual(Object.keys(schema.resources).sort(), classes.map(([name]) => PREFIX + name).sort());
        for (const [name, value] of classes) {
            assert.equal((value as { name: string }).name, name);
        }
    });

    it("takes each token from the class itself", () => {
        for (const file of sources()) {
            for (const declaration of file.statements.filter(ts.isClassDeclaration)) {
                const token = /super\(\s*"([^"]+)"/.exec(declaration.getText(file))?.[1];
                if (token !== undefined) {
                    assert.equal(token, PREFIX + declaration.name?.text, file.fileName);
                }
            }
        }
    });

    it("describes every component, argument, output and choice", () => {
        for (const [where, { description }] of described(schema)) {
            assert.match(description ?? "", /\.$/, `${where} has no description that ends in a full stop`);
        }
    });

    it("has no description that the analyzer garbled", () => {
        for (const [where, { description = "" }] of described(schema)) {
            assert.doesNotMatch(description, /\[object Object\]|@\w+|\{@/, where);
        }
    });

    it("says of every plain argument that isn't a group of others that it is plain", () => {
        for (const [where, property] of inputs(schema)) {
            if (property.plain && property.type !== undefined && property.type !== "array") {
                assert.match(property.description ?? "", /\bplain\b/i, where);
            }
        }
    });

    it("shows as outputs only what components register, never a field of their insides", () => {
        for (const [token, { properties }] of Object.entries(schema.resources)) {
            assert.deepEqual(Object.keys(properties).sort(), publicFields(token.slice(PREFIX.length)).sort(), token);
        }
    });

    it("gives every type a name of its own", () => {
        const files = new Map<string, string>();
        for (const file of sources()) {
            for (const { name } of file.statements.filter(ts.isInterfaceDeclaration)) {
                if (schema.types[PREFIX + name.text]) {
                    assert.equal(files.get(name.text), undefined, `${name.text} in ${file.fileName}, too`);
                    files.set(name.text, file.fileName);
                }
            }
        }
    });

    it("refers to no type that isn't there", () => {
        for (const [where, property] of [...inputs(schema), ...outputs(schema)]) {
            for (const reference of references(property).filter((each) => each.startsWith("#/types/"))) {
                assert.ok(schema.types[reference.slice("#/types/".length)], `${where}: ${reference}`);
            }
        }
    });

    it("depends on the exact versions of package.json", () => {
        const { version, dependencies } = packageFile(componentsFolder);
        assert.equal(schema.version, version);
        for (const dependency of schema.dependencies) {
            assert.equal(dependencies[`@pulumi/${dependency.name}`], dependency.version);
        }
    });
});

describe("the package's package.json", () => {
    const own = packageFile(componentsFolder);
    const root = packageFile(path.dirname(componentsFolder));

    it("names exact versions, the same as the program's", () => {
        const wanted = { ...root.dependencies, ...root.devDependencies };
        for (const [name, version] of Object.entries({ ...own.dependencies, ...own.devDependencies })) {
            assert.match(version, /^\d+\.\d+\.\d+$/, name);
            assert.equal(version, wanted[name], name);
        }
        assert.equal(own.version, root.version);
        assert.deepEqual(own.engines, root.engines);
    });

    it("names every package that the sources import, and no other", () => {
        const imported = new Set(sources().flatMap((file) => packagesOf(file.text)));
        assert.deepEqual([...imported].sort(), Object.keys(own.dependencies).sort());
    });

    it("stands in a folder of its own, without a Pulumi.yaml that the CLI would take for a program", () => {
        assert.equal(
            fs.readFileSync(path.join(componentsFolder, "PulumiPlugin.yaml"), "utf8").trim(),
            "runtime: nodejs",
        );
        assert.ok(!fs.existsSync(path.join(componentsFolder, "Pulumi.yaml")));
        assert.ok(!fs.existsSync(path.join(path.dirname(componentsFolder), "PulumiPlugin.yaml")));
    });
});

/** What the SDK's host says of the package that `install` puts into a folder. */
async function servedSchema(install: (folder: string) => Promise<string>): Promise<PackageSchema> {
    const consumer = foreignFolder();
    const served = await servePackage(await install(consumer), consumer);
    return served.schema().finally(() => {
        served.close();
        removeFolder(consumer);
    });
}

type Property = [where: string, property: PropertySchema];

function inputs(schema: PackageSchema): Property[] {
    return [
        ...Object.entries(schema.resources).flatMap(([token, each]) => members(token, each.inputProperties)),
        ...Object.entries(schema.types).flatMap(([token, each]) => members(token, each.properties ?? {})),
    ];
}

function outputs(schema: PackageSchema): Property[] {
    return Object.entries(schema.resources).flatMap(([token, each]) => members(token, each.properties));
}

function members(token: string, properties: Record<string, PropertySchema>): Property[] {
    return Object.entries(properties).map(([name, property]) => [`${token}.${name}`, property]);
}

function described(schema: PackageSchema): [where: string, what: { description?: string }][] {
    const choices = Object.entries(schema.types).flatMap(([token, each]) =>
        (each.enum ?? []).map((member): [string, { description?: string }] => [`${token}.${member.name}`, member]),
    );
    return [...Object.entries(schema.resources), ...inputs(schema), ...outputs(schema), ...choices];
}

function references(property: PropertySchema): string[] {
    const inner = [property.items, property.additionalProperties].flatMap((each) => (each ? references(each) : []));
    return property.$ref === undefined ? inner : [property.$ref, ...inner];
}

interface PackageFile {
    version: string;
    engines: Record<string, string>;
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
}

function packageFile(folder: string): PackageFile {
    return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
}

function sources(): ts.SourceFile[] {
    return fs
        .readdirSync(componentsFolder, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts") && !/^(dist|node_modules)\b/.test(name))
        .map((name) => {
            const text = fs.readFileSync(path.join(componentsFolder, name), "utf8");
            return ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
        });
}

function packagesOf(text: string): string[] {
    return [...text.matchAll(/(?:from |import\()"((?:@[^/"]+\/)?[^/".]+)/g)].flatMap(([, name = ""]) =>
        name.startsWith("node:") ? [] : [name],
    );
}

/** The properties that a component class declares public. */
function publicFields(component: string): string[] {
    for (const file of sources()) {
        for (const declaration of file.statements.filter(ts.isClassDeclaration)) {
            if (declaration.name?.text === component) {
                return declaration.members
                    .filter(ts.isPropertyDeclaration)
                    .filter(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PublicKeyword))
                    .map(({ name }) => name.getText(file));
            }
        }
    }
    throw new Error(`no file of the package declares the class ${component}`);
}
