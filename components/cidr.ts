/** Address ranges in CIDR notation, IPv4 and IPv6. Pure; no Pulumi import. */
import { BlockList, isIP } from "node:net";

/** What is wrong with an address range, or undefined when it is one. */
export function cidrFault(text: string): string | undefined {
    const [address = "", prefix, ...rest] = typeof text === "string" ? text.split("/") : [];
    const family = isIP(address);
    const quoted = JSON.stringify(text);
    if (
        family === 0 ||
        address.includes("%") ||
        rest.length > 0 ||
        (prefix !== undefined && !/^(0|[1-9]\d{0,2})$/.test(prefix))
    ) {
        return `must be an address range in CIDR notation, is ${quoted}; write for example "10.0.0.0/8"`;
    }
    const bits = family === 4 ? 32 : 128;
    if (prefix === undefined) {
        return `must be an address range in CIDR notation, is ${quoted}; write "${address}/${bits}" for the one address`;
    }
    if (Number(prefix) > bits) {
        return `must have a prefix of at most ${bits} bits, is ${quoted}; write for example "${address}/${bits}"`;
    }
    const network = networkOf(address, Number(prefix), family);
    return network === address
        ? undefined
        : `must be a network address without host bits, is ${quoted}; write "${network}/${prefix}"`;
}

/** Whether a range lies within another and is smaller. */
export function isPartOf(inner: string, outer: string): boolean {
    const [[address, prefix], [around, length]] = [split(inner), split(outer)];
    if (isIP(address) !== isIP(around) || prefix <= length) {
        return false;
    }
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    const range = new BlockList();
    range.addSubnet(around, length, family);
    return range.check(address, family);
}

/** The range that holds just this address. */
export function singleAddress(address: string): string {
    return `${address}/${isIP(address) === 6 ? 128 : 32}`;
}

function split(range: string): [string, number] {
    const [address = "", prefix] = range.split("/");
    return [address, Number(prefix)];
}

function networkOf(address: string, prefix: number, family: number): string {
    if (family === 6) {
        // Only the canonical text of an address is comparable; host bits of IPv6 ranges are left to the API server.
        return address;
    }
    const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    const size = 2 ** (32 - prefix);
    const network = Math.floor(value / size) * size;
    return [24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256).join(".");
}
