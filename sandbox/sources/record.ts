/**
 * Runs the program against mocks, in a process of its own, and prints what it asks of Kubernetes: mocks replace the
 * connection to the engine for a whole process. Standard input has the stack's settings, standard output gets JSON.
 */
import * as net from "node:net";
import { text } from "node:stream/consumers";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../engine";
import type { Registered } from "./planned";

import program = require("../../index");

/** What the cloud would answer, for outputs that the program looks into. */
const ANSWERS: Record<string, Record<string, unknown>> = {
    "random:index/randomPassword:RandomPassword": { result: "generated" },
    "tls:index/privateKey:PrivateKey": { privateKeyPem: "key", publicKeyPem: "key", privateKeyPemPkcs8: "key" },
    "tls:index/selfSignedCert:SelfSignedCert": { certPem: "certificate" },
    "tls:index/locallySignedCert:LocallySignedCert": { certPem: "certificate" },
    "tls:index/certRequest:CertRequest": { certRequestPem: "request" },
    "kubernetes:discovery.k8s.io/v1:EndpointSlice": {
        endpoints: [{ addresses: ["192.0.2.1"] }],
        ports: [{ name: "https", port: 6443 }],
    },
    "kubernetes:core/v1:ConfigMap": { data: { "ca.crt": "certificate" } },
};

async function main(): Promise<void> {
    const config = await withFreeTunnel(JSON.parse(await text(process.stdin)) as StackConfig);
    const registered: Registered[] = [];
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs }) => {
                if (type.startsWith("kubernetes:")) {
                    registered.push({ type, name, inputs });
                }
                const status = { name: inputs.name, namespace: inputs.namespace, status: "deployed" };
                return { id: name, state: { status, ...ANSWERS[type], ...inputs } };
            },
            call: ({ token }) => {
                throw new Error(`nothing answers the function ${token} here`);
            },
        },
        "bulwark",
        "sandbox",
    );
    const texts = Object.entries(config).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
    ]);
    pulumi.runtime.setAllConfig(Object.fromEntries(texts));
    await program();
    await pulumi.runtime.disconnect();
    process.stdout.write(JSON.stringify(registered));
}

/** The port that the settings name belongs to the run on the engine, which may be under way. */
async function withFreeTunnel(config: StackConfig): Promise<StackConfig> {
    const database = config["bulwark:database"] as { tunnel?: object; direct?: object } | undefined;
    if (database?.direct !== undefined) {
        return config;
    }
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as net.AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return { ...config, "bulwark:database": { ...database, tunnel: { ...database?.tunnel, localPort: port } } };
}

// The message is the user's: a fault in the settings, above all.
const fail = (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
};
process.on("unhandledRejection", fail);
main().catch(fail);
