/** Debian packages that the sandbox needs on the machine. */
import * as fs from "node:fs";
import { logFile } from "../paths";
import { progress } from "../progress";
import { run, SandboxError, succeeds } from "../shell";

/** Packages, each with a file that tells it is there. A program that came by another way counts as well. */
export type Packages = Record<string, string>;

/** What the node needs. */
export const NODE_PACKAGES: Packages = {
    containerd: "containerd",
    runc: "runc",
    "containernetworking-plugins": "/usr/lib/cni/bridge",
    iptables: "iptables",
    nftables: "nft",
    ipset: "ipset",
    conntrack: "conntrack",
    iproute2: "ip",
    openssl: "openssl",
    procps: "sysctl",
    "util-linux": "nsenter",
};

const PROGRAM_FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** The packages among those given that are missing. */
export function missingPackages(packages: Packages, exists: (file: string) => boolean = fs.existsSync): string[] {
    return Object.entries(packages)
        .filter(([, file]) => !candidates(file).some(exists))
        .map(([name]) => name);
}

/** Installs what is missing, and nothing else. */
export async function installPackages(packages: Packages): Promise<void> {
    const names = missingPackages(packages);
    if (names.length === 0) {
        return;
    }
    if (!(await succeeds("apt-get", ["--version"]))) {
        throw new SandboxError(`The sandbox needs a Debian machine, or one that has already: ${names.join(", ")}`);
    }
    await progress.step(`install ${names.join(" ")}`, async () => {
        const options = { log: logFile("apt"), env: { DEBIAN_FRONTEND: "noninteractive" } };
        await run("apt-get", ["update", "-qq"], options);
        await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...names], options);
    });
}

function candidates(file: string): string[] {
    return file.startsWith("/") ? [file] : PROGRAM_FOLDERS.map((folder) => `${folder}/${file}`);
}
