/** Names and addresses of the sandbox's cluster. They are fixed: a machine has one sandbox. */

/** The machine's own address on the sandbox's bridge: the API server listens there, and pods see it there. */
export const API_SERVER = { address: "10.240.0.1", port: 6443 };

export const BRIDGE = "bulwark0";
export const BRIDGE_CIDR = "10.240.0.0/24";
export const POD_CIDR = "10.244.0.0/16";
export const SERVICE_CIDR = "10.96.0.0/16";
export const LOAD_BALANCER_CIDR = "10.241.0.0/16";
export const KUBERNETES_SERVICE = "10.96.0.1";
export const DNS_SERVICE = "10.96.0.10";

/** The node, its network namespace and its cgroup share a name. The controller manager gives it the first /24. */
export const NODE = { name: "bulwark-node", address: "10.240.0.11", podCidr: "10.244.0.0/24" };

/** Documentation addresses (RFC 5737) stand for the outside world, and the clouds' well-known metadata address. */
export const OUTSIDE = { bridge: "outside0", cidr: "203.0.113.0/24", gateway: "203.0.113.1" };
export const TEST_HOSTS = {
    client: { name: "bulwark-client", address: "203.0.113.10" },
    server: { name: "bulwark-server", address: "203.0.113.20" },
    metadata: { name: "bulwark-metadata", address: "169.254.169.254" },
};

/** All network namespaces. */
export const NETWORK_NAMESPACES = [NODE.name, ...Object.values(TEST_HOSTS).map(({ name }) => name)];

/** The cgroup of every daemon that runs on the machine for the sandbox. Containers are in the node's. */
export const DAEMON_CGROUP = "bulwark-daemons";
export const CGROUPS = [NODE.name, DAEMON_CGROUP];

/** What the kubelet changes on the machine, and the way down puts back. */
export const SYSCTLS = ["vm.overcommit_memory", "kernel.panic", "kernel.panic_on_oops"];

/** Names by which the sandbox's own controllers know themselves to the API server. */
export const OWN_CONTROLLERS = ["bulwark:network-policy", "bulwark:storage"];
