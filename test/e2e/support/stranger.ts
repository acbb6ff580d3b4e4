import { kubectl, kubectlWith } from "./kubectl";
import { cluster } from "./stack";

/** Starts a pod that nobody has declared a flow for, hardened so that every namespace admits it; it answers on 8000. */
export async function startStranger(namespace: string, name: string): Promise<void> {
    const { images } = await cluster();
    const container = {
        name: "stranger",
        image: images.app,
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
    await kubectlWith(JSON.stringify(pod), "apply", "-f", "-");
    await kubectl("wait", "-n", namespace, "--for=condition=Ready", `pod/${name}`, "--timeout=60s");
}
