import { all, make, remove, unlabel, type Weakness } from "../weakness";

export const ADMISSION: Weakness[] = [
    {
        what: "Pod Security, the guardrails and the quota in the application's namespace",
        probes: [
            "cluster/privileged-pod",
            "cluster/host-path",
            "cluster/host-network",
            "cluster/host-port",
            "cluster/root-pod",
            "cluster/writable-root-pod",
            "cluster/added-capability",
            "cluster/unconfined-pod",
            "cluster/foreign-registry",
            "cluster/latest-image",
            "cluster/greedy-pod",
            "cluster/debug-container",
            "cluster/softened-deployment",
            "cluster/exposed-service",
            "cluster/exposed-ports",
        ],
        switchOff: (ground) => {
            const { api, outputs } = ground;
            const core = `/api/v1/namespaces/${outputs.namespace}`;
            const service = {
                apiVersion: "v1",
                kind: "Service",
                metadata: { name: "way-in" },
                spec: { type: "NodePort", selector: { app: "none" }, ports: [{ port: 80 }] },
            };
            return all(
                () => unlabel(ground),
                () => remove(api, `${core}/resourcequotas/namespace-quota`),
                () => make(api, `${core}/services`, service),
            );
        },
    },
    {
        what: "the limits of the operators' identity",
        probes: [
            "cluster/operator-reads-secrets",
            "cluster/operator-enters-pods",
            "cluster/operator-writes",
            "cluster/operator-escalates",
        ],
        switchOff: ({ api, outputs }) => {
            const binding = {
                apiVersion: "rbac.authorization.k8s.io/v1",
                kind: "ClusterRoleBinding",
                metadata: { name: `${outputs.namespace}-operator-is-admin` },
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
                subjects: [
                    {
                        kind: "ServiceAccount",
                        namespace: outputs.operatorNamespace,
                        name: outputs.operatorAccount,
                    },
                ],
            };
            return make(api, "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding);
        },
    },
];
