/** An existing workload only: what a plain Deployment lacks is put around it, and it has no database. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { AdmissionGuardrails, IngressController, ProtectedIngress, SecureNamespace, ThreatDetection } from "bulwark";

const config = new pulumi.Config();
const podLabels = { app: "shop" };
const port = 8000;

const guardrails = new AdmissionGuardrails("guardrails", { allowedRegistries: ["ghcr.io/example"] });
const isolated = new SecureNamespace("shop", { quota: { pods: 20 } }, { dependsOn: guardrails });

// What is there already. All that changes is its namespace, and what the namespace demands of a pod.
const metadata = { name: "shop", namespace: isolated.namespaceName };
new k8s.apps.v1.Deployment("shop", {
    metadata,
    spec: {
        replicas: 2,
        selector: { matchLabels: podLabels },
        template: {
            metadata: { labels: podLabels },
            spec: {
                automountServiceAccountToken: false,
                securityContext: { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: "RuntimeDefault" } },
                containers: [
                    {
                        name: "shop",
                        image: config.require("image"),
                        ports: [{ containerPort: port }],
                        securityContext: {
                            allowPrivilegeEscalation: false,
                            readOnlyRootFilesystem: true,
                            capabilities: { drop: ["ALL"] },
                        },
                    },
                ],
            },
        },
    },
});
const service = new k8s.core.v1.Service("shop", {
    metadata,
    spec: { selector: podLabels, ports: [{ port: 80, targetPort: port }] },
});

const controller = new IngressController("ingress");
const ingress = new ProtectedIngress("shop", {
    namespaceName: isolated.namespaceName,
    serviceName: service.metadata.name,
    servicePort: 80,
    podLabels,
    podPort: port,
    controllerNamespaceName: controller.namespaceName,
    host: config.require("host"),
    tls: { clusterIssuer: "letsencrypt" },
    requestsPerSecond: 20,
});
new ThreatDetection("falco", { protectedNamespaceNames: [isolated.namespaceName] });

export const url = ingress.url;
