/** Configuration files of the cluster's programs. Pure: texts from names and paths. */
import { stringify } from "yaml";
import { DNS_SERVICE, NODE, POD_CIDR } from "./settings";

/** Paths that the node's configuration refers to. */
export interface NodePaths {
    /** Folder of the node's own disk. */
    disk: string;
    /** Folder of sockets and other state that a restart of the machine clears. */
    run: string;
    /** Certificate and key files. */
    pki(name: string): string;
}

export function containerdConfiguration(paths: NodePaths, pauseImage: string): string {
    const cri = 'plugins."io.containerd.grpc.v1.cri"';
    return `version = 2
root = "${paths.disk}/containerd"
state = "${paths.run}/containerd"
oom_score = 0
[grpc]
  address = "${paths.run}/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "${paths.disk}/opt" # else it makes /opt/containerd
[${cri}]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true # not every machine lets even root lower it
  enable_unprivileged_ports = true
  enable_unprivileged_icmp = true
  [${cri}.containerd]
    snapshotter = "overlayfs"
    [${cri}.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [${cri}.containerd.runtimes.runc.options]
        SystemdCgroup = false
  [${cri}.cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${paths.disk}/cni"
`;
}

/** A bridge for the node's pods, with no address translation: every peer sees a pod's own address. */
export function cniConfiguration(paths: NodePaths): string {
    return JSON.stringify({
        cniVersion: "0.4.0",
        name: "bulwark",
        plugins: [
            {
                type: "bridge",
                bridge: "cni0",
                isGateway: true,
                ipMasq: false,
                hairpinMode: true,
                ipam: {
                    type: "host-local",
                    dataDir: `${paths.disk}/addresses`,
                    ranges: [[{ subnet: NODE.podCidr }]],
                    routes: [{ dst: "0.0.0.0/0" }],
                },
            },
            { type: "portmap", capabilities: { portMappings: true } },
        ],
    });
}

export function kubeletConfiguration(paths: NodePaths): string {
    return stringify({
        apiVersion: "kubelet.config.k8s.io/v1beta1",
        kind: "KubeletConfiguration",
        address: NODE.address,
        authentication: {
            anonymous: { enabled: false },
            webhook: { enabled: true },
            x509: { clientCAFile: paths.pki("ca.crt") },
        },
        authorization: { mode: "Webhook" },
        tlsCertFile: paths.pki("kubelet.crt"),
        tlsPrivateKeyFile: paths.pki("kubelet.key"),
        readOnlyPort: 0,
        healthzBindAddress: "127.0.0.1",
        containerRuntimeEndpoint: `unix://${paths.run}/containerd.sock`,
        cgroupDriver: "cgroupfs",
        cgroupRoot: `/${NODE.name}`,
        failCgroupV1: false,
        failSwapOn: false,
        clusterDNS: [DNS_SERVICE],
        clusterDomain: "cluster.local",
        resolvConf: `${paths.disk}/resolv.conf`,
        podLogsDir: `${paths.disk}/logs`,
        nodeStatusUpdateFrequency: "5s",
        evictionHard: { "memory.available": "100Mi", "nodefs.available": "2%", "imagefs.available": "2%" },
        // No registry has the images: what the kubelet deleted would be gone.
        imageGCHighThresholdPercent: 100,
        imageGCLowThresholdPercent: 99,
        maxPods: 110,
    });
}

export function kubeProxyConfiguration(paths: NodePaths): string {
    return stringify({
        apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
        kind: "KubeProxyConfiguration",
        mode: "iptables",
        clientConnection: { kubeconfig: paths.pki("kube-proxy.kubeconfig") },
        hostnameOverride: NODE.name,
        clusterCIDR: POD_CIDR,
        bindAddress: "0.0.0.0",
        oomScoreAdj: 0,
        // The limits are the machine's, not the node's to change.
        conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    });
}

/** Secrets are encrypted before they reach etcd. `key` is 32 bytes in Base64. */
export function encryptionConfiguration(key: string): string {
    return stringify({
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "EncryptionConfiguration",
        resources: [
            {
                resources: ["secrets"],
                providers: [{ aescbc: { keys: [{ name: "key1", secret: key }] } }, { identity: {} }],
            },
        ],
    });
}
