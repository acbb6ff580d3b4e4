import type { Stack } from "@pulumi/pulumi/automation";
import {
    IngressController,
    type IngressControllerSettingsArgs,
} from "../../../components/application/ingress-controller";
import { ProtectedIngress } from "../../../components/application/protected-ingress";
import type { ContainerImageArgs } from "../../../components/chart";
import { SecureNamespace } from "../../../components/cluster/secure-namespace";
import { HardenedWorkload } from "../../../components/container/hardened-workload";
import type { Cluster } from "../../../sandbox/cluster";
import { nodeOverrides } from "../../../sandbox/configuration";
import { kubectlWith } from "./kubectl";
import { openOwn, STACK } from "./stack";
import { unguarded } from "./unguarded";

/** Names of the tests' own; the class and the release are there once in a cluster. */
export const INGRESS = {
    stack: `${STACK}-ingress`,
    controller: `${STACK}-ingress`,
    app: `${STACK}-echo`,
    class: `${STACK}-class`,
    host: "echo.example.com",
    name: "echo",
};

/** Settings of the controller in place of the sandbox's, for the next run of the program. */
export const settings: IngressControllerSettingsArgs = {};

/** Answers with the request's headers. */
const ECHO = `require("http").createServer((request, response) => {
    response.setHeader("X-Powered-By", "echo/1.0").setHeader("Server", "echo/1.0");
    request.resume().on("end", () => response.end(JSON.stringify(request.headers)));
}).listen(8000)`;

/** Opens the stack without running it. */
export function ingressStack(): Promise<Stack> {
    return openOwn(INGRESS.stack, program);
}

/** The controller's image in its parts. */
export function controllerImage(node: Cluster): ContainerImageArgs {
    return controllerSettings(node).image ?? {};
}

/** Has the API server look at an Ingress for the application's host in another namespace, without storing it. */
export function propose(name: string, annotations: Record<string, string>): Promise<string> {
    const backend = { service: { name: "absent", port: { number: 80 } } };
    const ingress = {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: { name, namespace: "default", annotations },
        spec: {
            ingressClassName: INGRESS.class,
            rules: [{ host: INGRESS.host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
        },
    };
    return kubectlWith(JSON.stringify(ingress), "apply", "--dry-run=server", "-f", "-");
}

function controllerSettings(node: Cluster): IngressControllerSettingsArgs {
    const { controller } = nodeOverrides(node.images).ingress as { controller: IngressControllerSettingsArgs };
    return controller;
}

function program(node: Cluster) {
    const sandbox = controllerSettings(node);
    const controller = new IngressController(
        "ingress",
        {
            ...sandbox,
            namespaceName: INGRESS.controller,
            releaseName: STACK,
            ingressClassName: INGRESS.class,
            replicas: 1,
            resources: { cpuRequest: "10m" },
            ...settings,
            chart: { ...sandbox.chart, ...settings.chart },
        },
        { transforms: [unguarded(INGRESS.controller)] },
    );
    const namespace = new SecureNamespace("echo-namespace", { namespaceName: INGRESS.app });
    const echo = new HardenedWorkload("echo", {
        namespaceName: namespace.namespaceName,
        image: node.images.app,
        command: ["node", "-e", ECHO],
        replicas: 1,
        resources: { cpuRequest: "10m" },
    });
    const ingress = new ProtectedIngress("echo-ingress", {
        namespaceName: namespace.namespaceName,
        ingressName: INGRESS.name,
        serviceName: echo.serviceName,
        servicePort: echo.servicePort,
        podLabels: echo.podLabels,
        podPort: echo.podPort,
        controllerNamespaceName: controller.namespaceName,
        controllerPodLabels: controller.podLabels,
        ingressClassName: controller.ingressClassName,
        host: INGRESS.host,
        tls: { allowSelfSignedCertificate: true },
    });
    return { url: ingress.url };
}
