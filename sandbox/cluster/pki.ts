/** The cluster's certificates and kubeconfigs, made anew for each cluster. */
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { logFile, stateFolder } from "../paths";
import { run } from "../shell";
import { API_SERVER, KUBERNETES_SERVICE, NODE } from "./settings";

const folder = path.join(stateFolder, "pki");

/** The admin's kubeconfig. */
export const adminKubeconfig = path.join(stateFolder, "kubeconfig");

interface Certificate {
    name: string;
    subject: string;
    usage: "clientAuth" | "serverAuth";
    names?: string[];
    authority?: string;
}

const CERTIFICATES: Certificate[] = [
    {
        name: "kube-apiserver",
        subject: "/CN=kube-apiserver",
        usage: "serverAuth",
        names: [
            ...["", ".default", ".default.svc", ".default.svc.cluster.local"].map(
                (suffix) => `DNS:kubernetes${suffix}`,
            ),
            `IP:${API_SERVER.address}`,
            `IP:${KUBERNETES_SERVICE}`,
        ],
    },
    {
        name: "kubelet",
        subject: `/CN=${NODE.name}`,
        usage: "serverAuth",
        names: [`DNS:${NODE.name}`, `IP:${NODE.address}`],
    },
    { name: "admin", subject: "/O=system:masters/CN=admin", usage: "clientAuth" },
    { name: "kubelet-client", subject: "/O=system:masters/CN=kube-apiserver-kubelet-client", usage: "clientAuth" },
    { name: "kube-controller-manager", subject: "/CN=system:kube-controller-manager", usage: "clientAuth" },
    { name: "kube-scheduler", subject: "/CN=system:kube-scheduler", usage: "clientAuth" },
    { name: "node", subject: `/O=system:nodes/CN=system:node:${NODE.name}`, usage: "clientAuth" },
    { name: "kube-proxy", subject: "/CN=system:kube-proxy", usage: "clientAuth" },
    { name: "network-policy", subject: "/CN=bulwark:network-policy", usage: "clientAuth" },
    { name: "storage", subject: "/CN=bulwark:storage", usage: "clientAuth" },
    { name: "front-proxy-client", subject: "/CN=front-proxy-client", usage: "clientAuth", authority: "front-proxy-ca" },
];

const USERS = ["kube-controller-manager", "kube-scheduler", "node", "kube-proxy", "network-policy", "storage"];

/** Path of a certificate, a key or a kubeconfig of the cluster. */
export function pkiFile(name: string): string {
    return path.join(folder, name);
}

/** Makes all certificates, keys and kubeconfigs. */
export async function createPki(): Promise<void> {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    // OpenSSL's own configuration would make every certificate an authority.
    fs.writeFileSync(pkiFile("openssl.cnf"), "[req]\ndistinguished_name = name\n[name]\n");
    await Promise.all(["ca", "front-proxy-ca"].map(createAuthority));
    await Promise.all(CERTIFICATES.map(createCertificate));
    createSigningKey();
    for (const user of USERS) {
        writePrivate(pkiFile(`${user}.kubeconfig`), kubeconfig(user));
    }
    writePrivate(adminKubeconfig, kubeconfig("admin"));
}

function createAuthority(name: string): Promise<string> {
    const extensions = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign,digitalSignature"];
    return openssl(name, `/CN=bulwark-sandbox-${name}`, extensions, []);
}

function createCertificate({ name, subject, usage, names, authority = "ca" }: Certificate): Promise<string> {
    const extensions = ["keyUsage=critical,digitalSignature", `extendedKeyUsage=${usage}`];
    if (names !== undefined) {
        extensions.push(`subjectAltName=${names.join(",")}`);
    }
    const signer = ["-CA", pkiFile(`${authority}.crt`), "-CAkey", pkiFile(`${authority}.key`)];
    return openssl(name, subject, extensions, signer);
}

function openssl(name: string, subject: string, extensions: string[], signer: string[]): Promise<string> {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", pkiFile(`${name}.key`)];
    const certificate = ["-x509", "-days", "365", "-subj", subject, "-out", pkiFile(`${name}.crt`), ...signer];
    const added = extensions.flatMap((extension) => ["-addext", extension]);
    const args = ["req", "-config", pkiFile("openssl.cnf"), ...key, ...certificate, ...added];
    return run("openssl", args, { log: logFile("pki") });
}

/** Signs the tokens of ServiceAccounts. */
function createSigningKey(): void {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    writePrivate(pkiFile("service-accounts.key"), privateKey.export({ type: "sec1", format: "pem" }));
    const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "pem" });
    writePrivate(pkiFile("service-accounts.pub"), publicKey);
}

function kubeconfig(user: string): string {
    const data = (file: string) => fs.readFileSync(pkiFile(file)).toString("base64");
    const server = `https://${API_SERVER.address}:${API_SERVER.port}`;
    const name = "bulwark-sandbox";
    // JSON is YAML, and the form every reader of kubeconfigs takes.
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name, cluster: { server, "certificate-authority-data": data("ca.crt") } }],
        users: [
            {
                name: user,
                user: { "client-certificate-data": data(`${user}.crt`), "client-key-data": data(`${user}.key`) },
            },
        ],
        contexts: [{ name, context: { cluster: name, user } }],
        "current-context": name,
    });
}

function writePrivate(file: string, content: string | Buffer): void {
    fs.writeFileSync(file, content, { mode: 0o600 });
}
