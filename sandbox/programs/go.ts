/** Builds the sandbox's Go programs. */
import * as fs from "node:fs";
import * as path from "node:path";
import { cacheFolder, logFile } from "../paths";
import { progress } from "../progress";
import { run, SandboxError, succeeds } from "../shell";
import { type CacheKey, cached, temporaryFolder } from "./cache";
import { installPackages } from "./packages";
import { COREDNS_VERSION, GO_VERSION, KUBERNETES_VERSION, PULUMI_VERSION } from "./pins";

const MEMORY_DISK = "/dev/shm";
const MEMORY_NEEDED = 8 * 1024 ** 3;

/** Programs of one Go module. */
export interface GoBuild {
    kind: string;
    title: string;
    /** Folder of the module, relative to this file's. */
    module: string;
    packages: string[];
    flags: string[];
    linkerFlags: string[];
    /** Symbolic links to make beside the programs, by the program they lead to. */
    links?: Record<string, string[]>;
}

const component = "k8s.io/component-base/version";
const [major, minor] = KUBERNETES_VERSION.split(".");

const KUBERNETES: GoBuild = {
    kind: "kubernetes",
    title: `build Kubernetes ${KUBERNETES_VERSION} and CoreDNS ${COREDNS_VERSION}`,
    module: "kubernetes",
    packages: ["./hyperkube", "./coredns", "./pause"],
    // Without inlining (-l) the build takes two thirds of the time, and the tags leave out what a sandbox doesn't need.
    flags: ["-gcflags=all=-l", "-tags=selinux,notest,grpcnotrace"],
    linkerFlags: [
        `-X ${component}.gitVersion=v${KUBERNETES_VERSION}`,
        `-X ${component}.gitMajor=${major}`,
        `-X ${component}.gitMinor=${minor}`,
        `-X ${component}.gitTreeState=clean`,
        `-X ${component}.gitCommit=sandbox`,
        `-X ${component}.buildDate=1970-01-01T00:00:00Z`,
        "-X github.com/coredns/coredns/coremain.GitCommit=sandbox",
    ],
    links: {
        hyperkube: [
            "etcd",
            "kube-apiserver",
            "kube-controller-manager",
            "kube-scheduler",
            "kubelet",
            "kube-proxy",
            "kubectl",
            "network-policy",
            "storage",
            "test-host",
        ],
    },
};

const PULUMI: GoBuild = {
    kind: "pulumi",
    title: `build the Pulumi CLI ${PULUMI_VERSION}`,
    module: "pulumi",
    packages: ["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
    flags: [],
    linkerFlags: [`-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${PULUMI_VERSION}`],
};

/** Folder whose `bin` has the cluster's programs: etcd, kube-apiserver, …, kubectl, coredns, pause. */
export function kubernetesPrograms(): Promise<string> {
    return built(KUBERNETES);
}

/** Folder whose `bin` has `pulumi`. */
export function pulumiProgram(): Promise<string> {
    return built(PULUMI);
}

/** Folder whose `bin` has the programs, built when they aren't in the cache. */
export function built(build: GoBuild): Promise<string> {
    const module = path.join(__dirname, build.module);
    const key: CacheKey = { texts: [JSON.stringify(build), process.arch], paths: [module] };
    return cached(build.kind, key, async (folder) => {
        const go = await goProgram();
        await progress.step(build.title, () => compile(go, build, module, path.join(folder, "bin")));
        for (const [program, names] of Object.entries(build.links ?? {})) {
            for (const name of names) {
                fs.symlinkSync(program, path.join(folder, "bin", name));
            }
        }
    });
}

async function compile(go: string, build: GoBuild, module: string, target: string): Promise<void> {
    const log = logFile(`build-${build.kind}`);
    const temporary = compilerCache();
    fs.mkdirSync(target, { recursive: true });
    const env = {
        CGO_ENABLED: "0",
        GOFLAGS: "-mod=readonly -trimpath -buildvcs=false",
        GOWORK: "off",
        ...(path.isAbsolute(go) ? { GOROOT: "" } : {}), // a fetched Go knows its own library
        GOGC: "400", // memory for time: the compiler collects garbage less often
        ...(temporary === undefined ? {} : { GOCACHE: path.join(temporary, "cache"), GOTMPDIR: temporary }),
    };
    try {
        const linker = `-ldflags=${["-s", "-w", ...build.linkerFlags].join(" ")}`;
        const args = ["build", ...build.flags, linker, "-o", `${target}/`, ...build.packages];
        await run(go, args, { cwd: module, env, log });
    } finally {
        if (temporary !== undefined) {
            fs.rmSync(temporary, { recursive: true, force: true });
        }
    }
}

/** A folder in memory for the compiler's cache, which nobody needs again. A GOCACHE that the user set is kept to. */
function compilerCache(): string | undefined {
    if (process.env.GOCACHE !== undefined || !fs.existsSync(MEMORY_DISK)) {
        return undefined;
    }
    const { bavail, bsize } = fs.statfsSync(MEMORY_DISK);
    return bavail * bsize > MEMORY_NEEDED ? temporaryFolder(MEMORY_DISK, "bulwark-go-") : undefined;
}

/** A Go that is new enough: the machine's own, else one that the machine's own (or Debian's) fetches as a module. */
export async function goProgram(): Promise<string> {
    if (!(await succeeds("go", ["version"]))) {
        await installPackages({ "golang-go": "go" });
    }
    const version = /go(\d+)\.(\d+)/.exec(await run("go", ["env", "GOVERSION"], { env: { GOTOOLCHAIN: "local" } }));
    return version !== null && isNewEnough(Number(version[1]), Number(version[2])) ? "go" : fetchedGo();
}

/** Whether Go `major.minor` can build the programs. */
export function isNewEnough(majorVersion: number, minorVersion: number): boolean {
    const [neededMajor = 0, neededMinor = 0] = GO_VERSION.split(".").map(Number);
    return majorVersion > neededMajor || (majorVersion === neededMajor && minorVersion >= neededMinor);
}

/**
 * Go releases are modules too (golang.org/toolchain). Go 1.21 and newer switches by itself; Debian 12's 1.19 doesn't
 * know of that, but it can download the module and check it against the checksum database.
 */
async function fetchedGo(): Promise<string> {
    const architecture = process.arch === "x64" ? "amd64" : process.arch;
    const toolchain = `golang.org/toolchain@v0.0.1-go${GO_VERSION}.linux-${architecture}`;
    fs.mkdirSync(cacheFolder(), { recursive: true });
    const folder = fs.mkdtempSync(path.join(cacheFolder(), ".go-"));
    try {
        return await progress.step(`fetch Go ${GO_VERSION}`, async () => {
            const env = { GOFLAGS: "-mod=mod", GO111MODULE: "on", GOTOOLCHAIN: "local" };
            const answer = await run("go", ["mod", "download", "-json", toolchain], { cwd: folder, env });
            const root = (JSON.parse(answer) as { Dir: string }).Dir;
            await makeExecutable(root);
            return path.join(root, "bin", "go");
        });
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new SandboxError(`Go ${GO_VERSION} or newer is needed and can't be fetched; install it.\n${reason}`);
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

/** Modules have no file modes: the toolchain's programs come without the right to run. */
async function makeExecutable(root: string): Promise<void> {
    await run("chmod", ["-R", "u+w", root]);
    await run("chmod", ["-R", "+x", path.join(root, "bin"), path.join(root, "pkg", "tool")]);
}
