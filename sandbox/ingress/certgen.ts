/** The Jobs of the chart's hooks: a certificate for the admission webhook, and the word to the API server about it. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { api, apiGet } from "./kubernetes";

interface Secret {
    data: Record<string, string>;
}

/** Makes the Secret unless it is there. */
export async function createCertificate(namespace: string, secretName: string, hosts: string[]): Promise<void> {
    const secrets = `/api/v1/namespaces/${namespace}/secrets`;
    if ((await apiGet(`${secrets}/${secretName}`)) !== undefined) {
        console.log(`Secret ${secretName} is there`);
        return;
    }
    const folder = fs.mkdtempSync(path.join(tmpdir(), "certgen-"));
    const file = (name: string) => path.join(folder, name);
    // OpenSSL's own configuration would make every certificate an authority.
    fs.writeFileSync(file("openssl.cnf"), "[req]\ndistinguished_name = name\n[name]\n");
    const request = (name: string, subject: string, extensions: string[], signer: string[]) => {
        const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file(`${name}.key`)];
        const made = ["-x509", "-days", "3650", "-subj", `/CN=${subject}`, "-out", file(`${name}.crt`), ...signer];
        const added = extensions.flatMap((extension) => ["-addext", extension]);
        execFileSync("openssl", ["req", "-config", file("openssl.cnf"), ...key, ...made, ...added]);
    };
    request("ca", "admission-webhook-ca", ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"], []);
    const names = `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(",")}`;
    const signer = ["-CA", file("ca.crt"), "-CAkey", file("ca.key")];
    request("server", "admission-webhook", [names, "extendedKeyUsage=serverAuth"], signer);
    const data = { ca: "ca.crt", cert: "server.crt", key: "server.key" };
    const encoded = Object.entries(data).map(([key, name]) => [key, fs.readFileSync(file(name)).toString("base64")]);
    await api("POST", secrets, { metadata: { name: secretName }, data: Object.fromEntries(encoded) });
    console.log(`Secret ${secretName} made`);
}

/** Tells the API server which authority the webhook's certificate is from. */
export async function patchWebhook(namespace: string, secretName: string, webhookName: string): Promise<void> {
    const { data } = await api<Secret>("GET", `/api/v1/namespaces/${namespace}/secrets/${secretName}`);
    const configuration = `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${webhookName}`;
    const { webhooks } = await api<{ webhooks: { clientConfig: object }[] }>("GET", configuration);
    const patched = webhooks.map((each) => ({ ...each, clientConfig: { ...each.clientConfig, caBundle: data.ca } }));
    await api("PATCH", configuration, { webhooks: patched });
    console.log(`webhook ${webhookName} patched`);
}
