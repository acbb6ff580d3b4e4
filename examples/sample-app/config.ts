/** What the environment says; nothing of it is secret. */
import { BlockList, isIP } from "node:net";

/** The configuration. */
export interface Config {
    /** Address that is listened on; `::` in a cluster with IPv6. */
    host: string;
    /** Port that is listened on. */
    port: number;
    /** Folder of the service bindings. */
    bindingRoot: string;
    /** Whose `X-Forwarded-…` headers are believed. */
    trustedProxies: BlockList;
    /** Least severe level that is logged. */
    logLevel: string;
}

/** Addresses that no client in the internet can have: those of pods, unless TRUSTED_PROXY_CIDRS says it narrower. */
const PRIVATE_CIDRS = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,fc00::/7";

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"];

/** Reads the configuration, and fails with the variable to change. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
    const { HOST = "0.0.0.0", PORT = "8000", LOG_LEVEL = "info" } = environment;
    const port = Number(PORT);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
        throw new Error(`PORT must be a port, is ${JSON.stringify(PORT)}`);
    }
    if (isIP(HOST) === 0) {
        throw new Error(`HOST must be an IP address, is ${JSON.stringify(HOST)}`);
    }
    if (!LOG_LEVELS.includes(LOG_LEVEL)) {
        throw new Error(`LOG_LEVEL must be one of ${LOG_LEVELS.join(", ")}, is ${JSON.stringify(LOG_LEVEL)}`);
    }
    return {
        host: HOST,
        port,
        bindingRoot: environment.SERVICE_BINDING_ROOT ?? "/bindings",
        trustedProxies: blockList(environment.TRUSTED_PROXY_CIDRS ?? PRIVATE_CIDRS),
        logLevel: LOG_LEVEL,
    };
}

function blockList(cidrs: string): BlockList {
    const list = new BlockList();
    for (const cidr of cidrs.split(",").filter((part) => part !== "")) {
        const [address = "", prefix = ""] = cidr.trim().split("/");
        const version = isIP(address);
        const bits = Number(prefix);
        if (version === 0 || !/^\d+$/.test(prefix) || bits > (version === 4 ? 32 : 128)) {
            throw new Error(`TRUSTED_PROXY_CIDRS must hold CIDRs such as 10.0.0.0/8, has ${JSON.stringify(cidr)}`);
        }
        list.addSubnet(address, bits, version === 4 ? "ipv4" : "ipv6");
    }
    return list;
}
