/** The node: containerd, the kubelet, kube-proxy and the NetworkPolicy controller, in namespaces of their own. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { ImageLayout } from "../images";
import { IMAGES } from "../images";
import { logFile, runFolder, stateFolder } from "../paths";
import { pipe, run, succeeds, until } from "../shell";
import {
    cniConfiguration,
    containerdConfiguration,
    kubeletConfiguration,
    kubeProxyConfiguration,
    type NodePaths,
} from "./configuration";
import { kubectl } from "./control-plane";
import { assertRunning, type Daemon, startDaemon } from "./daemons";
import { networkNamespace } from "./network";
import { pkiFile } from "./pki";
import { NODE, SERVICE_CIDR } from "./settings";

const disk = path.join(stateFolder, "node");
const paths: NodePaths = { disk, run: path.join(runFolder, "node"), pki: pkiFile };
const namespaceFolder = path.join(runFolder, "namespaces");
const mountNamespace = path.join(namespaceFolder, "mount");
const namespaces = { net: networkNamespace(NODE.name), mount: mountNamespace };
const socket = path.join(paths.run, "containerd.sock");

/** Writes the node's configuration and makes its mount namespace. */
export async function configureNode(): Promise<void> {
    for (const folder of ["cni", "kubelet", "containerd", "logs"]) {
        fs.mkdirSync(path.join(disk, folder), { recursive: true });
    }
    fs.mkdirSync(paths.run, { recursive: true });
    write("containerd.toml", containerdConfiguration(paths, IMAGES.pause));
    write("cni/10-bulwark.conflist", cniConfiguration(paths));
    write("kubelet.yaml", kubeletConfiguration(paths));
    write("kube-proxy.yaml", kubeProxyConfiguration(paths));
    write("resolv.conf", "");
    await createMountNamespace();
}

/** Starts containerd unless it runs, and gives it the images. */
export async function startContainerd(): Promise<void> {
    startDaemon({ name: "containerd", program: "containerd", args: ["--config", file("containerd.toml")], namespaces });
    await until("containerd answers", 30_000, () => {
        assertRunning("containerd");
        return succeeds("ctr", [...ctr, "version"]);
    });
}

/** Imports the images under their names with tags, and once more with digests instead. */
export async function importImages(layout: ImageLayout): Promise<void> {
    const log = logFile("images");
    await pipe(["tar", "-C", layout.folder, "-c", "."], ["ctr", ...ctr, "images", "import", "-"], log);
    for (const [reference, digest] of Object.entries(layout.digests)) {
        const byDigest = `${reference.slice(0, reference.lastIndexOf(":"))}@${digest}`;
        await run("ctr", [...ctr, "images", "tag", "--force", reference, byDigest], { log });
    }
}

/** Starts the node's other programs unless they run, and waits until the node is ready. */
export async function startNode(programs: string): Promise<void> {
    startDaemon(kubelet(programs));
    startDaemon(kubeProxy(programs));
    await waitFor("registered", () => kubectl(programs, ["get", "node", NODE.name]));
    startDaemon(networkPolicy(programs)); // it looks its node up once, and ends when there is none
    const ready = ["wait", "--for=condition=Ready", `node/${NODE.name}`, "--timeout=1s"];
    await waitFor("ready", () => kubectl(programs, ready));
    assertRunning("kube-proxy");
    assertRunning("network-policy");
}

/** Lets go of the mount namespace: with the last process in it, all its mounts go. */
export async function removeMountNamespace(): Promise<void> {
    for (const mount of [mountNamespace, namespaceFolder]) {
        while (isMountPoint(mount)) {
            await run("umount", [mount]);
        }
    }
}

/** Whether something is mounted there. */
export function isMountPoint(folder: string, mounts = fs.readFileSync("/proc/self/mounts", "utf8")): boolean {
    return mounts.split("\n").some((line) => line.split(" ")[1] === folder);
}

/** What every call of the client for the node's containerd begins with. */
export const ctr = ["--address", socket, "--namespace", "k8s.io"];

async function createMountNamespace(): Promise<void> {
    fs.mkdirSync(namespaceFolder, { recursive: true });
    // The kernel keeps the namespace's file only on a mount that isn't shared.
    await run("mount", ["--bind", "--make-private", namespaceFolder, namespaceFolder]);
    fs.writeFileSync(mountNamespace, "");
    const script = path.join(__dirname, "private-mounts.sh");
    // "slave": what the machine unmounts goes here too, what the node mounts stays here.
    const args = [`--mount=${mountNamespace}`, "--propagation=slave", "--", "sh", script, stateFolder, runFolder];
    await run("unshare", args, { log: logFile("mount-namespace") });
}

async function waitFor(state: string, reached: () => Promise<boolean>): Promise<void> {
    await until(`the node is ${state} (log: ${logFile("kubelet")})`, 90_000, () => {
        assertRunning("kubelet");
        return reached();
    });
}

function kubelet(programs: string): Daemon {
    return {
        name: "kubelet",
        program: path.join(programs, "kubelet"),
        args: [
            `--config=${file("kubelet.yaml")}`,
            `--kubeconfig=${pkiFile("node.kubeconfig")}`,
            `--hostname-override=${NODE.name}`,
            `--node-ip=${NODE.address}`,
            `--root-dir=${path.join(disk, "kubelet")}`,
            `--cert-dir=${path.join(disk, "kubelet", "pki")}`,
        ],
        namespaces,
    };
}

function kubeProxy(programs: string): Daemon {
    return {
        name: "kube-proxy",
        program: path.join(programs, "kube-proxy"),
        args: [`--config=${file("kube-proxy.yaml")}`],
        namespaces,
    };
}

function networkPolicy(programs: string): Daemon {
    return {
        name: "network-policy",
        program: path.join(programs, "network-policy"),
        args: [],
        env: { KUBECONFIG: pkiFile("network-policy.kubeconfig"), NODE_NAME: NODE.name, SERVICE_CIDR },
        namespaces,
    };
}

function file(name: string): string {
    return path.join(disk, name);
}

function write(name: string, content: string): void {
    fs.writeFileSync(file(name), content);
}
