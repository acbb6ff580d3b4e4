/** Ranges of IPv4 addresses as netpol-analyzer writes them, such as `10.0.0.0-10.0.0.255`. Pure. */

export const ANYWHERE = "0.0.0.0-255.255.255.255";

/** The range of a CIDR. */
export function cidrRange(cidr: string): string {
    const [address = "", prefix = ""] = cidr.split("/");
    const from = numberOf(address);
    return rangeText({ from, to: from + 2 ** (32 - Number(prefix)) - 1 });
}

/** The same addresses in as few ranges as possible, in order. */
export function joinedRanges(ranges: string[]): string[] {
    const all: Range[] = [];
    for (const { from, to } of ranges.map(rangeOf).sort((left, right) => left.from - right.from)) {
        const last = all.at(-1);
        if (last && from <= last.to + 1) {
            last.to = Math.max(last.to, to);
        } else {
            all.push({ from, to });
        }
    }
    return all.map(rangeText);
}

interface Range {
    from: number;
    to: number;
}

function rangeOf(range: string): Range {
    const [from = "", to = from] = range.split("-");
    return { from: numberOf(from), to: numberOf(to) };
}

function rangeText({ from, to }: Range): string {
    return `${addressText(from)}-${addressText(to)}`;
}

function numberOf(address: string): number {
    const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    if (!/^(\d+\.){3}\d+$/.test(address)) {
        throw new Error(`${JSON.stringify(address)} is no IPv4 address`);
    }
    return value;
}

function addressText(value: number): string {
    return [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join(".");
}
