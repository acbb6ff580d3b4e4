/** etcd, the API server, the controller manager and the scheduler, on the machine itself. */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { auditPolicyText } from "../../components/monitoring/audit-policy";
import { logFile, logsFolder, runFolder, stateFolder } from "../paths";
import { run, succeeds, until } from "../shell";
import { encryptionConfiguration } from "./configuration";
import { assertRunning, type Daemon, isRunning, startDaemon } from "./daemons";
import { adminKubeconfig, pkiFile } from "./pki";
import { API_SERVER, OWN_CONTROLLERS, POD_CIDR, SERVICE_CIDR } from "./settings";

/** The API server's log of who did what. */
export const auditLog = path.join(logsFolder, "audit.log");

// A socket instead of a port: only root can reach it, and etcd holds everything there is.
// etcd wants addresses with a host and a port: relative to its working directory that is a file name as good as any.
const ETCD = { clients: "etcd:2379", peers: "etcd:2380" };
const encryptionFile = pkiFile("encryption.yaml");
const auditPolicyFile = path.join(stateFolder, "audit-policy.yaml");

// The user's own ~/.kube stays as it is.
const admin = [`--kubeconfig=${adminKubeconfig}`, `--cache-dir=${path.join(stateFolder, "kubectl")}`];

/** Writes the control plane's configuration. The certificates must be there. */
export function configureControlPlane(): void {
    const key = randomBytes(32).toString("base64");
    fs.writeFileSync(encryptionFile, encryptionConfiguration(key), { mode: 0o600 });
    fs.rmSync(auditLog, { force: true }); // an earlier cluster's
}

/** Starts what doesn't run, and waits until the API server answers and the controllers are healthy. */
export async function startControlPlane(programs: string): Promise<void> {
    startDaemon(etcd(programs));
    // The API server reads it only when it starts: the file always says what it goes by.
    if (!isRunning("kube-apiserver")) {
        fs.writeFileSync(auditPolicyFile, auditPolicyText(OWN_CONTROLLERS));
    }
    startDaemon(apiServer(programs));
    await waitFor("kube-apiserver", () => kubectl(programs, ["get", "--raw", "/readyz"]));
    startDaemon(controllerManager(programs));
    startDaemon(scheduler(programs));
    await waitFor("kube-controller-manager", () =>
        kubectl(programs, ["get", "serviceaccount", "default", "--namespace=default"]),
    );
    assertRunning("kube-scheduler");
}

/** Runs kubectl as the cluster's admin and tells whether it succeeded. */
export function kubectl(programs: string, args: string[]): Promise<boolean> {
    return succeeds(path.join(programs, "kubectl"), [...admin, ...args]);
}

/** Applies a file of manifests as the cluster's admin. */
export async function applyManifests(programs: string, name: string): Promise<void> {
    const file = path.join(__dirname, "manifests", name);
    const args = ["apply", "--server-side", "--field-manager=bulwark-sandbox", "-f", file];
    await run(path.join(programs, "kubectl"), args, {
        env: { KUBECONFIG: adminKubeconfig },
        log: logFile("manifests"),
    });
}

async function waitFor(daemon: string, ready: () => Promise<boolean>): Promise<void> {
    await until(`${daemon} is ready (log: ${logFile(daemon)})`, 90_000, async () => {
        assertRunning("etcd");
        assertRunning(daemon);
        return ready();
    });
}

function etcd(programs: string): Daemon {
    return {
        name: "etcd",
        program: path.join(programs, "etcd"),
        workingDirectory: runFolder,
        args: [
            "--name=sandbox",
            `--data-dir=${path.join(stateFolder, "etcd")}`,
            `--listen-client-urls=unix://${ETCD.clients}`,
            `--advertise-client-urls=unix://${ETCD.clients}`,
            `--listen-peer-urls=unix://${ETCD.peers}`,
            `--initial-advertise-peer-urls=unix://${ETCD.peers}`,
            `--initial-cluster=sandbox=unix://${ETCD.peers}`,
            "--unsafe-no-fsync", // its data is not meant to outlive the machine's next restart
            "--log-level=warn",
        ],
    };
}

function apiServer(programs: string): Daemon {
    return {
        name: "kube-apiserver",
        program: path.join(programs, "kube-apiserver"),
        args: [
            `--etcd-servers=unix://${runFolder}/${ETCD.clients}`,
            `--bind-address=${API_SERVER.address}`,
            `--advertise-address=${API_SERVER.address}`,
            `--secure-port=${API_SERVER.port}`,
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            `--encryption-provider-config=${encryptionFile}`,
            `--audit-policy-file=${auditPolicyFile}`,
            `--audit-log-path=${auditLog}`,
            "--audit-log-maxsize=100",
            "--audit-log-maxbackup=1",
            `--client-ca-file=${pkiFile("ca.crt")}`,
            `--tls-cert-file=${pkiFile("kube-apiserver.crt")}`,
            `--tls-private-key-file=${pkiFile("kube-apiserver.key")}`,
            `--kubelet-client-certificate=${pkiFile("kubelet-client.crt")}`,
            `--kubelet-client-key=${pkiFile("kubelet-client.key")}`,
            `--kubelet-certificate-authority=${pkiFile("ca.crt")}`,
            "--kubelet-preferred-address-types=InternalIP",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            `--service-account-key-file=${pkiFile("service-accounts.pub")}`,
            `--service-account-signing-key-file=${pkiFile("service-accounts.key")}`,
            `--service-cluster-ip-range=${SERVICE_CIDR}`,
            "--allow-privileged=true",
            `--requestheader-client-ca-file=${pkiFile("front-proxy-ca.crt")}`,
            "--requestheader-allowed-names=front-proxy-client",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
            "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-username-headers=X-Remote-User",
            `--proxy-client-cert-file=${pkiFile("front-proxy-client.crt")}`,
            `--proxy-client-key-file=${pkiFile("front-proxy-client.key")}`,
            "--profiling=false",
        ],
    };
}

function controllerManager(programs: string): Daemon {
    return {
        name: "kube-controller-manager",
        program: path.join(programs, "kube-controller-manager"),
        args: [
            ...kubeconfigFlags("kube-controller-manager"),
            "--use-service-account-credentials=true",
            `--root-ca-file=${pkiFile("ca.crt")}`,
            `--service-account-private-key-file=${pkiFile("service-accounts.key")}`,
            `--cluster-signing-cert-file=${pkiFile("ca.crt")}`,
            `--cluster-signing-key-file=${pkiFile("ca.key")}`,
            "--allocate-node-cidrs=true",
            `--cluster-cidr=${POD_CIDR}`,
            `--service-cluster-ip-range=${SERVICE_CIDR}`,
        ],
    };
}

function scheduler(programs: string): Daemon {
    return {
        name: "kube-scheduler",
        program: path.join(programs, "kube-scheduler"),
        args: kubeconfigFlags("kube-scheduler"),
    };
}

function kubeconfigFlags(user: string): string[] {
    const file = pkiFile(`${user}.kubeconfig`);
    return [
        `--kubeconfig=${file}`,
        `--authentication-kubeconfig=${file}`,
        `--authorization-kubeconfig=${file}`,
        "--bind-address=127.0.0.1",
        "--leader-elect=false",
        "--profiling=false",
    ];
}
