/** Everything with a pinned version, by kind and where it is pinned. */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { DEFAULTS } from "../components/defaults";
import { goProgram } from "../sandbox/programs/go";
import * as pins from "../sandbox/programs/pins";
import { chartVersions, imageTags } from "./outdated-registries";
import { imageReference } from "./outdated-versions";

const run = promisify(execFile);
const repository = path.join(__dirname, "..");

/** Something with a pinned version, and how to ask which versions there are. */
export interface Pin {
    kind: string;
    name: string;
    version: string;
    versions(): Promise<string[]>;
}

export function allPins(): Pin[] {
    return [...npmPins(), ...goPins(), ...pythonPins(), ...chartPins(), ...imagePins()];
}

/** Those of all package.json files have one version in all of them; the sandbox takes some as archives. */
function npmPins(): Pin[] {
    const { dependencies, devDependencies } = JSON.parse(
        fs.readFileSync(path.join(repository, "package.json"), "utf8"),
    );
    const archives = [...Object.values(pins.NODEJS_PACKAGES), pins.CLIENTS_PACKAGE];
    const all = {
        ...dependencies,
        ...devDependencies,
        ...Object.fromEntries(archives.map((a) => [a.name, a.version])),
    };
    return Object.entries<string>(all).map(([name, version]) => ({
        kind: "npm",
        name,
        version,
        // What the makers call the latest: others are previews, or for older systems.
        versions: async () => [(await run("npm", ["view", name, "version"])).stdout.trim()],
    }));
}

/** Files of a name in the folders of programs that are built or installed. */
function programFiles(name: string): string[] {
    const folders = ["sandbox", "judge"].map((folder) => path.join(repository, folder, "programs"));
    const files = folders.flatMap((folder) => fs.readdirSync(folder).map((each) => path.join(folder, each, name)));
    return files.filter((file) => fs.existsSync(file));
}

/** Go modules that are asked for directly; the others follow from them. */
function goPins(): Pin[] {
    const modules = programFiles("go.mod").flatMap((file) => directModules(fs.readFileSync(file, "utf8")));
    const all = new Map([...modules, ["github.com/aquasecurity/trivy", `v${pins.TRIVY_VERSION}`] as const]);
    return [...all].map(([name, version]) => ({ kind: "Go", name, version, versions: () => moduleVersions(name) }));
}

/** The modules of a go.mod with their versions: not those that only others need, nor those that are replaced. */
export function directModules(text: string): [name: string, version: string][] {
    const tools = [...text.matchAll(/^tool (?:\(([^)]*)\)|(\S+)$)/gm)].flatMap(([, block = "", tool = ""]) =>
        `${block} ${tool}`.split(/\s+/).filter(Boolean),
    );
    return [...text.matchAll(/^(?:require)?\s+(\S+) (v\S+)( \/\/ indirect)?$/gm)].flatMap(
        ([, name = "", version = "", indirect]): [string, string][] => {
            const asked = indirect === undefined || tools.some((tool) => tool.startsWith(`${name}/`));
            const replaced = text.includes(`${name} => `);
            return asked && !replaced ? [[name, version]] : [];
        },
    );
}

async function moduleVersions(name: string): Promise<string[]> {
    const env = { ...process.env, GO111MODULE: "on", GOFLAGS: "-mod=mod", GOWORK: "off" };
    // Outside of any module: what is asked is what there is, not what fits.
    const { stdout } = await run(await goProgram(), ["list", "-m", "-json", `${name}@latest`], { cwd: tmpdir(), env });
    return [(JSON.parse(stdout) as { Version: string }).Version];
}

/** Python programs: the package that a folder is called after; the others in its file follow from it. */
function pythonPins(): Pin[] {
    return programFiles("requirements.txt").map((file) => {
        const name = path.basename(path.dirname(file));
        const text = fs.readFileSync(file, "utf8");
        const version = new RegExp(`^${name}==(\\S+)`, "m").exec(text)?.[1] ?? "none";
        return { kind: "Python", name, version, versions: () => pythonVersions(name) };
    });
}

async function pythonVersions(name: string): Promise<string[]> {
    const { stdout } = await run("python3", ["-m", "pip", "index", "versions", name]);
    return [/\((\S+)\)/.exec(stdout)?.[1] ?? ""].filter(Boolean);
}

function chartPins(): Pin[] {
    const { ingress, database, vulnerabilityScanning, threatDetection } = DEFAULTS;
    const charts: { chart: string; repository?: string; version: string }[] = [
        ingress.controller.chart,
        database.chart,
        vulnerabilityScanning.chart,
        threatDetection.chart,
    ];
    return charts.map(({ chart, version, repository: where }) => {
        const { registry, repository: name } = imageReference(chart.replace("oci://", ""));
        const versions = () => (where === undefined ? imageTags(registry, name) : chartVersions(where, chart));
        return { kind: "chart", name: chart, version, versions };
    });
}

/** Falco's rules and plugins lie where falcoctl looks for them. */
const FALCO_RULES = "ghcr.io/falcosecurity/rules";
const FALCO_PLUGINS = "ghcr.io/falcosecurity/plugins/plugin";

function imagePins(): Pin[] {
    const { rulesArtifact, auditPluginArtifact } = DEFAULTS.threatDetection;
    const all = [
        DEFAULTS.database.sqlJob.image,
        `${FALCO_RULES}/${rulesArtifact}`,
        `${FALCO_PLUGINS}/${auditPluginArtifact}`,
    ];
    return all.map((text) => {
        const { registry, repository: name, tag } = imageReference(text);
        return { kind: "image", name: `${registry}/${name}`, version: tag, versions: () => imageTags(registry, name) };
    });
}
