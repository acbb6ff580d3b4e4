/** What is fetched from elsewhere is pinned exactly, and in one place for each kind. */
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { DEFAULTS } from "../../../components/defaults";
import { COREDNS_VERSION, GO_VERSION, KUBERNETES_VERSION, PULUMI_VERSION } from "../../../sandbox/programs/pins";
import { directModules } from "../../../scripts/outdated-pins";
import { type Literal, versionLiterals } from "./support/literals";

const ROOT = path.join(__dirname, "../../..");

/** Where versions are chosen. A version anywhere else is a copy of one of these, or no choice at all. */
const PLACES = {
    "npm packages": /(^|\/)package\.json$/,
    "charts and images": /^components\/defaults\.ts$/,
    "programs and archives of the sandbox": /^sandbox\/programs\/pins\.ts$/,
    "Go modules": /\/programs\/\w+\/go\.mod$/,
    "Python packages": /\/programs\/\w+\/requirements\.txt$/,
};

/** Sources that are run or read by what is run. Tests make up versions, pages show them. */
const SOURCES = /^(?!test\/|docs\/|verify-report\/).*(\.(ts|cjs|sh|ya?ml|json|mod)|\/requirements\.txt)$/;
const GENERATED = /(^|\/)(package-lock|schema)\.json$/;

/** In examples and messages, and as images of users and attackers, which don't exist. */
const EXAMPLES = ["1.4.2", `sha256:${"0".repeat(64)}`];
const EXAMPLE_IMAGE = /\b(ghcr\.io\/example|[a-z]+\.example)\//;

/** Versions that are no choice of what is fetched, by file, with the reason. */
const EXCEPTIONS: Record<string, Record<string, string>> = {
    "Pulumi.prod.yaml": {
        "12-debian-12-r51": "the tag that the default chart gives its helper image, for the user to replace",
    },
    "components/monitoring/threat-detection.ts": { "9.2.0": "the chart from which on something works" },
    "sandbox/cluster/configuration.ts": { "0.4.0": "the version of a format" },
    "sandbox/images/oci.ts": { "1.0.0": "the version of a format" },
    "sandbox/images/index.ts": { "1.0.0": "an image that the sandbox builds itself" },
    "sandbox/charts/ingress-nginx/Chart.yaml": {
        "4.15.1-sandbox": "the sandbox's own chart",
        "1.22-sandbox": "what is in it",
    },
    "sandbox/charts/postgresql/Chart.yaml": {
        "17.1.0-sandbox": "the sandbox's own chart",
        "15-sandbox": "what is in it",
    },
    "sandbox/programs/go.ts": { "0.0.1-go": "the form of a toolchain's version, with Go's own behind it" },
    "settings/threat-detection.ts": { "9.2.0": "the chart from which on something works" },
};

/** Files of the repository, also those not yet committed. */
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
})
    .split("\n")
    .filter((file) => SOURCES.test(file) && !GENERATED.test(file) && fs.existsSync(path.join(ROOT, file)));

const read = (file: string) => fs.readFileSync(path.join(ROOT, file), "utf8");
const isPlace = (file: string) => Object.values(PLACES).some((place) => place.test(file));

/** Every version that is chosen somewhere, but for the hundreds of Go modules that others ask for: nobody copies them. */
const chosen = new Set(
    files
        .filter(isPlace)
        .flatMap((file) => [
            ...versionLiterals(file, read(file)).map(({ version }) => version),
            ...(PLACES["Go modules"].test(file) ? directModules(read(file)) : []).map(([, version]) =>
                version.slice(1),
            ),
            ...[...read(file).matchAll(/^\S+==(\S+)/gm)].map(([, version = ""]) => version),
        ]),
);

/** Versions outside of these places, in a file's text, that are neither copies nor excepted. */
function strays(file: string, text: string): Literal[] {
    return versionLiterals(file, text).filter(
        ({ version, line }) =>
            !chosen.has(version) &&
            !EXAMPLES.includes(version) &&
            !EXAMPLE_IMAGE.test(line) &&
            EXCEPTIONS[file]?.[version] === undefined,
    );
}

