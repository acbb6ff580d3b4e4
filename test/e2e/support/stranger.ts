import { execFileSync } from "node:child_process";
import { kubectl } from "./kubectl";
import { running } from "./stack";

/** Starts a pod that nobody has declared a flow for, hardened so that every namespace admits it; it answers on 8000. */
export async function startStranger(namespace: string, name: string): Promise<void> {
    const { cluster } = await running();
    const container = {
        name: "stranger",
        image: cluster.images.app,
        command: ["node", "-e", "require('http').createServer((_, response) => response.end('stranger')).listen(8000)"],
        securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
        },
    };
    const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace, labels: { stranger: "true" } },
        spec: {
            automountServiceAccountToken: false,
            terminationGracePeriodSeconds: 0,
            securityContext: { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: "RuntimeDefault" } },
            containers: [container],
        },
    };
    execFileSync(cluster.programs.kubectl, ["apply", "-f", "-"], {
        input: JSON.stringify(pod),
        env: { ...process.env, KUBECONFIG: cluster.kubeconfig },
    });
    await kubectl("wait", "-n", namespace, "--for=condition=Ready", `pod/${name}`, "--timeout=60s");
}
