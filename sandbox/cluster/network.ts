/** The sandbox's network: a bridge on the machine, the node and the test hosts in namespaces of their own. */
import * as fs from "node:fs";
import { BlockList } from "node:net";
import { run, SandboxError, succeeds } from "../shell";
import {
    API_SERVER,
    BRIDGE,
    BRIDGE_CIDR,
    LOAD_BALANCER_CIDR,
    NETWORK_NAMESPACES,
    NODE,
    OUTSIDE_CIDR,
    POD_CIDR,
    SERVICE_CIDR,
    TEST_HOSTS,
} from "./settings";

const NAMESPACES = "/run/netns";
const VIA_NODE = [POD_CIDR, SERVICE_CIDR, LOAD_BALANCER_CIDR];
// Behind the routes to the node: when it is down, nothing meant for it may leave the machine by the default route.
const FALLBACK_METRIC = 4_000;

/** File of a network namespace, to enter it. */
export function networkNamespace(name: string): string {
    return `${NAMESPACES}/${name}`;
}

/** Makes the bridge, the namespaces and the routes. The machine's own packet filter stays as it is. */
export async function createNetwork(): Promise<void> {
    await assertFree();
    await ip([
        `link add ${BRIDGE} type bridge`,
        `addr add ${API_SERVER.address}/24 dev ${BRIDGE}`,
        `link set ${BRIDGE} up`,
        ...VIA_NODE.map((cidr) => `route add unreachable ${cidr} metric ${FALLBACK_METRIC}`),
    ]);
    await attach(NODE.name, "bwnode", `${NODE.address}/24`, [
        // No default route: what the node and its pods send goes to the sandbox's own addresses or nowhere.
        "route add unreachable default",
        `route add ${OUTSIDE_CIDR} dev eth0`,
        `route add ${TEST_HOSTS.metadata.address}/32 dev eth0`,
    ]);
    await ip(VIA_NODE.map((cidr) => `route add ${cidr} via ${NODE.address}`));
    const { client, server, metadata } = TEST_HOSTS;
    await attach(client.name, "bwclient", `${client.address}/24`, throughNode([...VIA_NODE]));
    await attach(server.name, "bwserver", `${server.address}/24`, throughNode([POD_CIDR]));
    await attach(metadata.name, "bwmetadata", `${metadata.address}/32`, throughNode([POD_CIDR]));
    await setNodeSysctls();
}

/** Takes it all away, also what is left of a network that was half made. */
export async function removeNetwork(): Promise<void> {
    for (const name of NETWORK_NAMESPACES) {
        if (fs.existsSync(networkNamespace(name))) {
            await run("ip", ["netns", "del", name]);
        }
    }
    if (fs.existsSync(`/sys/class/net/${BRIDGE}`)) {
        await run("ip", ["link", "del", BRIDGE]);
    }
    for (const cidr of VIA_NODE) {
        await succeeds("ip", ["route", "del", "unreachable", cidr, "metric", String(FALLBACK_METRIC)]);
    }
    // `ip netns` mounts its folder onto itself. Empty, it is of no use to anyone, and comes again when needed.
    if (fs.existsSync(NAMESPACES) && fs.readdirSync(NAMESPACES).length === 0) {
        await succeeds("umount", [NAMESPACES]);
        fs.rmdirSync(NAMESPACES);
    }
}

/** Whether two IPv4 ranges in CIDR notation have an address in common. A range without a prefix is one address. */
export function overlap(one: string, other: string): boolean {
    return contains(one, other) || contains(other, one);
}

function contains(outer: string, inner: string): boolean {
    const list = new BlockList();
    const [address = "", prefix = "32"] = outer.split("/");
    list.addSubnet(address, Number(prefix), "ipv4");
    const [first = "", innerPrefix = "32"] = inner.split("/");
    return Number(prefix) <= Number(innerPrefix) && list.check(first, "ipv4");
}

async function assertFree(): Promise<void> {
    const routes = JSON.parse(await run("ip", ["-4", "-json", "route", "show"])) as { dst: string; dev?: string }[];
    for (const route of routes.filter(({ dst }) => dst !== "default")) {
        const taken = [BRIDGE_CIDR, ...VIA_NODE].find((cidr) => overlap(cidr, route.dst));
        if (taken !== undefined) {
            const where = route.dev === undefined ? "" : ` (${route.dev})`;
            throw new SandboxError(`The sandbox needs the addresses ${taken}; this machine uses ${route.dst}${where}`);
        }
    }
}

/** Makes a namespace with a cable to the bridge. */
async function attach(namespace: string, cable: string, address: string, routes: string[]): Promise<void> {
    await ip([
        `netns add ${namespace}`,
        `link add ${cable} type veth peer name eth0 netns ${namespace}`,
        `link set ${cable} master ${BRIDGE} up`,
    ]);
    await ip(["link set lo up", `addr add ${address} dev eth0`, "link set eth0 up", ...routes], namespace);
}

function throughNode(ranges: string[]): string[] {
    const viaNode = [`${NODE.address}/32`, ...ranges].map((cidr) =>
        cidr.startsWith(`${NODE.address}/`)
            ? `route add ${cidr} dev eth0`
            : `route add ${cidr} via ${NODE.address} dev eth0`,
    );
    return [...viaNode, "route add unreachable default"];
}

async function setNodeSysctls(): Promise<void> {
    // As modules of the kernel on most machines, built in on others. The node says clearly what it lacks.
    await succeeds("modprobe", ["-a", "br_netfilter", "overlay"]);
    const settings = [
        "net.ipv4.ip_forward=1",
        "net.bridge.bridge-nf-call-iptables=1", // pods of the same node meet on a bridge: policies must see them
        "net.ipv4.conf.all.route_localnet=1",
    ];
    await run("nsenter", [`--net=${networkNamespace(NODE.name)}`, "--", "sysctl", "-qw", ...settings]);
}

function ip(commands: string[], namespace?: string): Promise<string> {
    const where = namespace === undefined ? [] : ["-netns", namespace];
    return run("ip", [...where, "-batch", "-"], { input: `${commands.join("\n")}\n` });
}