describe("versions of what is fetched", () => {
    it("are chosen in one place for each kind, and elsewhere copied at most", () => {
        assert.ok(files.length > 300 && chosen.size > 40);
        const found = files
            .filter((file) => !isPlace(file))
            .flatMap((file) => strays(file, read(file)).map(({ version, line }) => `${file}: ${version} in ${line}`));
        assert.deepEqual(found, []);
    });

    it("have no exception that nothing needs", () => {
        for (const [file, versions] of Object.entries(EXCEPTIONS)) {
            const there = versionLiterals(file, read(file)).map(({ version }) => version);
            for (const version of Object.keys(versions)) {
                assert.ok(there.includes(version) && !chosen.has(version), `${file} ${version}`);
            }
        }
    });

    it("are seen wherever they choose something", () => {
        const digest = `sha256:${"a".repeat(64)}`;
        for (const [file, text] of [
            ["a.ts", 'const VERSION = "98.7.6";'],
            ["a.ts", 'const image = "docker.io/library/busybox:98.7.6-r1";'],
            ["a.ts", "run(`go get example.com/m@v98.7.6`);"],
            ["a.ts", `const image = \`\${registry}/app:98.7.6\`;`],
            ["a.ts", `const image = "docker.io/library/busybox@${digest}";`],
            ["a.sh", "npx --yes tool@98.7.6 --flag"],
            ["a.yaml", "version: 98.7.6"],
            ["a.yaml", "    image: ghcr.io/a/b:98.7.6"],
            ["a.yaml", "    tag: 12-debian-12-r99"],
            ["a.json", '{ "tool": "^98.7.6" }'],
        ] as const) {
            assert.equal(strays(file, text).length, 1, text);
        }
        for (const [file, text] of [
            ["a.ts", 'const address = "10.240.0.1"; // version 98.7.6'],
            ["a.ts", 'const range = "10.240.0.0/24"; /* "98.7.6" */'],
            ["a.yaml", "clusterIP: 10.96.0.10 # 98.7.6"],
        ] as const) {
            assert.deepEqual(strays(file, text), [], text);
        }
    });

    it("are exact in every package.json", () => {
        const packages = files.filter((file) => PLACES["npm packages"].test(file));
        assert.ok(packages.length >= 3);
        const known = new Map<string, string>();
        for (const file of packages) {
            const { dependencies = {}, devDependencies = {} } = JSON.parse(read(file));
            for (const [name, version] of Object.entries<string>({ ...dependencies, ...devDependencies })) {
                // A package of this repository is found by its folder.
                if (!version.startsWith("file:")) {
                    assert.match(version, /^\d+\.\d+\.\d+$/, `${file} ${name}`);
                    assert.equal(version, known.get(name) ?? version, `${file} ${name}, as in the others`);
                    known.set(name, version);
                }
            }
        }
    });

    it("are the same where two places have to choose one", () => {
        const modules = (folder: string) => new Map(directModules(read(`sandbox/programs/${folder}/go.mod`)));
        const { dependencies } = JSON.parse(read("package.json"));
        assert.equal(modules("kubernetes").get("k8s.io/kubernetes"), `v${KUBERNETES_VERSION}`);
        assert.equal(modules("kubernetes").get("github.com/coredns/coredns"), `v${COREDNS_VERSION}`);
        assert.equal(modules("pulumi").get("github.com/pulumi/pulumi/pkg/v3"), `v${PULUMI_VERSION}`);
        assert.equal(dependencies["@pulumi/pulumi"], PULUMI_VERSION);
        const workflows = files.filter((file) => file.startsWith(".github/")).map(read);
        const goVersions = [
            ...files
                .filter((file) => PLACES["Go modules"].test(file))
                .map((file) => /^go (\S+)$/m.exec(read(file))?.[1]),
            ...workflows.flatMap((text) => [...text.matchAll(/go-version: "(\S+)"/g)].map(([, version]) => version)),
        ];
        assert.ok(goVersions.length > 2);
        for (const version of goVersions) {
            assert.ok(version && GO_VERSION.startsWith(version), version);
        }
        const actions = new Map<string, Set<string>>();
        for (const [, name = "", commit = ""] of workflows.flatMap((text) => [
            ...text.matchAll(/uses: (\S+)@(\S+)/g),
        ])) {
            actions.set(name, (actions.get(name) ?? new Set()).add(commit));
        }
        assert.ok(actions.size > 1);
        for (const [name, commits] of actions) {
            assert.equal(commits.size, 1, name);
        }
        const { image } = DEFAULTS.database.sqlJob;
        assert.match(image, new RegExp(`/${DEFAULTS.database.image.repository}:${DEFAULTS.database.majorVersion}\\.`));
    });

    it("are held by hashes, of every npm package and every Go module", () => {
        const { packages } = JSON.parse(read("package-lock.json")) as {
            packages: Record<string, { integrity?: string; link?: boolean }>;
        };
        for (const [name, { integrity = "" }] of Object.entries(packages).filter(([key]) => key !== "")) {
            assert.match(integrity, /^sha512-/, name);
        }
        for (const file of files.filter((each) => PLACES["Go modules"].test(each))) {
            const sums = read(file.replace(/mod$/, "sum"));
            for (const [, name, version] of read(file).matchAll(/^\s+(\S+) (v\S+)/gm)) {
                const replaced = read(file).includes(`${name} => `);
                assert.ok(replaced || sums.includes(`${name} ${version}`), `${file} ${name}`);
            }
        }
    });
});

describe("the bill of materials", () => {
    it("lists, in CycloneDX, every package of the program by its exact version", () => {
        const { scripts, dependencies } = JSON.parse(read("package.json"));
        const [program = "", ...args] = scripts.sbom.split(" ");
        const bill = JSON.parse(execFileSync(program, args, { cwd: ROOT, encoding: "utf8", maxBuffer: 2 ** 26 }));
        assert.equal(bill.bomFormat, "CycloneDX");
        const listed = bill.components.map(({ purl }: { purl: string }) => decodeURIComponent(purl));
        for (const [name, version] of Object.entries(dependencies)) {
            assert.ok(listed.includes(`pkg:npm/${name}@${version}`), name);
        }
        assert.ok(listed.length > 150);
    });
});
