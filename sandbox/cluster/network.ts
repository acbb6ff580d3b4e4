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
    OUTSIDE,
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
    // No default route: what the node and its pods send goes to the sandbox's own addresses or nowhere.
    await attach({ name: NODE.name, address: `${NODE.address}/24`, cable: "bwnode", bridge: BRIDGE });
    await ip(VIA_NODE.map((cidr) => `route add ${cidr} via ${NODE.address}`));
    await createOutside();
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

/** The outside world lies behind the node, not on the machine's bridge, where the machine's packet filter would rule. */
async function createOutside(): Promise<void> {
    const { client, server, metadata } = TEST_HOSTS;
    const commands = [
        `link add ${OUTSIDE.bridge} type bridge`,
        `addr add ${OUTSIDE.gateway}/24 dev ${OUTSIDE.bridge}`,
        `link set ${OUTSIDE.bridge} up`,
        `route add ${metadata.address}/32 dev ${OUTSIDE.bridge}`,
    ];
    await ip(commands, NODE.name);
    const through = { bridge: OUTSIDE.bridge, within: NODE.name };
    const routes = (...ranges: string[]) => [
        `route add ${OUTSIDE.gateway}/32 dev eth0`,
        ...ranges.map((cidr) => `route add ${cidr} via ${OUTSIDE.gateway} dev eth0`),
    ];
    const all = [`${NODE.address}/32`, ...VIA_NODE];
    await attach({ ...through, name: client.name, address: `${client.address}/24`, cable: "client" }, routes(...all));
    await attach({ ...through, name: server.name, address: `${server.address}/24`, cable: "server" }, routes(POD_CIDR));
    await attach(
        { ...through, name: metadata.name, address: `${metadata.address}/32`, cable: "metadata" },
        routes(POD_CIDR),
    );
}

interface Attachment {
    /** Name of the network namespace to make. */
    name: string;
    /** Its address, with the length of the prefix. */
    address: string;
    /** Name of the cable's other end. */
    cable: string;
    /** The bridge to plug it into, and the network namespace of that. Defaults to the machine's own. */
    bridge: string;
    within?: string;
}

/** Makes a namespace with a cable to a bridge, without a way to anywhere else. */
async function attach({ name, address, cable, bridge, within }: Attachment, routes: string[] = []): Promise<void> {
    await ip([`netns add ${name}`]);
    await ip(
        [`link add ${cable} type veth peer name eth0 netns ${name}`, `link set ${cable} master ${bridge} up`],
        within,
    );
    const setUp = ["link set lo up", `addr add ${address} dev eth0`, "link set eth0 up"];
    await ip([...setUp, ...routes, "route add unreachable default"], name);
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
