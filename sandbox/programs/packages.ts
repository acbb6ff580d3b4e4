/** Debian packages that the sandbox's node needs on the machine. */
import * as fs from "node:fs";
import { logFile } from "../paths";
import { progress } from "../progress";
import { run, SandboxError, succeeds } from "../shell";

/** Each package and a file that tells it is there. A program that came by another way counts as well. */
const NEEDED: Record<string, string> = {
    containerd: "containerd",
    runc: "runc",
    "containernetworking-plugins": "/usr/lib/cni/bridge",
    iptables: "iptables",
    nftables: "nft",
    ipset: "ipset",
    conntrack: "conntrack",
    iproute2: "ip",
    openssl: "openssl",
    unzip: "unzip",
    "util-linux": "nsenter",
};

const PROGRAM_FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** The packages among those needed that are missing. */
export function missingPackages(exists: (file: string) => boolean = fs.existsSync): string[] {
    return Object.entries(NEEDED)
        .filter(([, file]) => !candidates(file).some(exists))
        .map(([name]) => name);
}

/** Installs what is missing, and nothing else. */
export async function installPackages(names: string[] = missingPackages()): Promise<void> {
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
